//! What the state says after an apply that failed.

use std::time::Duration;

use tfplugin::Diagnostic;
use tfplugin::server::Change;
use tokio_util::sync::CancellationToken;

use super::model::Stack;
use super::{StackResource, observe};
use crate::diagnose;
use crate::host::apply::may_have_changed;
use crate::host::engine_error::EngineError;
use crate::host::pool::Host;
use crate::host::probe::{ProbeRequest, SnapshotCache, probe};
use crate::render::Rendered;
use crate::resources::reference::HostReference;

/// The longest that a machine is asked what a failed apply left.
const TIME: Duration = Duration::from_secs(20);

/// The state after an apply that failed: what the machine has now if it can still be asked, else what was known before.
/// Nothing, if nothing came about.
pub(super) async fn after_failure(
    cache: &SnapshotCache<Host>,
    change: &Change<StackResource>,
    planned: Stack,
    rendered: &Rendered,
    error: &EngineError,
) -> Option<Stack> {
    // What a failed move left on the machine that was to be is not the state of the one where the stack still is.
    if !may_have_changed(error) || (change.prior.is_some() && moves(change)) {
        return change.prior.clone();
    }
    // What is configured stays as it was before the apply, so that the next plan shows it as still to be done.
    let mut state = change.prior.clone().unwrap_or(planned);
    let known = match &change.prior {
        Some(prior) => observe::lines_of(&prior.files),
        None => rendered.files.clone(),
    };
    // The call's own token may have been the reason: this look at the machine is bounded by its time alone.
    let request = ProbeRequest {
        time: TIME,
        ..ProbeRequest::with_contents()
    };
    let found = probe(cache.host(), &request, &CancellationToken::new()).await;
    // Where the machine does not answer, the state is what it may have become: the next refresh tells.
    if let Ok(snapshot) = found {
        let name = state.name.known().map_or("", String::as_str);
        match snapshot.stacks.get(name) {
            Some(found) => observe::observe(found, &known, &mut state),
            None => return change.prior.clone(),
        }
    }
    if let Some(earlier) = &change.private.before_create {
        earlier.note(&mut state);
    }
    Some(state)
}

/// Whether the change brings the stack to another machine than the one of the state, or to one that was made anew.
fn moves(change: &Change<StackResource>) -> bool {
    let host = |stack: &Option<Stack>| stack.as_ref().map(|stack| HostReference::referred(&stack.host));
    change.private.machine.other_key.is_some() || host(&change.prior) != host(&change.planned)
}

/// What is told of a create that found its stack in force on the machine, and failed. The object stays out of the state
/// as it was before: saved, it would be tainted, and the next apply would first remove the stack that runs there.
pub(super) fn not_taken_over(place: &str) -> Diagnostic {
    Diagnostic::warning(
        "The stack that was on the machine before stays out of the state",
        format!(
            "{place} was in force there without being in this state, and this apply did not succeed in taking it over. \
             What is there is neither replaced nor removed; the next apply takes it over again."
        ),
    )
    .at(diagnose::host())
}
