//! Bringing a stack to its machine, and removing it.

use tfplugin::server::{Call, Change};
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::after_failure::{after_failure, not_taken_over};
use super::model::Stack;
use super::unwell::{Saved, unwell};
use super::{Earlier, StackMemory, StackResource, observe, plan};
use crate::diagnose::{self, Doing, Task};
use crate::host::apply::{Applied, ApplyOptions, Data, DestroyOptions, apply, destroy};
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
        let (machine, cache) = machine::reach(&self.shared, &planned.host).await?;
        let task = Task::of_stack(Doing::Changing, &machine, &rendered.release.stack);
        let taken_over = match change.prior {
            Some(_) => None,
            None => begin(call, change, &cache, &task).await?,
        };
        let mut options = ApplyOptions::new(origin());
        options.time = machine::time(call);
        let outcome = apply(cache.host(), &rendered.release, &options, &call.cancel, |step| {
            progress::log(&step);
        })
        .await;
        cache.invalidate().await;
        let ended = match outcome {
            Ok(applied) => {
                let ended = in_force(call, change, &task, planned, &rendered, applied, taken_over.is_some());
                if let Some(state) = &mut change.state {
                    machine::remember_key(cache.host(), &mut state.host);
                }
                ended
            }
            Err(error) => {
                change.state = match &taken_over {
                    Some(_) => None,
                    None => after_failure(&cache, change, planned, &rendered, &error).await,
                };
                Err(diagnose::engine_error(&task, &error))
            }
        };
        if let Some(found) = taken_over {
            call.warn(if ended.is_ok() {
                found
            } else {
                not_taken_over(&task.place())
            });
        }
        ended
    }

    /// Removes the stack from its machine.
    pub(super) async fn remove(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let Some(prior) = &change.prior else { return Ok(()) };
        let (machine, cache) = machine::reach(&self.shared, &prior.host).await?;
        let task = Task::of_stack(Doing::Removing, &machine, name(prior));
        let purge = prior.on_destroy.known().is_some_and(|data| data == "purge");
        let earlier = Earlier::of(&change.private, prior).filter(|_| purge);
        let data = if purge && earlier.is_none() {
            Data::Purge
        } else {
            Data::Keep
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
        let destroyed = outcome.map_err(|error| diagnose::engine_error(&task, &error))?;
        if let Some(earlier) = earlier {
            call.warn(earlier.kept(name(prior), &task.place(), &destroyed.volumes));
        }
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
        let (machine, cache) = machine::reach(&self.shared, host).await?;
        let mut snapshot = probe(cache.host(), &ProbeRequest::with_contents(), &call.cancel)
            .await
            .map_err(|error| diagnose::engine_error(&Task::new(Doing::Reading, &machine), &error))?;
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

/// Looks at the machine before a create: what is there already is remembered, so that no later destroy of an object that
/// was never finished takes it away. Returns what is told if the create takes a stack over.
async fn begin(
    call: &Call,
    change: &mut Change<StackResource>,
    cache: &SnapshotCache<Host>,
    task: &Task<'_>,
) -> Result<Option<Diagnostic>, Diagnostics> {
    let snapshot = cache
        .get(&call.cancel)
        .await
        .map_err(|error| diagnose::engine_error(task, &error))?;
    let found = change
        .planned
        .as_ref()
        .and_then(|planned| snapshot.stacks.get(name(planned)));
    let earlier = Earlier::found(found);
    if !earlier.data.is_empty() {
        // Stored if this call breaks off without an answer of its own.
        change.state.clone_from(&change.planned);
        if let Some(state) = &mut change.state {
            earlier.note(state);
        }
    }
    change.private = StackMemory {
        before_create: Some(earlier),
        ..StackMemory::default()
    };
    Ok(found.and_then(adopted))
}

/// What is saved of a release that is in force. It is an error if a service did not stay well: the state then differs from
/// what was planned.
fn in_force(
    call: &Call,
    change: &mut Change<StackResource>,
    task: &Task<'_>,
    planned: Stack,
    rendered: &Rendered,
    applied: Applied,
    taken_over: bool,
) -> Result<(), Diagnostics> {
    for warning in &applied.warnings {
        call.warn(Diagnostic::warning(
            "The stack was applied, with a remark",
            warning.clone(),
        ));
    }
    let saved = match (&change.prior, taken_over) {
        (Some(_), _) => Saved::Updated,
        (None, false) => Saved::Created,
        (None, true) => Saved::Nothing,
    };
    let errors = unwell(&task.place(), &rendered.release, &applied, saved);
    let machine = Memory {
        machine_id: applied.machine_id,
        other_key: None,
    };
    let mut state = applied_state(planned, rendered, &applied.stack);
    if errors.is_empty() {
        change.private = StackMemory {
            machine,
            before_create: None,
        };
        change.state = Some(state);
        return Ok(());
    }
    change.private.machine = machine;
    if let Some(earlier) = &change.private.before_create {
        earlier.note(&mut state);
    }
    change.state = (saved != Saved::Nothing).then_some(state);
    Err(errors)
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

/// The name of a stack in an apply, where it is known.
fn name(stack: &Stack) -> &str {
    stack.name.known().map_or("", String::as_str)
}
