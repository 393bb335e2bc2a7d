//! Restarting containers of a stack that is in force.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::options::{Origin, TransactionId};
use super::outcome::Progress;
use super::request::common;
use super::transaction::{Name, run};
use crate::host::engine_error::EngineError;
use crate::host::run::{Input, Run, Script};

pub(in crate::host) const RESTART: Script = Script::new(concat!(
    include_str!("../shell/library.sh"),
    include_str!("../shell/snapshot.sh"),
    include_str!("../shell/transaction.sh"),
    include_str!("../shell/preflight.sh"),
    include_str!("../shell/run.sh"),
    include_str!("../shell/restart.sh"),
));

/// What is to be restarted, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestartOptions {
    /// Who asks.
    pub origin: Origin,
    /// Names of the containers' services, in the order in which they are restarted.
    pub services: Vec<String>,
    /// The time for all of it, health included.
    pub time: Duration,
    /// A folder that stands for `/` on the machine: empty but in tests.
    pub root: String,
}

/// Restarts containers one after the other, each until it is well again: the others serve meanwhile. Takes the stack's
/// lock, so that no apply is at work at the same time.
///
/// The steps are `lock` and `preflight`, then `stop/SERVICE`, `start/SERVICE` and `health/SERVICE` of each. When `cancel`
/// fires or the time is over, a container that was stopped is started before the end.
pub async fn restart<R: Run>(
    host: &R,
    stack: &str,
    options: &RestartOptions,
    cancel: &CancellationToken,
    progress: impl FnMut(Progress) + Send,
) -> Result<Duration, EngineError> {
    crate::host::desired::check::check_stack_name(stack)?;
    let id = TransactionId::new();
    let mut request = common(stack, &id, &options.origin, options.time.as_secs(), &options.root);
    for service in &options.services {
        // Whether it has a health check is seen in its state.
        request.line("restart", [service.as_str(), "-"]);
    }
    let input = Input::from(request.finish()?);
    let name = Name {
        stack,
        id: &id,
        root: &options.root,
    };
    let success = run(host, &RESTART, input, options.time, &name, cancel, progress).await?;
    Ok(success.elapsed)
}
