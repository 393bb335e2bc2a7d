//! Bringing a release to its host.

use tokio_util::sync::CancellationToken;

use super::options::{ApplyOptions, TransactionId};
use super::outcome::{Applied, Progress};
use super::request::encode;
use super::transaction::{Name, run};
use crate::host::desired::Release;
use crate::host::engine_error::EngineError;
use crate::host::frames::FrameError;
use crate::host::probe::decode_stacks;
use crate::host::run::{Run, Script};

pub(in crate::host) const APPLY: Script = Script::new(concat!(
    include_str!("../shell/library.sh"),
    include_str!("../shell/snapshot.sh"),
    include_str!("../shell/facts.sh"),
    include_str!("../shell/transaction.sh"),
    include_str!("../shell/preflight.sh"),
    include_str!("../shell/stage.sh"),
    include_str!("../shell/run.sh"),
    include_str!("../shell/live.sh"),
    include_str!("../shell/back.sh"),
    include_str!("../shell/release.sh"),
));

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
    let id = TransactionId::new();
    let input = encode(release, options, &id)?;
    let name = Name {
        stack: &release.stack,
        id: &id,
        root: &options.root,
    };
    let time = options.time + options.certificate_wait;
    let success = run(host, &APPLY, input, time, &name, cancel, progress).await?;
    let stack = success.read(|answer| {
        decode_stacks(answer)?
            .remove(&release.stack)
            .ok_or(FrameError::NoRecord("stack"))
    })?;
    let machine_id = success.read(|answer| answer.first("machine")?.text("id"))?;
    let logs = success.read(|answer| {
        let unwell = answer.all("unwell");
        unwell
            .map(|record| Ok((record.text("service")?, record.lines("log")?)))
            .collect()
    })?;
    Ok(Applied {
        stack,
        logs,
        machine_id,
        warnings: success.warnings,
        changed: success.changes,
        elapsed: success.elapsed,
    })
}
