//! `quickfra_host`: a machine made ready for stacks.

mod apply;
mod identity;
mod model;
mod observe;
#[cfg(test)]
mod tests;

pub use identity::HostIdentity;
pub use model::{Engine, Host, OperatingSystem};

use std::time::Duration;

use tfplugin::server::{Call, Change, Current, ImportBy, Imported, Plan, Resource, Timeouts};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use super::machine::{self, Memory, Refreshed};
use super::reference::HostReference;
use super::relocation::{self, Move};
use super::way::Way;
use crate::configuration::Shared;
use crate::host::address::Machine;

/// The resource `quickfra_host`.
pub struct HostResource {
    shared: Shared,
}

impl HostResource {
    /// The resource over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl Resource for HostResource {
    type Model = Host;
    type Identity = HostIdentity;
    type Private = Memory;
    const NAME: &'static str = "quickfra_host";

    fn timeouts() -> Timeouts {
        Timeouts::none()
            .create(Duration::from_mins(15))
            .read(Duration::from_mins(2))
            .update(Duration::from_mins(15))
    }

    fn validate(&self, config: &Host, diagnostics: &mut Diagnostics) {
        HostReference::validate(&config.host, &Path::root().attribute("host"), diagnostics);
    }

    async fn plan(&self, call: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let Some(prior) = &plan.prior else { return Ok(()) };
        let planned = &mut plan.planned;
        match relocation::plan_move(call, &plan.config.host, &prior.host, &mut planned.host, &plan.private)? {
            Move::Same => planned.engine = observe::wanted(&prior.engine),
            Move::Elsewhere => observe::forget(planned),
        }
        Ok(())
    }

    async fn create(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.converge(call, change).await
    }

    async fn update(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.converge(call, change).await
    }

    /// The machine stays as it is: the engine may carry what others need.
    async fn delete(&self, _call: &Call, _change: &mut Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn read(&self, call: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        let Some(state) = &mut current.state else { return Ok(()) };
        if let Refreshed::Snapshot(snapshot) =
            machine::refresh(&self.shared, call, &state.host, &mut current.private).await?
        {
            observe::observe(&snapshot, state);
            current.private.machine_id.clone_from(&snapshot.facts.machine_id);
        }
        Ok(())
    }

    async fn import(&self, call: &Call, by: ImportBy<'_, HostIdentity>) -> Result<Imported<Self>, Diagnostics> {
        let machine = match by {
            ImportBy::Id(id) => parse(id)?,
            ImportBy::Identity(identity) => Way::from(identity).machine()?,
        };
        if machine::waits(&self.shared, call) {
            // Core makes up the object; nothing of this one is used.
            return Ok(Imported {
                state: Host::default(),
                private: Memory::default(),
            });
        }
        let (host, snapshot) = machine::introduce(&self.shared, call, &machine).await?;
        let mut state = Host {
            host,
            ..Host::default()
        };
        observe::observe(&snapshot, &mut state);
        Ok(Imported {
            state,
            private: Memory::default(),
        })
    }
}

/// The machine that an import id names.
fn parse(id: &str) -> Result<Machine, Diagnostics> {
    id.parse().map_err(|error| {
        Diagnostic::error(
            "The import id names no machine",
            format!(
                "{id:?}: {error}.\n\nThe id says how to reach the machine: root@203.0.113.7:22, or shorter where user and \
                 port are the usual ones: 203.0.113.7. local is the machine that Terraform runs on."
            ),
        )
        .into()
    })
}
