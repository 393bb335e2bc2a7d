//! Removing a stack from its host.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::options::{Data, Origin};
use super::outcome::Progress;
use crate::host::engine_error::EngineError;
use crate::host::run::Run;

/// What a destroy left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// Data volumes that are still there.
    pub volumes: Vec<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Removes the stack's containers, networks and files, and with [`Data::Purge`] its volumes and secrets too.
/// Idempotent: a stack that is not there is a success.
pub async fn destroy<R: Run>(
    host: &R,
    stack: &str,
    data: Data,
    origin: &Origin,
    time: Duration,
    cancel: &CancellationToken,
    progress: impl FnMut(Progress) + Send,
) -> Result<Destroyed, EngineError> {
    let _ = (host, stack, data, origin, time, cancel, progress);
    todo!()
}
