//! One probe for everybody who asks within one plan.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{ProbeRequest, probe};
use crate::host::engine_error::EngineError;
use crate::host::run::Run;
use crate::host::snapshot::Snapshot;

/// The snapshot of one host, read at most once until something changes there.
///
/// Callers that come while a probe is under way wait for it and share its answer. A failed probe is shared by those who
/// waited for it and asked again by the next.
#[derive(Debug)]
pub struct SnapshotCache<R> {
    host: R,
    request: ProbeRequest,
    slot: Mutex<Option<Arc<Snapshot>>>,
}

impl<R: Run> SnapshotCache<R> {
    /// An empty cache over a host; `request` is what every probe of it asks.
    pub fn new(host: R, request: ProbeRequest) -> Self {
        Self {
            host,
            request,
            slot: Mutex::new(None),
        }
    }

    /// The host itself, for applies. Call [`Self::invalidate`] after each, whatever came of it.
    pub fn host(&self) -> &R {
        &self.host
    }

    /// The snapshot: the cached one, or that of a probe made now.
    pub async fn get(&self, cancel: &CancellationToken) -> Result<Arc<Snapshot>, EngineError> {
        let mut slot = self.slot.lock().await;
        if let Some(snapshot) = slot.as_ref() {
            return Ok(Arc::clone(snapshot));
        }
        let snapshot = Arc::new(probe(&self.host, &self.request, cancel).await?);
        *slot = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// Forgets the snapshot, since the machine has changed or may have.
    pub async fn invalidate(&self) {
        *self.slot.lock().await = None;
    }
}
