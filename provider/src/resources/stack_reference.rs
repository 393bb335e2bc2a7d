//! The object `stack`: how a resource says which stack it means.

use std::collections::BTreeMap;
use std::sync::Arc;

use tfplugin::server::Call;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::machine;
use super::reference::HostReference;
use super::stack::configuration_of;
use crate::catalog::{StackConfig, validate};
use crate::configuration::Shared;
use crate::diagnose::{self, Doing, Task};
use crate::host::pool::Host;
use crate::host::probe::{ProbeRequest, SnapshotCache, probe};
use crate::host::snapshot::StackSnapshot;

/// A stack on its machine: `quickfra_stack.<name>`, of which only the attributes here are taken.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct StackReference {
    /// The machine that carries the stack.
    #[attribute(required)]
    pub host: Field<HostReference>,
    /// Name of the stack on its machine.
    #[attribute(required, validate = validate::stack_name)]
    pub name: Field<String>,
    /// The containers of the stack. Nothing of them is used: they are known as soon as the stack is on its machine, and
    /// nothing is asked of it before.
    #[attribute(optional)]
    pub services: Field<BTreeMap<String, RunningService>>,
}

/// A container that is waited for.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct RunningService {
    /// Digest of the image that runs.
    #[attribute(optional)]
    pub digest: Field<String>,
}

/// A stack that was found on its machine.
pub(crate) struct FoundStack {
    /// Its name.
    pub(crate) name: String,
    /// Id of the machine's installation, from /etc/machine-id.
    pub(crate) machine_id: String,
    /// The machine, with what was last seen of it.
    pub(crate) machine: Arc<SnapshotCache<Host>>,
    /// What is on the machine.
    pub(crate) snapshot: StackSnapshot,
    /// What was applied last.
    pub(crate) config: StackConfig,
}

impl StackReference {
    /// Refuses a reference that names no machine. Unknown values are left for later.
    pub(crate) fn validate(field: &Field<Self>, diagnostics: &mut Diagnostics) {
        if let Field::Known(reference) = field {
            HostReference::validate(&reference.host, &attribute().attribute("host"), diagnostics);
        }
    }

    /// Looks for the stack on its machine.
    pub(crate) async fn find(&self, shared: &Shared, call: &Call) -> Result<FoundStack, Diagnostics> {
        self.look(shared, call).await.map_err(below)
    }

    async fn look(&self, shared: &Shared, call: &Call) -> Result<FoundStack, Diagnostics> {
        let (way, machine) = machine::reach(shared, &self.host).await?;
        let name = self.name.known().cloned().unwrap_or_default();
        let mut seen = probe(machine.host(), &ProbeRequest::with_contents(), &call.cancel)
            .await
            .map_err(|error| diagnose::engine_error(&Task::of_stack(Doing::Reading, &way, &name), &error))?;
        let found = seen.stacks.remove(&name).filter(|stack| stack.release.is_some());
        let installed = seen.stacks.values().filter(|stack| stack.release.is_some());
        let others: Vec<&str> = installed.map(|stack| stack.name.as_str()).collect();
        let snapshot = found.ok_or_else(|| missing(&name, &others))?;
        let config = configuration_of(&snapshot).map_err(|reason| unreadable(&name, &reason))?;
        Ok(FoundStack {
            name,
            machine_id: seen.facts.machine_id,
            machine,
            snapshot,
            config,
        })
    }
}

/// The attribute that says which stack is meant.
pub(crate) fn attribute() -> Path {
    Path::root().attribute("stack")
}

/// The same diagnostics with their paths below `stack`, where the host stands.
pub(crate) fn below(diagnostics: Diagnostics) -> Diagnostics {
    let moved = |mut diagnostic: Diagnostic| {
        diagnostic.path = diagnostic.path.map(|path| attribute().join(&path));
        diagnostic
    };
    diagnostics.into_iter().map(moved).collect()
}

fn missing(name: &str, others: &[&str]) -> Diagnostic {
    let there = match others {
        [] => "There is no other stack on the machine, either.".to_owned(),
        others => format!("The machine has: {}.", others.join(", ")),
    };
    let meant = crate::suggest::question(name, others.iter().copied());
    Diagnostic::error(
        "The stack is not on the machine",
        format!(
            "No stack {name} is in force below /opt/quickfra. {there}{meant}\n\nWrite stack = quickfra_stack.<name>, so \
             that Terraform waits until the stack is there, or apply the stack first."
        ),
    )
    .at(Path::root().attribute("name"))
}

fn unreadable(name: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(
        "The stack's configuration cannot be read",
        format!("The stack {name} is on the machine, but {reason}. Apply the stack again: that writes the file anew."),
    )
    .at(Path::root().attribute("name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stand_below_the_stack() {
        let found = below(Diagnostic::error("Unreachable", "").at(diagnose::host()).into());
        assert_eq!(found.0[0].path, Some(attribute().attribute("host")));
        assert_eq!(below(Diagnostic::error("Other", "").into()).0[0].path, None);
    }

    #[test]
    fn a_missing_stack_is_told_with_those_that_are_there() {
        let detail = missing("platfrom", &["platform", "mail"]).detail;
        assert!(
            detail.contains("has: platform, mail. Did you mean platform?"),
            "{detail}"
        );
        assert!(missing("x", &[]).detail.contains("no other stack"));
    }

    #[test]
    fn a_reference_without_a_machine_is_refused_at_its_place() {
        let mut diagnostics = Diagnostics::new();
        let reference = StackReference {
            host: Field::Known(HostReference::default()),
            ..StackReference::default()
        };
        StackReference::validate(&Field::Known(reference), &mut diagnostics);
        assert_eq!(diagnostics.0[0].path, Some(attribute().attribute("host")));
        let mut none = Diagnostics::new();
        StackReference::validate(&Field::Unknown, &mut none);
        assert!(none.is_empty());
    }
}
