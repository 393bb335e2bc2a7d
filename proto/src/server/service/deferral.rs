//! Answers that wait for a later run: only where core allows it.

use super::Service;
use crate::diagnostics::Diagnostic;
use crate::protocol::{self, deferred};
use crate::server::{Call, Capabilities, Deferral, Operation};

/// The deferral that a handler asked for. Where core does not allow one it is an error, since core would only say that
/// the provider is faulty.
pub(super) fn asked(call: &Call) -> Result<Option<protocol::Deferred>, Diagnostic> {
    let Some(deferral) = call.deferred() else {
        return Ok(None);
    };
    if call.capabilities.deferral {
        return Ok(Some(message(deferral)));
    }
    let doing = match call.operation() {
        Operation::Plan => "planned",
        Operation::Import => "imported",
        Operation::Read => "read",
        _ => "applied",
    };
    let (subject, why) = (call.subject(), deferral.words());
    let detail = format!(
        "`{subject}` cannot be {doing} now: {why}, and this run allows no answer to wait for a later one. Apply what it depends on first with -target, or use values that are known before the apply."
    );
    Err(Diagnostic::error(
        "An answer would have to wait for a later run",
        detail,
    ))
}

/// The deferral of every call while some of the provider's configuration is unknown.
pub(super) fn automatic(service: &Service, allowed: Capabilities) -> Option<protocol::Deferred> {
    let waits = allowed.deferral && service.defers() && service.provider.handler.defers_while_unknown();
    waits.then(|| message(Deferral::ProviderConfigUnknown))
}

fn message(deferral: Deferral) -> protocol::Deferred {
    protocol::Deferred {
        reason: deferred::Reason::from(deferral).into(),
    }
}
