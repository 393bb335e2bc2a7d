//! Whether a resource stays on its machine: pure, but for the warnings that it gives.

use tfplugin::server::Call;
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::machine::Memory;
use super::reference::HostReference;
use crate::diagnose;

/// How the machine that is planned for stands to the one of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// It is the same one.
    Same,
    /// It is another one, or may be: an address that is not known yet.
    Elsewhere,
}

/// Compares the planned machine with that of the state, and fits the planned reference to the answer. A machine that
/// presented another key than the trusted one is refused here unless the configuration pins just that key.
pub(super) fn plan_move(
    call: &Call,
    config: &Field<HostReference>,
    prior: &Field<HostReference>,
    planned: &mut Field<HostReference>,
    memory: &Memory,
) -> Result<Move, Diagnostics> {
    let (Field::Known(config), Field::Known(prior)) = (config, prior) else {
        return Ok(Move::Elsewhere);
    };
    let Field::Known(planned) = planned else {
        return Ok(Move::Elsewhere);
    };
    if !same_place(planned, prior) {
        // The key of the machine before must not be asked of the one that comes.
        if config.host_key.is_null() {
            planned.host_key = Field::Unknown;
        }
        if let (Some(from), Some(to)) = (prior.address.known(), planned.address.known()) {
            call.warn(
                Diagnostic::warning(
                    "Another machine",
                    format!(
                        "The resource moves from {from} to {to}: it is installed there from nothing unless it is there \
                         already. What is at {from} stays as it is, data included."
                    ),
                )
                .at(diagnose::host()),
            );
        }
        return Ok(Move::Elsewhere);
    }
    let Some(presented) = &memory.other_key else {
        return Ok(match (planned.host_key.known(), prior.host_key.known()) {
            (Some(planned), Some(prior)) if same_key(planned, prior) => Move::Same,
            (None, None) if planned.host_key == prior.host_key => Move::Same,
            _ => Move::Elsewhere,
        });
    };
    let address = planned.address.known().map_or("the machine", String::as_str);
    let trusted = prior.host_key.known().map_or("another one", String::as_str);
    if config
        .host_key
        .known()
        .is_some_and(|pinned| same_key(pinned, presented))
    {
        call.warn(
            Diagnostic::warning(
                "The machine was replaced",
                format!(
                    "{address} presents another host key than before, and the configuration pins it: this is taken for a \
                     new machine, and everything is installed on it from nothing."
                ),
            )
            .at(diagnose::host()),
        );
        return Ok(Move::Elsewhere);
    }
    Err(Diagnostic::error(
        "The machine's host key has changed",
        format!(
            "{address} presents the key\n\n  {presented}\n\nbut the one that was trusted before is\n\n  {trusted}\n\nNothing \
             but the key exchange was sent.\n\nIf the machine was made anew, pin its key in the host object:\n\n  host_key \
             = \"{presented}\"\n\nIf not, somebody may be answering in its place."
        ),
    )
    .at(diagnose::host().attribute("host_key"))
    .into())
}

/// Whether two references mean the same place, whatever key is expected there.
fn same_place(left: &HostReference, right: &HostReference) -> bool {
    // Left out and `false` are the same: it is reached by SSH.
    let local = |reference: &HostReference| match reference.local {
        Field::Unknown => None,
        Field::Null => Some(false),
        Field::Known(local) => Some(local),
    };
    match (local(left), local(right)) {
        (Some(true), Some(true)) => true,
        (left_local, right_local) => {
            left_local == right_local && left.address == right.address && left.port == right.port
        }
    }
}

/// Whether two lines name the same key, whatever comment follows it.
fn same_key(left: &str, right: &str) -> bool {
    fn key(line: &str) -> impl Iterator<Item = &str> {
        line.split_whitespace().take(2)
    }
    key(left).eq(key(right))
}

#[cfg(test)]
mod tests;
