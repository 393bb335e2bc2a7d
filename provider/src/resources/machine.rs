//! The machine behind a resource: reading it at a refresh, and getting at it for a change.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tfplugin::server::{Call, Deferral};
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::reference::{HostReference, Referred};
use crate::configuration::{Configured, OnUnreachable, Shared};
use crate::diagnose::{self, Doing, Task};
use crate::host::address::Machine;
use crate::host::engine_error::EngineError;
use crate::host::error::HostError;
use crate::host::pool::Host;
use crate::host::probe::{ProbeRequest, SnapshotCache, probe};
use crate::host::snapshot::Snapshot;

/// What a resource remembers of its machine beside its state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The machine's own id, which tells «the same machine at another address» from «another machine».
    pub machine_id: String,
    /// The key that the machine presented at the last refresh, where that was not the trusted one.
    pub other_key: Option<String>,
}

/// What a refresh met.
pub(crate) enum Refreshed {
    /// The machine as it is.
    Snapshot(Arc<Snapshot>),
    /// The machine could not be looked at, for a reason that leaves the state as it is; a warning was given.
    Kept,
}

/// Whether what is asked has to wait for a later run, because the provider block's settings are not known yet. Where core
/// allows no waiting, reaching for the machine says what is missing.
pub(crate) fn waits(shared: &Shared, call: &Call) -> bool {
    let unknown = |configured: &Configured| !configured.unknown_settings.is_empty();
    let waits = call.capabilities.deferral && shared.configured().is_some_and(unknown);
    if waits {
        call.defer(Deferral::ProviderConfigUnknown);
    }
    waits
}

/// Reads the machine of a resource at a refresh.
pub(crate) async fn refresh(
    shared: &Shared,
    call: &Call,
    reference: &Field<HostReference>,
    memory: &mut Memory,
) -> Result<Refreshed, Diagnostics> {
    if waits(shared, call) {
        return Ok(Refreshed::Kept);
    }
    let configured = configured(shared)?;
    let machine = known(reference)?;
    match configured.machine(&machine).await.get(&call.cancel).await {
        Ok(snapshot) => {
            memory.other_key = None;
            if !memory.machine_id.is_empty() && memory.machine_id != snapshot.facts.machine_id {
                call.warn(another_machine(&machine));
            }
            Ok(Refreshed::Snapshot(snapshot))
        }
        Err(EngineError::Host(error)) => kept(configured, call, &machine, &error, memory),
        Err(error) => Err(diagnose::engine_error(&Task::new(Doing::Reading, &machine), &error)),
    }
}

/// Whether an error leaves the state as it is: an unreachable machine where the provider block says so, and a machine
/// with another key, which the plan judges because only it sees what the configuration pins.
fn kept(
    configured: &Configured,
    call: &Call,
    machine: &Machine,
    error: &HostError,
    memory: &mut Memory,
) -> Result<Refreshed, Diagnostics> {
    if let Some(key) = presented_key(error) {
        memory.other_key = Some(key);
        call.warn(
            Diagnostic::warning(
                "The machine was not looked at: its host key is another one",
                format!("{error}.\n\nWhat is shown of it is what the state holds."),
            )
            .at(diagnose::host()),
        );
        return Ok(Refreshed::Kept);
    }
    if error.unreachable() && configured.on_unreachable == OnUnreachable::Warn {
        call.warn(
            Diagnostic::warning(
                "The machine cannot be reached; its state is kept",
                format!(
                    "{error}.\n\nWhat is shown of {} is what the state holds, since the provider block says \
                     on_unreachable = \"warn\".",
                    diagnose::machine_name(machine)
                ),
            )
            .at(diagnose::host()),
        );
        return Ok(Refreshed::Kept);
    }
    Err(diagnose::host_error(&Task::new(Doing::Reading, machine), error))
}

/// The key that a machine presented and that was not trusted.
fn presented_key(error: &HostError) -> Option<String> {
    match error {
        HostError::HostKey { problem, .. } => Some(problem.seen.line()),
        _ => None,
    }
}

