//! How a script gets to a machine and its output back.

pub(super) mod child;
pub(super) mod collector;
mod counters;
pub(super) mod loader;
pub(super) mod local;
pub(super) mod ssh;

pub(super) use counters::Counters;
pub use counters::Counts;

use std::time::Instant;

use super::error::{HostError, Peer};

/// When a run began and when it must end.
struct Given {
    peer: Peer,
    begun: Instant,
    deadline: Option<Instant>,
}

impl Given {
    fn new(peer: Peer, deadline: Option<Instant>) -> Self {
        Self {
            peer,
            begun: Instant::now(),
            deadline,
        }
    }

    /// Ends when the deadline passes; never without one.
    async fn passed(&self) {
        match self.deadline {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    }

    fn deadline(&self, sent: bool) -> HostError {
        HostError::Deadline {
            peer: self.peer.clone(),
            sent,
            after: self.begun.elapsed(),
        }
    }

    fn cancelled(&self, sent: bool) -> HostError {
        HostError::Cancelled {
            peer: self.peer.clone(),
            sent,
        }
    }
}
