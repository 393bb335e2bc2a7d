//! Taking a stack over that is on its machine already: all that is needed is its id or its identity.

use tfplugin::server::{Call, ImportBy, Imported};
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::{Stack, StackIdentity, StackMemory, StackResource, configuration_file, plan};
use crate::diagnose;
use crate::host::address::Machine;
use crate::host::snapshot::StackSnapshot;
use crate::resources::machine;
use crate::resources::reference::HostReference;
use crate::resources::way::Way;

impl StackResource {
    /// Reads the stack that an id or identity names. What it fills in is what a normal configuration plans, so that the
    /// plan after it is empty.
    pub(super) async fn take_over(
        &self,
        call: &Call,
        by: ImportBy<'_, StackIdentity>,
    ) -> Result<Imported<Self>, Diagnostics> {
        let (machine, name) = match by {
            ImportBy::Id(id) => parse(id)?,
            ImportBy::Identity(identity) => {
                let name = identity.name.known().cloned().unwrap_or_default();
                crate::catalog::validate::stack_name(&name)
                    .map_err(|reason| Diagnostic::error("The identity names no stack", format!("{reason}.")))?;
                (Way::from(identity).machine()?, name)
            }
        };
        if machine::waits(&self.shared, call) {
            // Core makes up the object; nothing of this one is used.
            return Ok(Imported {
                state: Stack::default(),
                private: StackMemory::default(),
            });
        }
        let (host, _) = machine::introduce(&self.shared, call, &machine).await?;
        let found = self.whole(call, &host, &name).await?;
        Ok(Imported {
            state: configured(&found, host, name)?,
            // Whoever takes a stack over by its id takes its data over, too: nothing of it is from before.
            private: StackMemory::default(),
        })
    }
}

/// The stack as its configuration on the machine says. A refresh fills in what else is there.
pub(super) fn configured(
    found: &StackSnapshot,
    host: Field<HostReference>,
    name: String,
) -> Result<Stack, Diagnostics> {
    let mut state = configuration_file::found(found).map_err(|reason| incomplete(&name, &reason))?;
    state.host = host;
    state.name = Field::Known(name);
    // A refresh fills in what is on the machine; this is a matter of the configuration alone.
    if let Some(rendered) = plan::rendered(&state)? {
        state.endpoints = plan::endpoints(&rendered);
    }
    Ok(state)
}

pub(super) fn parse(id: &str) -> Result<(Machine, String), Diagnostics> {
    let refuse = |reason: &str| {
        Diagnostics::from(Diagnostic::error(
            "The import id names no stack",
            format!(
                "{id:?}: {reason}.\n\nThe id says how to reach the machine and which stack is meant: \
                 root@203.0.113.7:22/platform, or shorter where user and port are the usual ones: 203.0.113.7/platform."
            ),
        ))
    };
    let (machine, name) = id
        .rsplit_once('/')
        .ok_or_else(|| refuse("there is no slash before a stack's name"))?;
    crate::catalog::validate::stack_name(name).map_err(|reason| refuse(&reason))?;
    let machine = machine
        .parse()
        .map_err(|error: crate::host::address::AddressError| refuse(&error.to_string()))?;
    Ok((machine, name.to_owned()))
}

fn incomplete(name: &str, reason: &str) -> Diagnostics {
    Diagnostic::error(
        "The stack cannot be taken over",
        format!(
            "The stack {name} is on the machine, but {reason}. Write its configuration by hand and apply it: an apply \
             takes over what is there, data included."
        ),
    )
    .at(diagnose::host())
    .into()
}
