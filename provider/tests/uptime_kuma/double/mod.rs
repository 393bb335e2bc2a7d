//! A double of an Uptime Kuma server, of either dialect, with the habits that a client must be able to live with.

mod account;
mod answers;
mod monitors;
mod pages;
mod rows;
mod socket;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use quickfra::api::uptime_kuma::{Address, Credentials, Endpoint, Limits, Login, Object, Session};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio::time::Instant;

pub(crate) use account::{SECRET, code};
pub(crate) use answers::frames;
use rows::Table;

pub(crate) const PASSWORD: &str = "test-password-1";
/// The time since 1970 at which every test begins: the first second of a step of one-time codes.
pub(crate) const BEGINNING: Duration = Duration::from_hours(500_000);

/// The code of a time.
pub(super) type Code = fn(Duration) -> String;

/// The dialects, by the version whose recording the double is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    One,
    Two,
}

impl Dialect {
    pub(crate) const BOTH: [Self; 2] = [Self::One, Self::Two];

    pub(crate) fn recording(self) -> &'static str {
        match self {
            Self::One => include_str!("../../../src/api/uptime_kuma/recorded/1.23.17.jsonl"),
            Self::Two => include_str!("../../../src/api/uptime_kuma/recorded/2.5.3.jsonl"),
        }
    }
}

/// What the server does once instead of answering a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mischief {
    /// Drops the connection when the call comes, and does nothing.
    CutBefore,
    /// Does what is asked, and drops the connection instead of answering.
    CutAfter,
    /// The same, and is out of reach from then on.
    Vanish,
    /// Does nothing and says nothing.
    Silence,
}

/// The state of a server.
pub(crate) struct State {
    pub(crate) dialect: Dialect,
    pub(crate) version: String,
    pub(crate) user: Option<(String, String)>,
    /// Tokens of older generations are not accepted.
    pub(crate) generation: u64,
    /// The code of the last login, and the codes of two-factor login.
    pub(crate) codes: Option<(String, Code)>,
    pub(crate) authentication_off: bool,
    /// When the minute began in which logins are counted, and how many there were.
    pub(crate) logins: (Instant, u32),
    /// How long after joining the server registers its handlers and sends `info`.
    pub(crate) late: Duration,
    /// Connections that are refused by a dropped stream, before any is served.
    pub(crate) refused: u32,
    pub(crate) pings: bool,
    pub(crate) pongs: u32,
    pub(crate) mischief: Vec<(&'static str, Mischief)>,
    pub(crate) monitors: BTreeMap<i64, Object>,
    pub(crate) notifications: BTreeMap<i64, Object>,
    pub(crate) tags: BTreeMap<i64, Object>,
    pub(crate) keys: BTreeMap<i64, Object>,
    pub(crate) settings: Object,
    pub(crate) proxies: Table,
    pub(crate) docker_hosts: Table,
    pub(crate) remote_browsers: Table,
    pub(crate) maintenances: Table,
    /// What a maintenance concerns, by the call that sets it and the maintenance.
    pub(crate) concerned: BTreeMap<(&'static str, i64), Vec<Value>>,
    pub(crate) last_key: i64,
    pub(crate) pages: Table,
    /// The groups of a page.
    pub(crate) groups: BTreeMap<i64, Value>,
    pub(crate) last_group: i64,
    pub(crate) incidents: Table,
    pub(crate) next: i64,
    /// All that was called, with the number of arguments.
    pub(crate) calls: Vec<(String, usize)>,
    /// What was called last, with its arguments.
    pub(crate) sent: BTreeMap<String, Vec<Value>>,
    pub(crate) connections: u32,
    /// The sockets that are logged in.
    pub(crate) sockets: Vec<mpsc::UnboundedSender<socket::Outgoing>>,
    started: Instant,
}

impl State {
    pub(crate) fn now(&self) -> Duration {
        BEGINNING + self.started.elapsed()
    }

    pub(crate) fn token(&self) -> String {
        format!("token-{}", self.generation)
    }

    pub(crate) fn count(&self, event: &str) -> usize {
        self.calls.iter().filter(|(called, _)| called == event).count()
    }
}

#[derive(Clone)]
pub(crate) struct Double(Arc<Mutex<State>>);

impl Double {
    /// A server without a user.
    pub(crate) fn fresh(dialect: Dialect) -> Self {
        let version = match dialect {
            Dialect::One => "1.23.17",
            Dialect::Two => "2.5.3",
        };
        Self(Arc::new(Mutex::new(State {
            dialect,
            version: version.to_owned(),
            user: None,
            generation: 0,
            codes: None,
            authentication_off: false,
            logins: (Instant::now(), 0),
            late: Duration::from_millis(20),
            refused: 0,
            pings: true,
            pongs: 0,
            mischief: Vec::new(),
            monitors: BTreeMap::new(),
            notifications: BTreeMap::new(),
            tags: BTreeMap::new(),
            keys: BTreeMap::new(),
            settings: json!({ "serverTimezone": "UTC" }).as_object().unwrap().clone(),
            proxies: Table::default(),
            docker_hosts: Table::default(),
            remote_browsers: Table::default(),
            maintenances: Table::default(),
            concerned: BTreeMap::new(),
            last_key: 0,
            pages: Table::default(),
            groups: BTreeMap::new(),
            last_group: 0,
            incidents: Table::default(),
            next: 1,
            calls: Vec::new(),
            sent: BTreeMap::new(),
            connections: 0,
            sockets: Vec::new(),
            started: Instant::now(),
        })))
    }

    /// A server with its first administrator.
    pub(crate) fn new(dialect: Dialect) -> Self {
        let double = Self::fresh(dialect);
        double.state().user = Some(("admin".to_owned(), PASSWORD.to_owned()));
        double
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// How often something was called. These are methods so that no statement holds the lock twice.
    pub(crate) fn count(&self, event: &str) -> usize {
        self.state().count(event)
    }

    pub(crate) fn connections(&self) -> u32 {
        self.state().connections
    }

    pub(crate) fn pongs(&self) -> u32 {
        self.state().pongs
    }

    /// The numbers of its monitors.
    pub(crate) fn monitors(&self) -> Vec<i64> {
        self.state().monitors.keys().copied().collect()
    }

    pub(crate) fn does(&self, event: &'static str, mischief: Mischief) {
        self.state().mischief.push((event, mischief));
    }

    /// The client's end of a new connection.
    pub(crate) fn dial(&self) -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        tokio::spawn(socket::serve(ours, self.clone()));
        theirs
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        let double = self.clone();
        Endpoint::new(Address::new("double"), move || {
            let stream = double.dial();
            async move { Ok(stream) }
        })
    }

    pub(crate) fn session(&self) -> Session {
        self.session_of(Credentials::new("admin", PASSWORD))
    }

    pub(crate) fn session_of(&self, credentials: Credentials) -> Session {
        let double = self.clone();
        let session = Session::new(self.endpoint(), Login::Password(credentials), Limits::default());
        session.with_clock(move || double.state().now())
    }
}

pub(crate) fn object(value: Value) -> Object {
    let Value::Object(object) = value else {
        panic!("no object")
    };
    object
}
