//! The user's own password and two-factor login.

use serde_json::{Value, json};
use tfplugin::Secret;

use super::super::error::Error;
use super::super::session::{Kind, Session};

/// Calls about the user who is logged in.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a>(pub(super) &'a Session);

impl Account<'_> {
    /// Changes the password. All tokens die, and other sessions of the user are thrown out; this one goes on, with the new
    /// password from now on.
    pub async fn change_password(&self, current: &Secret, new: &Secret) -> Result<(), Error> {
        let arguments = json!({ "currentPassword": current.expose(), "newPassword": new.expose() });
        let answer = self.0.call(Kind::Write, "changePassword", &[arguments]).await?;
        // The older dialect gives no token: the next connection logs in with the password.
        let token = answer.get("token").and_then(Value::as_str).map(Secret::new);
        self.0.changed_password(new.clone(), token);
        Ok(())
    }

    /// Whether two-factor login is switched on.
    pub async fn two_factor(&self) -> Result<bool, Error> {
        let event = "twoFAStatus";
        let answer = self.0.call(Kind::Read, event, &[]).await?;
        let status = answer.get("status").and_then(Value::as_bool);
        status.ok_or(Error::Unexpected {
            event,
            what: "there is no status in it",
        })
    }

    /// Makes a new secret for one-time codes, as base32 text. It counts only after [`Account::enable_two_factor`].
    pub async fn prepare_two_factor(&self, password: &Secret) -> Result<Secret, Error> {
        let event = "prepare2FA";
        let answer = self.0.call(Kind::Write, event, &[json!(password.expose())]).await?;
        let uri = answer.get("uri").and_then(Value::as_str).unwrap_or_default();
        secret(uri).ok_or(Error::Unexpected {
            event,
            what: "there is no secret in it",
        })
    }

    /// Whether a one-time code is right, which that of the last login is not any more. Does not use it up.
    pub async fn check_code(&self, code: &str, password: &Secret) -> Result<bool, Error> {
        let arguments = [json!(code), json!(password.expose())];
        match self.0.call(Kind::Read, "verifyToken", &arguments).await {
            Ok(answer) => Ok(answer.get("valid") == Some(&Value::Bool(true))),
            Err(error) if error.refused() == Some(super::super::error::Reason::Token) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the server takes the codes of a secret: the one that was prepared last, or the one that is in use. Wrong
    /// as well where the clocks are apart by more than a minute.
    pub async fn check_secret(&self, secret: &Secret, password: &Secret) -> Result<bool, Error> {
        for code in self.0.codes(secret)? {
            if self.check_code(&code, password).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Switches two-factor login on, with the secret that was prepared last. This session logs in with it from now on.
    pub async fn enable_two_factor(&self, password: &Secret, secret: &Secret) -> Result<(), Error> {
        let arguments = [json!(password.expose())];
        self.0.call(Kind::Write, "save2FA", &arguments).await?;
        self.0.changed_two_factor(Some(secret.clone()));
        Ok(())
    }

    /// Switches two-factor login off; no error if it is.
    pub async fn disable_two_factor(&self, password: &Secret) -> Result<(), Error> {
        let arguments = [json!(password.expose())];
        self.0.call(Kind::Write, "disable2FA", &arguments).await?;
        self.0.changed_two_factor(None);
        Ok(())
    }
}

/// The secret in an `otpauth` address.
fn secret(uri: &str) -> Option<Secret> {
    let (_, query) = uri.split_once('?')?;
    let secret = query.split('&').find_map(|pair| pair.strip_prefix("secret="))?;
    (!secret.is_empty()).then(|| Secret::new(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_read_from_its_address() {
        let uri = "otpauth://totp/Uptime%20Kuma:admin?issuer=a&secret=GEZDGNBV";
        assert_eq!(secret(uri).unwrap().expose(), "GEZDGNBV");
        assert!(secret("otpauth://totp/a?secret=").is_none() && secret("secret=A").is_none());
    }
}