/// The machine of a resource for a change, with what is known of it. Everything that leads there is known in an apply.
pub(crate) async fn reach(
    shared: &Shared,
    reference: &Field<HostReference>,
) -> Result<(Machine, Arc<SnapshotCache<Host>>), Diagnostics> {
    let configured = configured(shared)?;
    let machine = known(reference)?;
    let cache = configured.machine(&machine).await;
    Ok((machine, cache))
}

/// The time that a change on a machine may take, so that it can still take itself back before the call is cut.
pub(super) fn time(call: &Call) -> Duration {
    const WAY_BACK: Duration = Duration::from_secs(30);
    const WITHOUT_LIMIT: Duration = Duration::from_hours(1);
    call.remaining().map_or(WITHOUT_LIMIT, |remaining| {
        remaining.saturating_sub(WAY_BACK).max(remaining / 2)
    })
}

/// Gets to know a machine that an import names, and how a normal configuration would refer to it.
pub(super) async fn introduce(
    shared: &Shared,
    call: &Call,
    machine: &Machine,
) -> Result<(Field<HostReference>, Arc<Snapshot>), Diagnostics> {
    let cache = configured(shared)?.machine(machine).await;
    let snapshot = cache.get(&call.cancel).await;
    introduced(machine, cache.host(), snapshot)
}

/// The same by one probe that brings the content of every file.
pub(super) async fn introduce_with_contents(
    shared: &Shared,
    call: &Call,
    machine: &Machine,
) -> Result<(Field<HostReference>, Arc<Snapshot>), Diagnostics> {
    let cache = configured(shared)?.machine(machine).await;
    let snapshot = probe(cache.host(), &ProbeRequest::with_contents(), &call.cancel).await;
    introduced(machine, cache.host(), snapshot.map(Arc::new))
}

fn introduced(
    machine: &Machine,
    host: &Host,
    snapshot: Result<Arc<Snapshot>, EngineError>,
) -> Result<(Field<HostReference>, Arc<Snapshot>), Diagnostics> {
    let snapshot = snapshot.map_err(|error| diagnose::engine_error(&Task::new(Doing::Reading, machine), &error))?;
    let mut reference = Field::Known(HostReference::of(machine));
    remember_key(host, &mut reference);
    Ok((reference, snapshot))
}

/// Notes the key that the machine presented, where the configuration pins none: from then on no other is accepted.
pub(crate) fn remember_key(host: &Host, reference: &mut Field<HostReference>) {
    if let Field::Known(reference) = reference
        && !reference.host_key.is_known()
    {
        reference.host_key = Field::from(host.host_key());
    }
}

fn another_machine(machine: &Machine) -> Diagnostic {
    Diagnostic::warning(
        "Another machine answers at the same address",
        format!(
            "The machine id of {} is not the one that was seen before, although its host key is trusted: the machine was \
             replaced or reinstalled.",
            diagnose::machine_name(machine)
        ),
    )
    .at(diagnose::host())
}

pub(crate) fn configured(shared: &Shared) -> Result<&Configured, Diagnostics> {
    let Some(configured) = shared.configured() else {
        return Err(Diagnostic::error(
            "The provider is not configured",
            "A machine was to be reached before the provider got its configuration. This is a mistake of Terraform or of \
             the provider: please report it.",
        )
        .into());
    };
    if configured.unknown_settings.is_empty() {
        return Ok(configured);
    }
    Err(Diagnostic::error(
        "The SSH settings are not known yet",
        format!(
            "The provider block's {} will be known only after the apply, but a machine that exists must be reached now. \
             Apply what it comes from first (-target), or give the provider a value that does not depend on this apply.",
            configured.unknown_settings.join(", ")
        ),
    )
    .at(diagnose::host())
    .into())
}

fn known(reference: &Field<HostReference>) -> Result<Machine, Diagnostics> {
    match HostReference::referred(reference) {
        Referred::Machine(machine) => Ok(machine),
        Referred::Unknown => Err(Diagnostic::error(
            "The machine is not known",
            "The host object does not say yet which machine is meant, although one must be reached now.",
        )
        .at(diagnose::host())
        .into()),
    }
}
