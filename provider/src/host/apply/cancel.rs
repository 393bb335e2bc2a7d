//! Asking a running transaction to take itself back.

use super::options::TransactionId;
use crate::host::engine_error::EngineError;
use crate::host::run::Run;
use crate::host::snapshot::Holder;

/// What a cancel met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelOutcome {
    /// The transaction runs and will see the request; its holder says where it is.
    Asked(Holder),
    /// No such transaction runs (any more).
    NotRunning,
}

/// Asks the transaction `id` on `stack` to stop and go back. [`apply`](super::apply) does this by itself when its token
/// fires.
pub async fn cancel<R: Run>(host: &R, stack: &str, id: &TransactionId) -> Result<CancelOutcome, EngineError> {
    let _ = (host, stack, id);
    todo!()
}
