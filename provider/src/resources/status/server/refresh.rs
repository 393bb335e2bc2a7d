//! Getting at a server for a look at what is there.

use std::sync::Arc;

use tfplugin::server::Call;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use super::reference::OnServer;
use super::{Server, reach};
use crate::catalog::status;
use crate::configuration::{OnUnreachable, Shared};
use crate::diagnose::{self, Doing, Task};
use crate::host::snapshot::StackSnapshot;
use crate::resources::machine::{self, Memory, Refreshed};
use crate::resources::stack_reference;

/// The server of an object, for a refresh. None if nothing can be seen of the object now for a reason that leaves the
/// state as it is; a warning was given.
pub(crate) async fn refresh<M: OnServer>(
    shared: &Shared,
    call: &Call,
    state: &M,
    memory: &mut Memory,
) -> Result<Option<Arc<Server>>, Diagnostics> {
    if machine::waits(shared, call) {
        return Ok(None);
    }
    if let Some(stack) = state.stack().known() {
        let seen = machine::refresh(shared, call, &stack.host, memory).await;
        let Refreshed::Snapshot(snapshot) = seen.map_err(stack_reference::below)? else {
            return Ok(None);
        };
        memory.machine_id.clone_from(&snapshot.facts.machine_id);
        let name = stack.name.known().cloned().unwrap_or_default();
        if let Some(reason) = not_running(snapshot.stacks.get(&name)) {
            call.warn(kept(&name, &reason));
            return Ok(None);
        }
        return reach(shared, call, state).await.map(Some);
    }
    let configured = machine::configured(shared)?;
    match reach(shared, call, state).await {
        Ok(server) => Ok(Some(server)),
        Err(errors) if configured.on_unreachable == OnUnreachable::Warn && unreachable(&errors) => {
            for error in errors {
                call.warn(unreached(&error));
            }
            Ok(None)
        }
        Err(errors) => Err(errors),
    }
}

/// Whether the stack of an object is not on its machine any more, so that the object is not there either: with a warning
/// that says so, since data that the stack left behind may hold it.
pub(crate) async fn gone<M: OnServer>(
    shared: &Shared,
    call: &Call,
    state: &M,
) -> Result<Option<Diagnostic>, Diagnostics> {
    let Some(stack) = state.stack().known() else {
        return Ok(None);
    };
    let (machine, cache) = machine::reach(shared, &stack.host)
        .await
        .map_err(stack_reference::below)?;
    let task = Task::new(Doing::Removing, &machine);
    let snapshot = cache.get(&call.cancel).await;
    let snapshot = snapshot.map_err(|error| stack_reference::below(diagnose::engine_error(&task, &error)))?;
    let name = stack.name.known().map_or("", String::as_str);
    let there = snapshot.stacks.get(name).is_some_and(|found| found.release.is_some());
    Ok((!there).then(|| left(name)))
}

fn left(stack: &str) -> Diagnostic {
    Diagnostic::warning(
        "The stack is gone, and its Uptime Kuma with it",
        format!(
            "The stack {stack} is not on its machine any more, so nothing was deleted in its Uptime Kuma. If its data were \
             kept, a stack of the same name brings back what is in them."
        ),
    )
    .at(stack_reference::attribute())
}

/// Why the stack's Uptime Kuma cannot be asked: the apply that heals the stack has to be planned first.
fn not_running(found: Option<&StackSnapshot>) -> Option<String> {
    let Some(found) = found.filter(|found| found.release.is_some()) else {
        return Some("the stack is not on its machine".to_owned());
    };
    let container = found
        .containers
        .iter()
        .find(|container| container.service == status::NAME);
    match container {
        None if !found.services.iter().any(|service| service == status::NAME) => {
            Some("the stack has no status page".to_owned())
        }
        None => Some("its container is missing".to_owned()),
        Some(container) if container.state == "running" => None,
        Some(container) => Some(format!("its container is {}", container.state)),
    }
}

fn kept(stack: &str, reason: &str) -> Diagnostic {
    Diagnostic::warning(
        "Uptime Kuma was not looked at; the state is kept",
        format!(
            "Uptime Kuma of the stack {stack} does not run: {reason}. What is shown of it is what the state holds. Apply \
             the stack, then plan again."
        ),
    )
    .at(stack_reference::attribute())
}

/// Whether a server could not be reached at all, as opposed to one that refused something.
fn unreachable(errors: &Diagnostics) -> bool {
    errors
        .iter()
        .any(|error| error.summary == diagnose::status::UNREACHABLE)
}

fn unreached(error: &Diagnostic) -> Diagnostic {
    Diagnostic::warning(
        "Uptime Kuma cannot be reached; the state is kept",
        format!(
            "{}\n\nWhat is shown of it is what the state holds, since the provider block says on_unreachable = \"warn\".",
            error.detail
        ),
    )
    .at(Path::root().attribute("endpoint"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::snapshot::Container;

    fn found(services: &[&str], state: Option<&str>) -> StackSnapshot {
        let container = |state: &str| {
            let text = format!(
                r#"{{"service":"status","id":"","name":"","image":"","image_id":"","state":"{state}","health":null,
                "exit_code":0,"restarts":0,"started_at":"","config_hash":""}}"#
            );
            serde_json::from_str::<Container>(&text).unwrap()
        };
        StackSnapshot {
            release: Some("a".to_owned()),
            services: services.iter().map(|&service| service.to_owned()).collect(),
            containers: state.map(container).into_iter().collect(),
            ..StackSnapshot::default()
        }
    }

    #[test]
    fn only_a_server_that_runs_is_asked() {
        let reason = |found: &StackSnapshot| not_running(Some(found)).unwrap_or_default();
        assert_eq!(not_running(None).unwrap(), "the stack is not on its machine");
        assert_eq!(reason(&StackSnapshot::default()), "the stack is not on its machine");
        assert_eq!(reason(&found(&["metrics"], None)), "the stack has no status page");
        assert_eq!(reason(&found(&["status"], None)), "its container is missing");
        assert_eq!(reason(&found(&["status"], Some("exited"))), "its container is exited");
        assert_eq!(not_running(Some(&found(&["status"], Some("running")))), None);
    }
}
