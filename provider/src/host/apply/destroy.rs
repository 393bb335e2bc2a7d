//! Removing a stack from its host.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::options::{Data, DestroyOptions, TransactionId};
use super::outcome::Progress;
use super::request::common;
use super::transaction::{Name, run};
use crate::host::engine_error::EngineError;
use crate::host::run::{Input, Run, Script};

pub(in crate::host) const DESTROY: Script = Script::new(concat!(
    include_str!("../shell/library.sh"),
    include_str!("../shell/snapshot.sh"),
    include_str!("../shell/transaction.sh"),
    include_str!("../shell/destroy.sh"),
));

/// What a destroy left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// Data volumes that are still there.
    pub volumes: Vec<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// What was changed, in words.
    pub changed: Vec<String>,
    /// How long the script ran.
    pub elapsed: Duration,
}

/// Removes the stack's containers, networks and files, and with [`Data::Purge`] its volumes and secrets too.
/// Idempotent: a stack that is not there is a success, and one that was cut goes on.
pub async fn destroy<R: Run>(
    host: &R,
    stack: &str,
    options: &DestroyOptions,
    cancel: &CancellationToken,
    progress: impl FnMut(Progress) + Send,
) -> Result<Destroyed, EngineError> {
    crate::host::desired::check::check_stack_name(stack)?;
    let id = TransactionId::new();
    let mut request = common(stack, &id, &options.origin, options.time.as_secs(), &options.root);
    if options.data == Data::Purge {
        request.line("purge", [""; 0]);
    }
    if let Some(step) = &options.stop_after {
        request.line("stop_after", [step]);
    }
    let input = Input::from(request.finish()?);
    let name = Name {
        stack,
        id: &id,
        root: &options.root,
    };
    let success = run(host, &DESTROY, input, options.time, &name, cancel, progress).await?;
    let volumes = success.read(|answer| answer.first("left")?.lines("volumes"))?;
    Ok(Destroyed {
        volumes,
        warnings: success.warnings,
        changed: success.changes,
        elapsed: success.elapsed,
    })
}
