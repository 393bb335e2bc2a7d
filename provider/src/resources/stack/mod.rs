//! `quickfra_stack`: a set of services on one machine.

mod after_failure;
mod apply;
mod configuration_file;
mod configured;
mod earlier;
mod identity;
mod import;
mod installed;
mod kept;
mod list;
mod model;
mod observe;
mod plan;
mod stand_in;
#[cfg(test)]
mod tests;
mod unwell;
mod validate;

pub use earlier::{Earlier, StackMemory};
pub use identity::StackIdentity;
pub(crate) use installed::configuration_of;
pub use list::{BastionBlock, HostBlock, ListedStacks, StackList};
pub use model::{AccessLog, Acme, Ingress, Metrics, RateLimit, SecurityHeaders, Service, Stack, Status};

use std::time::Duration;

use tfplugin::Diagnostics;
use tfplugin::server::{Call, Change, Current, ImportBy, Imported, Plan, Resource, Timeouts};

use super::machine::{self, Refreshed};
use super::relocation::{self, Move};
use crate::configuration::Shared;

/// The resource `quickfra_stack`.
pub struct StackResource {
    shared: Shared,
}

impl StackResource {
    /// The resource over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl Resource for StackResource {
    type Model = Stack;
    type Identity = StackIdentity;
    type Private = StackMemory;
    const NAME: &'static str = "quickfra_stack";

    fn timeouts() -> Timeouts {
        Timeouts::none()
            .create(Duration::from_mins(20))
            .read(Duration::from_mins(2))
            .update(Duration::from_mins(20))
            .delete(Duration::from_mins(10))
    }

    fn validate(&self, config: &Stack, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    async fn plan(&self, call: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let elsewhere = match &plan.prior {
            None => true,
            Some(prior) => {
                let planned = &mut plan.planned.host;
                relocation::plan_move(call, &plan.config.host, &prior.host, planned, &plan.private.machine)?
                    == Move::Elsewhere
            }
        };
        if let Some(warning) = plan.prior.as_ref().filter(|_| !elsewhere).and_then(kept::warning) {
            call.warn(warning);
        }
        plan::plan(plan.prior.as_ref(), &mut plan.planned, elsewhere)
    }

    async fn create(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.converge(call, change).await
    }

    async fn update(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.converge(call, change).await
    }

    async fn delete(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.remove(call, change).await
    }

    async fn read(&self, call: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        let Some(state) = &mut current.state else { return Ok(()) };
        let Refreshed::Snapshot(snapshot) =
            machine::refresh(&self.shared, call, &state.host, &mut current.private.machine).await?
        else {
            return Ok(());
        };
        current
            .private
            .machine
            .machine_id
            .clone_from(&snapshot.facts.machine_id);
        let name = state.name.known().cloned().unwrap_or_default();
        // Only a snapshot that was read whole can say that the stack is not there: every failure before this is an error.
        let Some(found) = snapshot.stacks.get(&name).filter(|found| observe::is_there(found)) else {
            current.state = None;
            return Ok(());
        };
        let known = observe::lines_of(&state.files);
        if observe::needs_contents(found, &known) {
            let whole = self.whole(call, &state.host, &name).await?;
            observe::observe(&whole, &known, state);
        } else {
            observe::observe(found, &known, state);
        }
        // What the state was rendered from needs secrets and steps that no file tells of.
        if let Ok(Some(rendered)) = plan::rendered(state) {
            kept::observe(found, &rendered.release, state);
        }
        if let Some(earlier) = &current.private.before_create {
            earlier.note(state);
        }
        Ok(())
    }

    async fn import(&self, call: &Call, by: ImportBy<'_, StackIdentity>) -> Result<Imported<Self>, Diagnostics> {
        self.take_over(call, by).await
    }
}
