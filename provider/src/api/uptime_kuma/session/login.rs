//! Logging a connection in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tfplugin::Secret;
use tokio::time::{Instant, sleep};

use super::super::calls::accepted;
use super::super::connection::{Connection, Push, Pushes};
use super::super::error::{Error, Reason};
use super::super::limits::Limits;
use super::super::totp;

/// The first pause when there were too many logins.
const PAUSE: Duration = Duration::from_secs(3);
/// The longest one. The server counts logins in minutes, from the first one of each, and counts no refused one: whoever goes on
/// asking gets in once the minute is over.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How to log in. The HTTP login that version 3 brings would be one more.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Login {
    /// Over the socket, with a password once and with the token that it gives from then on.
    Password(Credentials),
    /// Not at all: authentication is switched off in the server's settings.
    Off,
}

/// Who logs in.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub username: String,
    pub password: Secret,
    /// The secret that one-time codes are made of, as base32 text, if the account has two-factor login.
    pub totp: Option<Secret>,
    /// A token of an earlier login. It does not expire, is asked for no one-time code and counts against no limit; it dies
    /// when the password is changed. If the server does not take it, the password is used.
    pub token: Option<Secret>,
}

impl Credentials {
    /// User name and password, without two-factor login.
    pub fn new(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            totp: None,
            token: None,
        }
    }
}

/// The time since 1970.
pub(super) type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The clock of this machine.
pub(super) fn system_clock() -> Clock {
    Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Logs connections in, and remembers what the next login needs.
pub(super) struct Gate {
    login: Mutex<Login>,
    clock: Clock,
    /// The step whose code logged in last.
    used: Mutex<Option<u64>>,
}

impl Gate {
    pub(super) fn new(login: Login, clock: Clock) -> Self {
        Self {
            login: Mutex::new(login),
            clock,
            used: Mutex::default(),
        }
    }

    /// Who logs in.
    pub(super) fn into_login(self) -> Login {
        self.login.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn login(&self) -> MutexGuard<'_, Login> {
        // No code that could panic runs under the lock.
        self.login.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token of the last login.
    pub(super) fn token(&self) -> Option<Secret> {
        match &*self.login() {
            Login::Password(credentials) => credentials.token.clone(),
            Login::Off => None,
        }
    }

    fn set_token(&self, token: Option<Secret>) {
        if let Login::Password(credentials) = &mut *self.login() {
            credentials.token = token;
        }
    }

    /// Takes in that the password was changed.
    pub(super) fn changed_password(&self, password: Secret, token: Option<Secret>) {
        if let Login::Password(credentials) = &mut *self.login() {
            credentials.password = password;
            credentials.token = token;
        }
    }

    /// The password, if there is one.
    pub(super) fn password(&self) -> Option<Secret> {
        match &*self.login() {
            Login::Password(credentials) => Some(credentials.password.clone()),
            Login::Off => None,
        }
    }

    /// Takes in that two-factor login was switched on, with this secret, or off.
    pub(super) fn changed_two_factor(&self, secret: Option<Secret>) {
        if let Login::Password(credentials) = &mut *self.login() {
            credentials.totp = secret;
        }
    }

    /// The codes of a secret that the server may take at this moment, used up or not.
    pub(super) fn codes(&self, secret: &Secret) -> Result<Vec<String>, Error> {
        let steps = totp::steps((self.clock)()).into_iter();
        let codes: Option<Vec<String>> = steps.map(|step| totp::code(secret, step)).collect();
        codes.ok_or(Error::CodeSecret)
    }

    /// Logs a connection in.
    pub(super) async fn pass(&self, connection: &Connection, limits: &Limits) -> Result<(), Error> {
        let login = self.login().clone();
        let Login::Password(credentials) = login else {
            return wait_for_automatic(connection, limits).await;
        };
        if connection.pushes().count(Push::AutoLogin) > 0 {
            return Ok(());
        }
        if let Some(token) = &credentials.token {
            let arguments = [json!(token.expose())];
            let answer = connection.call("loginByToken", &arguments, limits.call).await?;
            match accepted("loginByToken", answer) {
                Err(error) if error.refused() == Some(Reason::Token) => self.set_token(None),
                other => return other.map(drop),
            }
        }
        self.pass_with_password(connection, &credentials, limits).await
    }

    async fn pass_with_password(
        &self,
        connection: &Connection,
        credentials: &Credentials,
        limits: &Limits,
    ) -> Result<(), Error> {
        let started = Instant::now();
        let mut pause = PAUSE;
        let mut refused = Vec::new();
        loop {
            let (step, code) = self.code(credentials, &refused)?;
            let answer = try_password(connection, credentials, &code, limits).await;
            let error = match answer {
                Ok(token) => {
                    *self.used() = Some(step);
                    self.set_token(Some(token));
                    return Ok(());
                }
                Err(error) => error,
            };
            match error.refused() {
                Some(Reason::TooFrequent) if started.elapsed() + pause <= limits.login => {
                    tracing::debug!(seconds = pause.as_secs(), "too many logins in a minute: waiting");
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                // The last login may have been with this very code: that of an earlier run, for one.
                Some(Reason::Token) if credentials.totp.is_some() && refused.len() + 1 < totp::ACCEPTED => {
                    refused.push(step);
                }
                // While authentication is switched off, the password is asked for nowhere, and may be an old one.
                Some(Reason::Credentials) if connection.pushes().count(Push::AutoLogin) > 0 => return Ok(()),
                _ => return Err(error),
            }
        }
    }

    /// The code for a login, empty without a secret, and its step: one that was not refused, and rather not the one that
    /// logged in last.
    fn code(&self, credentials: &Credentials, refused: &[u64]) -> Result<(u64, String), Error> {
        let Some(secret) = &credentials.totp else {
            return Ok((0, String::new()));
        };
        let used = *self.used();
        let steps = totp::steps((self.clock)());
        let untried = steps.into_iter().filter(|step| !refused.contains(step));
        let step = untried.min_by_key(|step| Some(*step) == used).unwrap_or(steps[0]);
        let code = totp::code(secret, step).ok_or(Error::CodeSecret)?;
        Ok((step, code))
    }

    fn used(&self) -> MutexGuard<'_, Option<u64>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One login; gives the token.
async fn try_password(
    connection: &Connection,
    credentials: &Credentials,
    code: &str,
    limits: &Limits,
) -> Result<Secret, Error> {
    let event = "login";
    let arguments = json!({
        "username": credentials.username,
        "password": credentials.password.expose(),
        "token": code,
    });
    let answer = connection.call(event, &[arguments], limits.call).await?;
    // This one answer has no `ok`.
    if answer.first().and_then(|answer| answer.get("tokenRequired")) == Some(&Value::Bool(true)) {
        return Err(Error::CodeRequired);
    }
    let answer = accepted(event, answer)?;
    let token = answer.get("token").and_then(Value::as_str).map(Secret::new);
    token.ok_or(Error::Unexpected {
        event,
        what: "there is no token",
    })
}

/// Waits for the server to log the connection in by itself.
async fn wait_for_automatic(connection: &Connection, limits: &Limits) -> Result<(), Error> {
    let event = "autoLogin";
    let automatic = |pushes: &Pushes| {
        let automatic = pushes.count(Push::AutoLogin) > 0;
        (automatic || pushes.count(Push::LoginRequired) > 0).then_some(automatic)
    };
    match connection.wait(event, limits.call, automatic).await? {
        Some(true) => Ok(()),
        // The older dialect is silent when a login is needed.
        Some(false) | None => Err(Error::LoginRequired),
    }
}
