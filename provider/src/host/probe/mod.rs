//! Reading a machine: one script, one exec, everything.

mod cache;

pub use cache::SnapshotCache;

use std::collections::BTreeSet;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::desired::Item;
use super::engine_error::EngineError;
use super::run::Run;
use super::snapshot::Snapshot;

/// What a probe is asked beyond what it always tells (facts, engine, listeners, every stack).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeRequest {
    /// Items whose state is asked.
    pub items: Vec<Item>,
    /// Packages whose installed and candidate versions are asked.
    pub packages: BTreeSet<String>,
    /// Whether the content of every managed file is asked, also of those that are as they should be (import).
    pub contents: bool,
    /// The biggest file whose content is sent, in bytes.
    pub content_limit: usize,
    /// How long the whole probe may take, connecting included.
    pub time: Duration,
}

impl Default for ProbeRequest {
    /// Nothing beyond the usual, contents up to 256 KiB, 60 s.
    fn default() -> Self {
        Self {
            items: Vec::new(),
            packages: BTreeSet::new(),
            contents: false,
            content_limit: 256 * 1024,
            time: Duration::from_secs(60),
        }
    }
}

/// Reads the machine. Changes nothing there. An answer that is cut off is an error, never an absence.
pub async fn probe<R: Run>(
    host: &R,
    request: &ProbeRequest,
    cancel: &CancellationToken,
) -> Result<Snapshot, EngineError> {
    let _ = (host, request, cancel);
    todo!()
}
