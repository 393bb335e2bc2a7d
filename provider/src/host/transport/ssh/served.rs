//! What a session serves at the same time: jobs and streams, by the same rules about sending.

use std::time::Duration;

use crate::host::error::Peer;

use super::exchange::{Broken, Exchange, Step, Surroundings};
use super::tunnel::Tunnel;
use super::{Job, Shared};

/// A channel at work.
pub(super) enum Served {
    Job(Exchange),
    Stream(Tunnel),
}

impl Served {
    /// Does what can be done now.
    pub(super) fn step(&mut self, around: &mut Surroundings<'_>, may_open: bool) -> Result<Step, Broken> {
        match self {
            Self::Job(exchange) => exchange.step(around, may_open),
            Self::Stream(tunnel) => tunnel.step(around, may_open),
        }
    }

    /// Whether there is no channel yet. Only one may be opened at a time.
    pub(super) fn has_no_channel(&self) -> bool {
        match self {
            Self::Job(exchange) => exchange.has_no_channel(),
            Self::Stream(tunnel) => tunnel.has_no_channel(),
        }
    }

    /// Whether a write must be repeated before anything else is sent.
    pub(super) fn stuck(&self) -> bool {
        match self {
            Self::Job(exchange) => exchange.stuck(),
            Self::Stream(tunnel) => tunnel.stuck(),
        }
    }

    /// Whether its steps take what arrives. A stream whose reader is slow does not.
    pub(super) fn listens(&self) -> bool {
        match self {
            Self::Job(_) => true,
            Self::Stream(tunnel) => tunnel.listens(),
        }
    }

    /// Whether it takes one of the places for jobs.
    pub(super) fn is_job(&self) -> bool {
        matches!(self, Self::Job(_))
    }

    /// Whether only the close of the channel is awaited, and for longer than `limit`.
    pub(super) fn lingers(&self, limit: Duration) -> bool {
        let closing = match self {
            Self::Job(exchange) => exchange.closing(),
            Self::Stream(tunnel) => tunnel.closing(),
        };
        closing.is_some_and(|since| since.elapsed() > limit)
    }

    /// Ends it with the session. What the server was not asked for yet gets one more try on a new one.
    pub(super) fn break_off(self, shared: &Shared, peer: &Peer, reason: &str) {
        match self {
            Self::Job(exchange) => match exchange.into_untouched_job() {
                Ok(job) if !job.retried => shared.requeue(Job { retried: true, ..job }),
                Ok(job) => job.lost(peer, false, reason),
                Err(job) => job.lost(peer, true, reason),
            },
            Self::Stream(tunnel) => tunnel.break_off(shared, peer, reason),
        }
    }
}
