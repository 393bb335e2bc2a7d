//! Switching two-factor login on and off, so that no cut in between locks anybody out or loses the secret.
//!
//! The secret is on the machine before the server asks for the first code, and stays there until it asks for none any
//! more. A secret too many does no harm: while two-factor login is off, the server looks at no code.

use tfplugin::Secret;
use thiserror::Error;

use crate::api::uptime_kuma::{Error, Session};
use crate::catalog::status::TOTP_SECRET;
use crate::resources::status::server::SecretPlace;

/// Why two-factor login was not switched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SwitchError {
    /// A call, or the place for the secret, failed.
    #[error(transparent)]
    Server(#[from] Error),
    /// There is no password to confirm it with: the server's authentication is off.
    #[error("there is no login, and so no password that confirms the change")]
    NoPassword,
    /// It is on, and the secret that is in use is not the one that is kept.
    #[error("two-factor login is on, but its secret is not the one that is kept on the machine")]
    OtherSecret,
    /// The server does not take a code of the secret that it has just made.
    #[error("a one-time code of the secret that the server has just made was not accepted")]
    Clock,
}

/// Switches two-factor login on, with a secret that is kept in `place` from then on. If it is on with that secret already,
/// as after a run that was cut, nothing is done.
pub async fn switch_on(session: &Session, place: &impl SecretPlace) -> Result<(), SwitchError> {
    let password = session.password().ok_or(SwitchError::NoPassword)?;
    let account = session.account();
    if account.two_factor().await? {
        let kept = place.kept(TOTP_SECRET).await?;
        return match kept {
            Some(secret) if account.check_secret(&secret, &password).await? => Ok(()),
            _ => Err(SwitchError::OtherSecret),
        };
    }
    let secret = account.prepare_two_factor(&password).await?;
    place.keep(TOTP_SECRET, &secret).await?;
    match enable(session, &secret, &password).await {
        Ok(()) => Ok(()),
        // It may be on by now: the secret stays, and the next run finds out.
        Err(SwitchError::Server(error)) if unsure(&error) => Err(error.into()),
        Err(error) => {
            // A leftover that is not removed is replaced by the next try.
            if let Err(left) = place.remove(TOTP_SECRET).await {
                tracing::warn!(error = %left, "a secret that is not in use stays on the machine");
            }
            Err(error)
        }
    }
}

async fn enable(session: &Session, secret: &Secret, password: &Secret) -> Result<(), SwitchError> {
    let account = session.account();
    if !account.check_secret(secret, password).await? {
        return Err(SwitchError::Clock);
    }
    Ok(account.enable_two_factor(password, secret).await?)
}

/// Whether the server may have done what it was asked for.
fn unsure(error: &Error) -> bool {
    error.sent() && error.refused().is_none()
}

/// Switches two-factor login off, and removes its secret after that.
pub async fn switch_off(session: &Session, place: &impl SecretPlace) -> Result<(), SwitchError> {
    let account = session.account();
    if account.two_factor().await? {
        let password = session.password().ok_or(SwitchError::NoPassword)?;
        account.disable_two_factor(&password).await?;
    }
    Ok(place.remove(TOTP_SECRET).await?)
}
