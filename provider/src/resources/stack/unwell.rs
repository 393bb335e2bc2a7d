//! Services that were well when an apply looked at their health, and are not any more at its end: pure.

use tfplugin::{Diagnostic, Diagnostics};

use super::observe::{HEALTHY, NO_HEALTH_CHECK};
use crate::host::apply::Applied;
use crate::host::desired::Release;
use crate::host::snapshot::Container;

/// What becomes of the object whose apply ended like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Saved {
    /// It was there before.
    Updated,
    /// It was made, and core taints it since the create ends with an error.
    Created,
    /// It is not in the state: its create took a stack over.
    Nothing,
}

/// One error for each service of the release in force that is not as it was planned. `place` names the stack and its
/// machine.
pub(super) fn unwell(place: &str, release: &Release, applied: &Applied, saved: Saved) -> Diagnostics {
    let mut errors = Diagnostics::new();
    for expected in &release.services {
        let containers = &applied.stack.containers;
        let found = containers.iter().find(|container| container.service == expected.name);
        let health = if expected.has_health_check {
            HEALTHY
        } else {
            NO_HEALTH_CHECK
        };
        let Some(now) = trouble(found, health) else { continue };
        let name = &expected.name;
        let log = applied.logs.get(name).filter(|lines| !lines.is_empty());
        let log = log.map_or_else(String::new, |lines| {
            format!("\nLast log lines of {name}:\n  {}", lines.join("\n  "))
        });
        errors.push(Diagnostic::error(
            format!("Service {name} did not stay well"),
            format!(
                "{place}: release {} is in force, and {name} was well when its health was looked at, but at the end of \
                 the apply {now}.{log}\n\n{}",
                release.hash(),
                next(saved)
            ),
        ));
    }
    errors
}

/// What is wrong with a container, if anything is.
fn trouble(found: Option<&Container>, health: &str) -> Option<String> {
    let Some(container) = found else {
        return Some("it has no container".to_owned());
    };
    let found = container.health.as_deref().unwrap_or(NO_HEALTH_CHECK);
    match container.state.as_str() {
        "running" if found == health => None,
        "running" => Some(format!("it runs and is {found}")),
        "exited" => Some(format!("it is stopped (status {})", container.exit_code)),
        state => Some(format!("it is {state}")),
    }
}

fn next(saved: Saved) -> &'static str {
    match saved {
        Saved::Updated => {
            "The state holds the new release, and this service as it is now. The next plan shows it, and the next apply \
             starts it again: see first why it did not stay."
        }
        Saved::Created => {
            "The state holds the stack with this service as it is now. Since its create did not end well, the stack is \
             tainted: the next apply makes it anew. See first why the service did not stay; the command untaint keeps the \
             stack, and the next apply then only starts the service again."
        }
        Saved::Nothing => {
            "The stack was on the machine before, and is not in the state yet: the next apply takes it over again, and \
             starts the service. See first why it did not stay."
        }
    }
}
