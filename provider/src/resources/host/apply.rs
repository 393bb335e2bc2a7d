//! Making a machine ready.

use tfplugin::server::{Call, Change};
use tfplugin::{Diagnostic, Diagnostics};

use super::{HostResource, observe};
use crate::diagnose::{self, Doing, Task};
use crate::host::apply::{ItemsOptions, apply_items};
use crate::host::desired::engine::ENGINE_UNIT;
use crate::host::desired::{EnginePlan, Item, engine_plan};
use crate::host::snapshot::Snapshot;
use crate::resources::origin::origin;
use crate::resources::{machine, progress};

impl HostResource {
    /// Brings the engine to the machine, or leaves the one that is good enough.
    pub(super) async fn converge(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let Some(mut state) = change.planned.clone() else {
            return Ok(());
        };
        let (machine, cache) = machine::reach(&self.shared, &state.host).await?;
        let task = Task::new(Doing::Changing, &machine);
        let found = cache
            .get(&call.cancel)
            .await
            .map_err(|error| diagnose::engine_error(&task, &error))?;
        let items = items(engine_plan(&found.facts, &found.engine), &task.place())?;
        let snapshot: Snapshot = if items.is_empty() {
            (*found).clone()
        } else {
            let options = ItemsOptions {
                time: machine::time(call),
                ..ItemsOptions::new(origin())
            };
            let applied = apply_items(cache.host(), &items, &options, &call.cancel, |step| {
                progress::log(&step);
            })
            .await;
            cache.invalidate().await;
            applied.map_err(|error| diagnose::engine_error(&task, &error))?.snapshot
        };
        observe::observe(&snapshot, &mut state);
        machine::remember_key(cache.host(), &mut state.host);
        let ready = ready(&snapshot, &task.place());
        change.private = machine::Memory {
            machine_id: snapshot.facts.machine_id,
            other_key: None,
        };
        change.state = Some(state);
        ready
    }
}

/// What is brought to the machine at `place` for its engine; nothing where the one that is there is good enough.
pub(super) fn items(plan: EnginePlan, place: &str) -> Result<Vec<Item>, Diagnostics> {
    match plan {
        EnginePlan::Keep { reason } => {
            tracing::info!(machine = place, reason, "the container engine stays");
            Ok(Vec::new())
        }
        EnginePlan::Start { reason } => {
            tracing::info!(machine = place, reason, "the container engine is started");
            Ok(vec![engine_unit()])
        }
        EnginePlan::Install { packages, reason } => {
            tracing::info!(machine = place, reason, "packages are installed");
            let packages = packages.into_iter().map(|name| Item::Package { name: name.to_owned() });
            Ok(packages.chain([engine_unit()]).collect())
        }
        EnginePlan::Refuse { reason, remedy } => Err(Diagnostic::error(
            "The machine cannot get a container engine",
            format!("{place}: {reason}. {remedy}.\n\nNothing was changed on the machine."),
        )
        .at(diagnose::host())
        .into()),
    }
}

/// Whether the engine is good enough once everything was brought. What a distribution installs depends on which of its
/// updates the machine takes: Ubuntu 24.04 came out with an engine that is too old.
pub(super) fn ready(found: &Snapshot, place: &str) -> Result<(), Diagnostics> {
    let (reason, remedy) = match engine_plan(&found.facts, &found.engine) {
        EnginePlan::Keep { .. } => return Ok(()),
        EnginePlan::Refuse { reason, remedy } => (reason, remedy),
        EnginePlan::Start { reason } => (reason, "Look at it with `journalctl -u docker`".to_owned()),
        EnginePlan::Install { reason, .. } => (reason, "Look at it with `apt-cache policy docker.io`".to_owned()),
    };
    Err(Diagnostic::error(
        "The machine's container engine is not ready",
        format!(
            "{place}: all that the machine needs was brought to it, but {reason}. {remedy}. If the package is too old, let \
             the machine take its distribution's updates.\n\nWhat was installed stays."
        ),
    )
    .at(diagnose::host())
    .into())
}

fn engine_unit() -> Item {
    Item::Unit {
        name: ENGINE_UNIT.to_owned(),
        enabled: true,
        active: true,
    }
}
