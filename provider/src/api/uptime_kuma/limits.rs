//! How long this side waits, and for what.

use std::time::Duration;

/// The times after which the client gives up. Every wait has one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// From the byte stream to the server's first `info`. The first connection after a server's start is slow.
    pub handshake: Duration,
    /// From a call to its answer. The list of some hundred monitors takes the server seconds.
    pub call: Duration,
    /// How long a server is tried that cannot be reached, and was reached before: it may be restarting.
    pub reach: Duration,
    /// How long a server is tried that was never reached: the address may be wrong.
    pub first_reach: Duration,
    /// How long a login may wait for the server's limit of logins, and for the next one-time code.
    pub login: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(30),
            call: Duration::from_secs(30),
            reach: Duration::from_secs(30),
            first_reach: Duration::from_secs(10),
            login: Duration::from_secs(90),
        }
    }
}
