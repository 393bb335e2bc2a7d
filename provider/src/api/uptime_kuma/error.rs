//! What can go wrong between this client and a server. Nothing secret stands in any of it.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error;

use super::packet::Malformed;

/// Why a call has no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Whoever makes the byte stream could not.
    #[error("no connection to the Uptime Kuma server")]
    Dial(#[source] io::Error),
    /// Something answered, but it does not speak the protocol.
    #[error("no Socket.IO session came of the connection: {0}")]
    Handshake(Ended),
    /// The server did not say in time that it is ready.
    #[error("the server was not ready within {} s: it accepted the connection but did not send its `info`", .0.as_secs())]
    NotReady(Duration),
    /// The request for the WebSocket was answered by a page.
    #[error("the server answered the request for a WebSocket with HTTP {status}{}", page(*status))]
    Upgrade { status: u16 },
    /// The connection ended before the answer came.
    #[error("the connection ended {} `{event}`: {reason}", progress(*sent))]
    Ended {
        event: &'static str,
        /// Whether the server may have got the call.
        sent: bool,
        reason: Ended,
    },
    /// No answer came in time. The server gives none at all to a call that it does not understand.
    #[error("no answer to `{event}` within {} s{}", after.as_secs(), unsent(*sent))]
    NoAnswer {
        event: &'static str,
        /// Whether the server may have got the call.
        sent: bool,
        after: Duration,
    },
    /// The server hangs up on what is larger than it announced, so it was not sent.
    #[error("`{event}` was not sent: it has {size} bytes, and the server accepts {limit}")]
    TooLarge {
        event: &'static str,
        size: usize,
        limit: usize,
    },
    /// The server said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The answer is not what this version of the client knows.
    #[error("the answer to `{event}` is not as expected: {what}")]
    Unexpected { event: &'static str, what: &'static str },
    /// The server is of a version that this client does not know.
    #[error("Uptime Kuma {found} is not supported: this client knows 1.23 and 2.x")]
    Version { found: String },
    /// The server asks for a one-time code, and there is no secret to make one.
    #[error("the account asks for a one-time code (two-factor login), and no secret for it was given")]
    CodeRequired,
    /// The secret for one-time codes cannot be used.
    #[error("the secret for one-time codes is not base32 text")]
    CodeSecret,
    /// No login was given, and the server's authentication is not switched off.
    #[error("the server asks for a login, and none was given")]
    LoginRequired,
    /// Something may have been made: the call got no answer, and what came of it could not be found out.
    #[error("it is not known whether it was made: {error}")]
    Unsure {
        /// The numbers of those that were like it before.
        before: BTreeSet<i64>,
        /// What happened to the call.
        error: Box<Error>,
    },
    /// This side refuses to send it.
    #[error("`{event}` was not sent: {what}")]
    Invalid { event: &'static str, what: String },
    /// The version at hand lacks it.
    #[error("Uptime Kuma {version} has no {what}")]
    Unsupported { what: String, version: String },
    /// What the caller does between two calls failed.
    #[error("{0}")]
    Caller(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A request over plain HTTP failed.
    #[error("GET {path}: {what}")]
    Http { path: String, what: String },
}

impl Error {
    /// Whether the server may have got the call, so that it may have changed something.
    pub fn sent(&self) -> bool {
        match self {
            Self::Ended { sent, .. } | Self::NoAnswer { sent, .. } => *sent,
            Self::Refused(_) | Self::Unexpected { .. } | Self::Unsure { .. } => true,
            _ => false,
        }
    }

    /// Why the server refused, if it did.
    pub fn refused(&self) -> Option<Reason> {
        match self {
            Self::Refused(refusal) => Some(refusal.reason),
            _ => None,
        }
    }

    /// The same, where something may have been made beside those that were there `before`.
    pub(super) fn unsure(self, before: BTreeSet<i64>) -> Self {
        let error = Box::new(self);
        Self::Unsure { before, error }
    }

    pub(super) fn invalid(event: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self::Invalid { event, what }
    }
}

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Ended {
    /// Without a word, as when the server is stopped.
    #[error("the connection dropped")]
    Dropped,
    /// With a close frame.
    #[error("the server closed the connection with code {}", code(*.0))]
    Closed(u16),
    /// The server ended the session, as it does to others when the password was changed.
    #[error("the server ended the session")]
    Disconnected,
    /// The namespace was refused.
    #[error("the server refused the session")]
    NotAccepted,
    /// Not even a ping came.
    #[error("nothing came from the server for {} s", .0.as_secs())]
    Silent(Duration),
    /// What came is not a packet.
    #[error("the server sent {0}")]
    Malformed(#[from] Malformed),
    /// The WebSocket or the stream below it failed.
    #[error("{0}")]
    Transport(String),
    /// This side closed it.
    #[error("it was closed by this side")]
    Released,
}

/// A refusal of the server, in words that hold no values of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The call that was refused.
    pub event: &'static str,
    /// What is known of the reason.
    pub reason: Reason,
    /// The server's sentence if it is a known one, else what is safe to say.
    pub text: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server refused `{}`: {}", self.event, self.text)
    }
}

/// The reasons that a caller may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The connection is not logged in.
    NotLoggedIn,
    /// User name or password are wrong.
    Credentials,
    /// The token, or the one-time code, is not accepted.
    Token,
    /// The server's limit of logins is used up.
    TooFrequent,
    /// What the call is about may be gone. A refusal for another reason can read the same: look whether it is there.
    MaybeGone,
    /// Something the object refers to does not exist.
    Reference,
    /// There is one already.
    Taken,
    /// The object is not valid.
    Invalid,
    /// The server could not reach something else.
    Unreachable,
    /// Anything else.
    Other,
}

fn progress(sent: bool) -> &'static str {
    if sent { "after sending" } else { "before sending" }
}

fn unsent(sent: bool) -> &'static str {
    if sent { "" } else { ", and it could not be sent" }
}

fn page(status: u16) -> &'static str {
    if status == 200 {
        ": a server that waits for the choice of its database does so"
    } else {
        ""
    }
}

fn code(code: u16) -> String {
    let meaning = if code == 1009 { " (a message was too large)" } else { "" };
    format!("{code}{meaning}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_whether_the_server_may_have_got_the_call() {
        let ended = |sent| Error::Ended {
            event: "add",
            sent,
            reason: Ended::Dropped,
        };
        assert!(ended(true).sent() && !ended(false).sent());
        assert_eq!(
            ended(true).to_string(),
            "the connection ended after sending `add`: the connection dropped"
        );
        let late = Error::NoAnswer {
            event: "add",
            sent: false,
            after: Duration::from_secs(3),
        };
        assert_eq!(
            late.to_string(),
            "no answer to `add` within 3 s, and it could not be sent"
        );
        assert!(!late.sent());
        assert!(!Error::LoginRequired.sent());
    }

    #[test]
    fn a_page_instead_of_a_websocket_is_explained() {
        let text = Error::Upgrade { status: 200 }.to_string();
        assert!(
            text.ends_with("HTTP 200: a server that waits for the choice of its database does so"),
            "{text}"
        );
        assert!(Error::Upgrade { status: 502 }.to_string().ends_with("HTTP 502"));
        assert!(Ended::Closed(1009).to_string().ends_with("too large)"));
    }
}
