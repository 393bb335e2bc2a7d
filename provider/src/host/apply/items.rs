//! Bringing single items (packages, units, files) to a host.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::outcome::Progress;
use crate::host::desired::Item;
use crate::host::engine_error::EngineError;
use crate::host::run::Run;
use crate::host::snapshot::Snapshot;

/// What bringing items did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemsApplied {
    /// What was changed, in words.
    pub changed: Vec<String>,
    /// The machine as it is now, with the state of the same items.
    pub snapshot: Snapshot,
}

/// Brings the items to the machine in their order, in one exec, and reads the machine again in the same exec.
pub async fn apply_items<R: Run>(
    host: &R,
    items: &[Item],
    time: Duration,
    cancel: &CancellationToken,
    progress: impl FnMut(Progress) + Send,
) -> Result<ItemsApplied, EngineError> {
    let _ = (host, items, time, cancel, progress);
    todo!()
}
