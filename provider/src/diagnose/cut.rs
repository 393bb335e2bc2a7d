//! A script that was ended on the machine before it could say how far it came.

use tfplugin::{Diagnostic, Diagnostics};

use super::{Doing, Task, capitalise, host};
use crate::host::run::Exit;

/// Names what was cut, where, how far it had come, and what is left.
pub(super) fn cut(task: &Task<'_>, step: Option<&str>, status: &Exit, stderr: &str) -> Diagnostics {
    let (summary, left) = match task.doing {
        Doing::Removing => (
            "The destroy was cut on the machine",
            "What it had removed is gone, and the rest is still there: the next destroy goes on.",
        ),
        Doing::Restarting => (
            "The restart was cut on the machine",
            "The container whose turn it was may be stopped, and the others run: restart again.",
        ),
        _ => ("The apply was cut on the machine", left(step)),
    };
    let reached = step.map_or_else(
        || "before its first step".to_owned(),
        |step| format!("in its step {step}"),
    );
    let said = if stderr.is_empty() {
        String::new()
    } else {
        format!("\nIt said last: {stderr}")
    };
    Diagnostic::error(
        summary,
        format!(
            "{} was ended from outside {reached} ({status}), before it could say what it leaves.{said}\n\n{left}\n\nPlan \
             again to see where it stands. If it is cut again, look for what ends processes on the machine: its journal, \
             and dmesg for a lack of memory.",
            capitalise(&task.work()),
        ),
    )
    .at(host())
    .into()
}

/// What a cut apply leaves, by the step that it was in.
fn left(step: Option<&str>) -> &'static str {
    match step {
        None | Some("lock" | "preflight" | "stage" | "secrets" | "check" | "pull") => {
            "Nothing that runs was touched: the previous release, if there is one, serves on. The next apply begins anew."
        }
        Some("journal" | "start" | "health" | "first-run" | "live" | "rollback") => {
            "The previous release, if there is one, is still the one in force, but containers may have been replaced \
             already. Data stays. The next apply heals it: it goes on from what it finds."
        }
        Some("switch" | "prune" | "certificates") => {
            "All services were well by then, and the new release is in force, or was about to be. The next apply does what \
             is left."
        }
        Some(_) => "What was done until then stays. The next apply goes on from what it finds.",
    }
}
