//! A client of Uptime Kuma's interface, the one its own web page uses: Socket.IO over one WebSocket.
//!
//! It stands alone: it knows nothing of this provider, and could be a crate. Whoever uses it brings the byte stream (a
//! TCP connection, TLS on top of it, a channel of an SSH session) and gets typed calls.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use quickfra::api::uptime_kuma::{Address, Credentials, Endpoint, Limits, Login, Session};
//! use tokio::net::TcpStream;
//!
//! let endpoint = Endpoint::new(Address::new("127.0.0.1:3001"), || TcpStream::connect("127.0.0.1:3001"));
//! let login = Login::Password(Credentials::new("admin", "a password"));
//! let session = Session::new(endpoint, login, Limits::default());
//! for (id, monitor) in session.monitors().snapshot().await?.iter() {
//!     println!("{id} {}", monitor.name());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Layers
//!
//! | module | what it does |
//! |---|---|
//! | [`packet`] | text frames to packets and back; pure |
//! | [`connection`] | one WebSocket: pings, answers by number, the last value of each list |
//! | [`session`] | login, version, and a new connection when the old one ended |
//! | [`calls`] | monitors, notifications, tags, status pages, incidents, maintenance, settings, the account |
//! | [`object`] | the server's objects, kept whole, with a typed view of the few fields that are needed |
//! | [`error`] | what can go wrong, with nothing secret in it |
//!
//! # What holds
//!
//! - Two dialects are spoken, that of 1.23 and that of 2.x; [`session::Version`] decides. A server of another version is
//!   refused by [`Error::Version`] before anything is changed. Held to recorded conversations with 1.23.17 and 2.5.3, in
//!   both directions, and run against live servers of 2.5.3 and of 2.0.0-dev.0, which speaks the older one.
//! - What was read once is not asked for again: the lists that the server sends are kept, shared, and right after this
//!   session's own changes, also where the server tells of them late or never.
//! - Things that are made with `add_once` are made once, also when the answer gets lost and when others like them are made
//!   at the same time.
//! - Nothing is called before the server's first `info`: it registers its handlers only then, and what comes earlier is
//!   dropped without an answer.
//! - A call that may have changed something is never sent twice. [`Error::sent`] says whether the server may have seen it.
//! - The server allows twenty logins a minute to all its users together, so a [`Session`] logs in once, and with a token
//!   from then on.
//! - The server's error texts hold whole SQL statements with their values. Only known sentences are passed on.

pub mod calls;
pub mod connection;
pub mod error;
mod limits;
pub mod object;
pub mod packet;
mod redact;
pub mod session;
mod totp;

pub use connection::{Address, Connection};
pub use error::Error;
pub use limits::Limits;
pub use object::Object;
pub use session::{Credentials, Endpoint, Login, Session};
