//! A server that is logged in to, whatever happens to single connections.

mod endpoint;
mod login;
mod version;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tfplugin::Secret;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::calls::{Turns, accepted};
use super::connection::{Connection, Push, Pushes};
use super::error::{Error, Reason};
use super::limits::Limits;
use super::object::Object;
pub use endpoint::{Endpoint, Stream};
pub use login::{Credentials, Login};
use login::{Gate, system_clock};
pub use version::{Dialect, Version};

/// The first pause before another try to reach the server.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest one.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One server and one user, for any number of callers at a time.
///
/// Connects with the first call. When the connection has ended, the next call connects again and logs in with the token. A
/// call itself is sent again only if the server cannot have got it, or if it only reads.
pub struct Session {
    endpoint: Endpoint,
    limits: Limits,
    gate: Gate,
    live: Mutex<Option<Arc<Live>>>,
    turns: Turns,
    /// Whether it was logged in to once.
    reached: AtomicBool,
}

/// A connection that is logged in.
pub(super) struct Live {
    pub(super) connection: Connection,
    pub(super) version: Version,
}

/// Whether a call may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It only reads.
    Read,
    /// It may change something.
    Write,
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Session");
        shown.field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Session {
    /// A session that connects with its first call.
    pub fn new(endpoint: Endpoint, login: Login, limits: Limits) -> Self {
        Self {
            endpoint,
            limits,
            gate: Gate::new(login, system_clock()),
            live: Mutex::default(),
            turns: Turns::default(),
            reached: AtomicBool::new(false),
        }
    }

    /// The same with another clock, the time since 1970, which decides about one-time codes.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let login = self.gate.into_login();
        let gate = Gate::new(login, Arc::new(clock));
        Self { gate, ..self }
    }

    /// The version of the server. Connects if need be.
    pub async fn version(&self) -> Result<Version, Error> {
        Ok(self.live().await?.version.clone())
    }

    /// The token of the last login, for another session's [`Credentials::token`]. As good as the password.
    pub fn token(&self) -> Option<Secret> {
        self.gate.token()
    }

    /// The password that it logs in with; none where authentication is switched off.
    pub fn password(&self) -> Option<Secret> {
        self.gate.password()
    }

    /// The one-time codes that the server may take at this moment.
    pub(super) fn codes(&self, secret: &Secret) -> Result<Vec<String>, Error> {
        self.gate.codes(secret)
    }

    /// From now on it logs in with codes of this secret, or without any.
    pub(super) fn changed_two_factor(&self, secret: Option<Secret>) {
        self.gate.changed_two_factor(secret);
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    pub(super) fn changed_password(&self, password: Secret, token: Option<Secret>) {
        self.gate.changed_password(password, token);
    }

    /// The connection, a new one if the last one ended. Callers that come meanwhile wait for the same one.
    pub(super) async fn live(&self) -> Result<Arc<Live>, Error> {
        let mut live = self.live.lock().await;
        if let Some(live) = &*live
            && live.connection.ended().is_none()
        {
            return Ok(Arc::clone(live));
        }
        *live = None;
        let new = Arc::new(self.connect().await?);
        *live = Some(Arc::clone(&new));
        Ok(new)
    }

    /// Connects and logs in. A server that cannot be reached may be restarting, and is tried again for a while.
    async fn connect(&self) -> Result<Live, Error> {
        let started = Instant::now();
        let limit = if self.reached.load(Ordering::Relaxed) {
            self.limits.reach
        } else {
            self.limits.first_reach
        };
        let mut pause = PAUSE;
        loop {
            let error = match self.connect_once().await {
                Ok(live) => {
                    self.reached.store(true, Ordering::Relaxed);
                    return Ok(live);
                }
                Err(error) => error,
            };
            let again = match &error {
                // A certificate that is not accepted, for one, will not be accepted later.
                Error::Dial(error) => error.kind() != io::ErrorKind::InvalidData,
                Error::Handshake(_) | Error::NotReady(_) | Error::Upgrade { .. } | Error::Ended { .. } => true,
                _ => false,
            };
            if !again || started.elapsed() + pause > limit {
                return Err(error);
            }
            tracing::debug!(%error, "no connection to Uptime Kuma: trying again");
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn connect_once(&self) -> Result<Live, Error> {
        let connection = self.endpoint.connect(&self.limits).await?;
        self.gate.pass(&connection, &self.limits).await?;
        let version = self.lists(&connection).await?;
        Ok(Live { connection, version })
    }

    /// Waits for what follows a login: the version, and the lists. The newer dialect sends them before it answers the
    /// login, the older one after, those of status pages last.
    async fn lists(&self, connection: &Connection) -> Result<Version, Error> {
        let event = "info";
        let version = |pushes: &Pushes| {
            let info = pushes.last(Push::Info)?;
            Some(info.get("version")?.as_str().unwrap_or_default().to_owned())
        };
        let complete = |pushes: &Pushes| {
            let found = version(pushes)?;
            let known = Version::read(&found);
            let lists = [Push::Monitors, Push::StatusPages];
            (known.is_err() || lists.iter().all(|&list| pushes.count(list) > 0)).then_some(known)
        };
        let known = connection.wait(event, self.limits.call, complete).await?;
        let what = "its version and lists did not follow the login";
        known.unwrap_or(Err(Error::Unexpected { event, what }))
    }

    /// Calls, and gives the answer if it is `ok`.
    pub(super) async fn call(&self, kind: Kind, event: &'static str, arguments: &[Value]) -> Result<Object, Error> {
        let mut repeated = false;
        loop {
            let live = self.live().await?;
            let answer = live.connection.call(event, arguments, self.limits.call).await;
            let error = match answer.and_then(|answer| accepted(event, answer)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let again = match &error {
                Error::Ended { sent, .. } => !sent || kind == Kind::Read,
                // The server forgot the login, and did nothing.
                error if error.refused() == Some(Reason::NotLoggedIn) => {
                    live.connection.close();
                    true
                }
                _ => false,
            };
            if repeated || !again {
                return Err(error);
            }
            repeated = true;
        }
    }

    /// Calls something that makes the server send a list, before its answer or after it, and gives the connection that has
    /// it now.
    pub(super) async fn fresh(&self, event: &'static str, list: Push) -> Result<Arc<Live>, Error> {
        let what = "the list did not come with it";
        // Once more if the call went over another connection than the one that was listened to.
        for _ in 0..2 {
            let live = self.live().await?;
            let pushes = live.connection.pushes();
            let (before, mark) = (pushes.count(list), pushes.last_mark());
            self.call(Kind::Read, event, &[]).await?;
            let came = |pushes: &Pushes| (pushes.count(list) > before).then_some(());
            match live.connection.wait(event, self.limits.call, came).await {
                Ok(Some(())) => {
                    pushes.settle(list, mark);
                    return Ok(live);
                }
                Ok(None) => break,
                Err(_) => {}
            }
        }
        Err(Error::Unexpected { event, what })
    }

    /// The connection, after a list has been asked for anew if this session changed it without being told.
    pub(super) async fn current(&self, event: &'static str, list: Push) -> Result<Arc<Live>, Error> {
        let live = self.live().await?;
        if live.connection.pushes().is_outdated(list) {
            return self.fresh(event, list).await;
        }
        Ok(live)
    }

    /// Tells the connection of a change that the server does not tell of in time. A later connection gets new lists.
    pub(super) async fn tell(&self, change: impl FnOnce(&Pushes)) {
        if let Some(live) = &*self.live.lock().await {
            change(live.connection.pushes());
        }
    }

    /// Fails unless the version has it.
    pub(super) async fn require(&self, major: u64, minor: u64, what: &str) -> Result<(), Error> {
        let version = self.version().await?;
        if version.at_least(major, minor) {
            return Ok(());
        }
        Err(Error::Unsupported {
            what: what.to_owned(),
            version: version.to_string(),
        })
    }
}
