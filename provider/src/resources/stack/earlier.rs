//! What was on a machine before a create that never came to its end: data that this resource did not make, and that a
//! destroy of the unfinished object must not take away, whatever `on_destroy` says.
//!
//! It is remembered twice. Private data has it for a plain destroy. When a tainted object is replaced, however, core
//! plans the replacement as if nothing had been there, and hands that plan's private data to the destroy as well: only
//! the state is the old object's own. So it stands in `drift`, too, where a person reads it.

use serde::{Deserialize, Serialize};
use tfplugin::{Diagnostic, Field};

use super::model::Stack;
use super::observe::add_drift;
use crate::diagnose;
use crate::host::snapshot::StackSnapshot;
use crate::resources::machine::Memory;

/// What a stack remembers beside its state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StackMemory {
    /// What it remembers of its machine.
    #[serde(flatten)]
    pub machine: Memory,
    /// What was there before its create, for as long as no create or update has succeeded. None for an object that
    /// was made, imported, or stored by a version that did not note it.
    pub before_create: Option<Earlier>,
}

/// Data that was on the machine before a create.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Earlier {
    /// Volumes and generated secrets, each with its kind and its name.
    pub data: Vec<String>,
}

/// The beginning of the sentence in `drift`; what was there follows, with commas between.
const NOTE: &str = "the create never finished, and a destroy keeps what was there before it: ";

impl Earlier {
    /// What there is of the stack on its machine.
    pub(super) fn found(stack: Option<&StackSnapshot>) -> Self {
        let Some(stack) = stack else { return Self::default() };
        let volumes = stack.volumes.iter().map(|name| format!("volume {name}"));
        let secrets = stack.secrets.iter().map(|name| format!("secret {name}"));
        // Nothing is known of the volumes of an engine that does not answer; it may do so by the time of a destroy.
        let unseen = (!stack.engine_answered).then(|| "volumes that could not be listed".to_owned());
        Self {
            data: volumes.chain(secrets).chain(unseen).collect(),
        }
    }

    /// What an object must not lose with its destroy: by its private data, or by what its state tells.
    pub(super) fn of(memory: &StackMemory, state: &Stack) -> Option<Self> {
        let noted = || {
            let sentences = state.drift.known().into_iter().flatten();
            let lists = sentences.filter_map(|sentence| sentence.strip_prefix(NOTE));
            lists.map(Self::read).next()
        };
        let earlier = memory.before_create.clone().or_else(noted)?;
        (!earlier.data.is_empty()).then_some(earlier)
    }

    fn read(list: &str) -> Self {
        Self {
            data: list.split(", ").map(str::to_owned).collect(),
        }
    }

    /// Writes it into the drift of a state, if there is anything to lose.
    pub(super) fn note(&self, state: &mut Stack) {
        if self.data.is_empty() {
            return;
        }
        if let Field::Known(drift) = &mut state.drift {
            drift.retain(|sentence| !sentence.starts_with(NOTE));
        }
        add_drift(state, [format!("{NOTE}{}", self.data.join(", "))]);
    }

    /// What is told when a destroy was to purge, and has kept everything for the sake of this. `place` names the stack
    /// and its machine, `volumes` are those that are there now.
    pub(super) fn kept(&self, name: &str, place: &str, volumes: &[String]) -> Diagnostic {
        let mut commands = String::new();
        if !volumes.is_empty() {
            commands = format!("  docker volume rm {}\n", volumes.join(" "));
        }
        Diagnostic::warning(
            "Data from before an unfinished create was kept",
            format!(
                "{place} was to be purged, but its create never finished, and this was there before it:\n\n  {}\n\nIt is \
                 not this resource's own, so data volumes and generated secrets stay, also those of the unfinished \
                 create.\n\nTo go on with them, apply: a stack of the same name finds them again. To remove them, apply \
                 and destroy once the create has succeeded, or on the machine:\n\n{commands}  rm -r /opt/quickfra/{name}",
                self.data.join("\n  ")
            ),
        )
        .at(diagnose::host())
    }
}
