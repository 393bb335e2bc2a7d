//! Bringing a stack to its machine, and removing it.

use std::time::Duration;

use tfplugin::server::{Call, Change};
use tfplugin::{Diagnostic, Diagnostics, Field};
use tokio_util::sync::CancellationToken;

use super::model::Stack;
use super::{StackResource, observe, plan};
use crate::diagnose::{self, Doing};
use crate::host::apply::{ApplyOptions, Data, DestroyOptions, apply, destroy, may_have_changed};
use crate::host::engine_error::EngineError;
use crate::host::pool::Host;
use crate::host::probe::{ProbeRequest, SnapshotCache, probe};
use crate::host::snapshot::StackSnapshot;
use crate::render::Rendered;
use crate::resources::machine::{self, Memory};
use crate::resources::reference::HostReference;
use crate::resources::{origin::origin, progress};

impl StackResource {
    /// Brings the planned stack to its machine. What is there already is taken over: a run that was killed leaves a
    /// stack that no state knows of.
    pub(super) async fn converge(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let Some(planned) = change.planned.clone() else {
            return Ok(());
        };
        let Some(rendered) = plan::rendered(&planned)? else {
            return Err(Diagnostic::error(
                "The stack is not known",
                "A value that the stack needs is still unknown in the apply. This is a mistake of Terraform or of the \
                 provider: please report it.",
            )
            .into());
        };
        let (_, cache) = machine::reach(&self.shared, &planned.host).await?;
        if change.prior.is_none() {
            let found = cache
                .get(&call.cancel)
                .await
                .map_err(|error| diagnose::engine_error(Doing::Changing, &error))?;
            if let Some(warning) = found.stacks.get(name(&planned)).and_then(adopted) {
                call.warn(warning);
            }
        }
        let mut options = ApplyOptions::new(origin());
        options.time = machine::time(call);
        let outcome = apply(cache.host(), &rendered.release, &options, &call.cancel, |step| {
            progress::log(&step);
        })
        .await;
        cache.invalidate().await;
        match outcome {
            Ok(applied) => {
                for warning in &applied.warnings {
                    call.warn(Diagnostic::warning(
                        "The stack was applied, with a remark",
                        warning.clone(),
                    ));
                }
                let mut state = applied_state(planned, &rendered, &applied.stack);
                machine::remember_key(cache.host(), &mut state.host);
                change.private = Memory {
                    machine_id: applied.machine_id,
                    other_key: None,
                };
                change.state = Some(state);
                Ok(())
            }
            Err(error) => {
                change.state = after_failure(&cache, change, planned, &rendered, &error).await;
                Err(diagnose::engine_error(Doing::Changing, &error))
            }
        }
    }

    /// Removes the stack from its machine.
    pub(super) async fn remove(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let Some(prior) = &change.prior else { return Ok(()) };
        let (_, cache) = machine::reach(&self.shared, &prior.host).await?;
        let data = match prior.on_destroy.known().map(String::as_str) {
            Some("purge") => Data::Purge,
            _ => Data::Keep,
        };
        let options = DestroyOptions {
            time: machine::time(call),
            ..DestroyOptions::new(origin(), data)
        };
        let outcome = destroy(cache.host(), name(prior), &options, &call.cancel, |step| {
            progress::log(&step);
        })
        .await;
        cache.invalidate().await;
        let destroyed = outcome.map_err(|error| diagnose::engine_error(Doing::Removing, &error))?;
        for warning in destroyed.warnings {
            call.warn(Diagnostic::warning("The stack was removed, with a remark", warning));
        }
        Ok(())
    }

    /// The stack on its machine with the content of every file.
    pub(super) async fn whole(
        &self,
        call: &Call,
        host: &Field<HostReference>,
        name: &str,
    ) -> Result<StackSnapshot, Diagnostics> {
        let (_, cache) = machine::reach(&self.shared, host).await?;
        let request = ProbeRequest {
            contents: true,
            ..ProbeRequest::default()
        };
        let mut snapshot = probe(cache.host(), &request, &call.cancel)
            .await
            .map_err(|error| diagnose::engine_error(Doing::Reading, &error))?;
        snapshot.stacks.remove(name).ok_or_else(|| {
            let others: Vec<_> = snapshot.stacks.keys().cloned().collect();
            Diagnostic::error(
                "The stack is not on the machine",
                match others.as_slice() {
                    [] => format!("There is no stack {name} below /opt/quickfra, nor any other."),
                    others => format!(
                        "There is no stack {name} below /opt/quickfra. There is: {}.",
                        others.join(", ")
                    ),
                },
            )
            .at(diagnose::host())
            .into()
        })
    }
}

/// What is told when a create finds its stack on the machine. What an earlier destroy kept is no stack.
pub(super) fn adopted(found: &StackSnapshot) -> Option<Diagnostic> {
    let release = found.release.as_ref()?;
    let origin = found.installed.as_ref().map_or_else(String::new, |installed| {
        format!(" It was applied by {} at {}.", installed.by, installed.at)
    });
    Some(
        Diagnostic::warning(
            "The stack was on the machine already, and was taken over",
            format!(
                "A stack {} with release {release} was there without being in this state: an apply was killed before its \
                 state was written, or another configuration uses the same name.{origin}",
                found.name
            ),
        )
        .at(diagnose::host()),
    )
}

/// The state of a stack that is in force: as planned, with what the machine tells.
fn applied_state(planned: Stack, rendered: &Rendered, found: &StackSnapshot) -> Stack {
    let mut state = planned;
    state.endpoints = plan::endpoints(rendered);
    observe::observe(found, &rendered.files, &mut state);
    state
}

/// Whether the change brings the stack to another machine than the one of the state, or to one that was made anew.
fn moves(change: &Change<StackResource>) -> bool {
    let host = |stack: &Option<Stack>| stack.as_ref().map(|stack| HostReference::referred(&stack.host));
    change.private.other_key.is_some() || host(&change.prior) != host(&change.planned)
}

/// The state after an apply that failed: what the machine has now if it can still be asked, else what was known before.
/// Nothing, if nothing came about.
async fn after_failure(
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
        contents: true,
        time: AFTER_FAILURE,
        ..ProbeRequest::default()
    };
    let found = probe(cache.host(), &request, &CancellationToken::new()).await;
    // Where the machine does not answer, the state is what it may have become: the next refresh tells.
    let Ok(snapshot) = found else { return Some(state) };
    match snapshot.stacks.get(name(&state)) {
        Some(found) => observe::observe(found, &known, &mut state),
        None => return change.prior.clone(),
    }
    Some(state)
}

/// The longest that a machine is asked what a failed apply left.
const AFTER_FAILURE: Duration = Duration::from_secs(20);

/// The name of a stack in an apply, where it is known.
fn name(stack: &Stack) -> &str {
    stack.name.known().map_or("", String::as_str)
}
