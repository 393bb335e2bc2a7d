//! A transaction that failed, ran out of time or was cancelled, and could say so.

use tfplugin::Diagnostic;

use super::{Doing, Task, capitalise};
use crate::host::engine_error::{Cause, Failure, Left};

/// Names what failed and where, what is left, and the last that the service wrote.
pub(super) fn failed(task: &Task<'_>, failure: &Failure) -> Diagnostic {
    let log = match &failure.service {
        Some(service) if !failure.log.is_empty() => {
            format!("\nLast log lines of {service}:\n  {}", failure.log.join("\n  "))
        }
        _ => String::new(),
    };
    let left = left(task.doing, failure.left);
    let detail = format!("{}: {failure}. {left}{log}", task.place());
    Diagnostic::error(summary(task, failure), detail)
}

fn summary(task: &Task<'_>, failure: &Failure) -> String {
    let work = || capitalise(task.doing.noun());
    match (failure.cause, &failure.service) {
        (Cause::Cancelled, _) => format!("{} was cancelled", work()),
        (Cause::Deadline, Some(service)) => format!("Service {service} did not get well in time"),
        (Cause::Deadline, None) => format!("{} ran out of time in the step {}", work(), failure.step),
        (Cause::Failed, Some(service)) => format!("Service {service} failed"),
        (Cause::Failed, None) => format!("{} failed in the step {}", work(), failure.step),
    }
}

/// What the machine is left with. Only an apply has a way back.
fn left(doing: Doing, left: Left) -> &'static str {
    match (doing, left) {
        (Doing::Restarting, _) => {
            "Containers whose turn had not come still run as before. The stack's release is unchanged."
        }
        (_, Left::Untouched) => "Nothing was changed on the machine.",
        (Doing::Removing, _) => {
            "What it had removed is gone, and the rest is still there: the next destroy goes on from there."
        }
        (_, Left::Previous) => "The previous release runs again.",
        (_, Left::PreviousUnwell) => "The previous release was brought back, but not all of its services are well.",
        (_, Left::Stopped) => "What had been started is stopped; data volumes and secrets stay.",
        (_, Left::Same) => "The same release had been in force before, so there is none to go back to.",
        (_, Left::Unfinished) => "The machine is half changed; the next apply goes on from there.",
    }
}
