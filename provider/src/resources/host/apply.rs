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
        let items = match engine_plan(&found.facts, &found.engine) {
            EnginePlan::Keep { reason } => {
                tracing::info!(
                    machine = diagnose::machine_name(&machine),
                    reason,
                    "the container engine stays"
                );
                Vec::new()
            }
            EnginePlan::Start { reason } => {
                tracing::info!(
                    machine = diagnose::machine_name(&machine),
                    reason,
                    "the container engine is started"
                );
                vec![engine_unit()]
            }
            EnginePlan::Install { packages, .. } => packages
                .into_iter()
                .map(|name| Item::Package { name: name.to_owned() })
                .chain([engine_unit()])
                .collect(),
            EnginePlan::Refuse { reason, remedy } => {
                return Err(Diagnostic::error(
                    "The machine cannot get a container engine",
                    format!(
                        "{}: {reason}. {remedy}.\n\nNothing was changed on the machine.",
                        task.place()
                    ),
                )
                .at(diagnose::host())
                .into());
            }
        };
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
            applied
                .map_err(|error| diagnose::engine_error(&task, &error))?
                .snapshot
        };
        observe::observe(&snapshot, &mut state);
        machine::remember_key(cache.host(), &mut state.host);
        change.private = machine::Memory {
            machine_id: snapshot.facts.machine_id,
            other_key: None,
        };
        change.state = Some(state);
        Ok(())
    }
}

fn engine_unit() -> Item {
    Item::Unit {
        name: ENGINE_UNIT.to_owned(),
        enabled: true,
        active: true,
    }
}
