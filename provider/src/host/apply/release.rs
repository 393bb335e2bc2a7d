//! Bringing a release to its host.

use tokio_util::sync::CancellationToken;

use super::options::ApplyOptions;
use super::outcome::{Applied, Progress};
use crate::host::desired::Release;
use crate::host::engine_error::EngineError;
use crate::host::run::Run;

/// Brings `release` to the machine, or leaves it with what it had: one exec, whatever has to change.
///
/// When `cancel` fires, the transaction is asked (by a second exec) to take itself back, and its end is waited for: the
/// error then is [`EngineError::Failed`] with [`Cause::Cancelled`](crate::host::engine_error::Cause::Cancelled). When
/// the connection is lost, the script on the machine finishes or goes back by itself; the next probe tells which.
pub async fn apply<R: Run>(
    host: &R,
    release: &Release,
    options: &ApplyOptions,
    cancel: &CancellationToken,
    progress: impl FnMut(Progress) + Send,
) -> Result<Applied, EngineError> {
    release.check()?;
    let _ = (host, options, cancel, progress);
    todo!()
}
