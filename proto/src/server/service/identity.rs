//! Identities: their schemas, their stored forms, and the one place that makes them (protocol rule 35).

use super::entity::Managed;
use super::{Service, codec, message, upgrade};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::{ResourceIdentityData, get_resource_identity_schemas, upgrade_resource_identity};
use crate::server::rules::{Violation, identity as rules};
use crate::server::{Call, DynamicIdentity, Operation, guard};
use crate::value::{Undeclared, Value};

const SUMMARY: &str = "Provider gave an invalid identity";

pub(super) fn schemas(service: &Service) -> get_resource_identity_schemas::Response {
    let identities = service.resources.iter().filter_map(|(name, resource)| {
        let identity = resource.identity.as_ref()?;
        Some((name.clone(), (&identity.schema).into()))
    });
    get_resource_identity_schemas::Response {
        identity_schemas: identities.collect(),
        ..Default::default()
    }
}

pub(super) fn upgrade(
    service: &Service,
    request: &upgrade_resource_identity::Request,
) -> upgrade_resource_identity::Response {
    match upgraded(service, request) {
        Ok(identity) => upgrade_resource_identity::Response {
            upgraded_identity: Some(identity),
            ..Default::default()
        },
        Err(diagnostics) => upgrade_resource_identity::Response {
            diagnostics: message::diagnostics(diagnostics),
            ..Default::default()
        },
    }
}

fn upgraded(
    service: &Service,
    request: &upgrade_resource_identity::Request,
) -> Result<ResourceIdentityData, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let Some(identity) = &resource.identity else {
        let detail = format!(
            "`{}` has no identity in this version of the provider.",
            request.type_name
        );
        return Err(Diagnostic::error("Stored identity cannot be read", detail).into());
    };
    let call = service.call(Operation::Upgrade, &request.type_name, None);
    let present = identity.schema.version;
    let stored = upgrade::climbed(
        &call,
        &identity.upgrades,
        request.version,
        present,
        request.raw_identity.as_ref(),
    )?;
    let value = match stored {
        Some(stored) => Value::from_json(&stored, &identity.ty, Undeclared::Drop)
            .map_err(|error| Diagnostics::from(codec::unreadable("Stored identity cannot be read", &error)))?,
        None => Value::Null,
    };
    Ok(encoded(identity, &value)?)
}

/// An identity that was sent; `None` where there is none, as from every core before 1.12.
pub(super) fn decode(resource: &Managed, sent: Option<&ResourceIdentityData>) -> Result<Option<Value>, Diagnostic> {
    let sent = sent.and_then(|sent| sent.identity_data.as_ref());
    match &resource.identity {
        Some(identity) => codec::decode_object(sent, &identity.ty),
        None => Ok(None),
    }
}

/// An identity to send; nothing for a resource without one.
pub(super) fn encode(resource: &Managed, value: Option<&Value>) -> Result<Option<ResourceIdentityData>, Diagnostic> {
    match (&resource.identity, value) {
        (Some(identity), Some(value)) => encoded(identity, value).map(Some),
        _ => Ok(None),
    }
}

fn encoded(identity: &DynamicIdentity, value: &Value) -> Result<ResourceIdentityData, Diagnostic> {
    Ok(ResourceIdentityData {
        identity_data: Some(codec::encode(value, &identity.ty)?),
    })
}

/// The identity of an object that is there. `before` is the one that it had, or that it was imported by.
pub(super) fn of_found(
    resource: &Managed,
    call: &Call,
    state: &Value,
    before: Option<&Value>,
) -> Result<Option<Value>, Diagnostics> {
    let Some(identity) = &resource.identity else {
        return Ok(None);
    };
    let found = made(identity, call, state)?;
    let mut violations = judged(identity, &found);
    if let (Some(before), false) = (before, identity.mutable) {
        violations.extend(rules::check_same(&identity.ty, before, &found));
    }
    refused(violations, call.subject())?;
    Ok(Some(found))
}

/// The identity of a planned object, as soon as all of it is known; an object that is updated keeps the identity of before
/// until the apply tells. Core would also take an unknown one for a new object, but OpenTofu 1.12 cannot write a plan with
/// one («failed to encode ... in state: value is not known»), and every core takes a plan without.
pub(super) fn of_planned(
    resource: &Managed,
    call: &Call,
    planned: &Value,
    before: Option<Value>,
    is_new: bool,
) -> Result<Option<Value>, Diagnostics> {
    let Some(identity) = &resource.identity else {
        return Ok(None);
    };
    let found = made(identity, call, planned)?;
    let mut violations = rules::check_shape(&identity.schema, &identity.ty, &found);
    if let (Some(before), false, false) = (&before, is_new, identity.mutable) {
        let known = if found.is_wholly_known() { &found } else { before };
        violations.extend(rules::check_same(&identity.ty, before, known));
    }
    refused(violations, call.subject())?;
    Ok(if found.is_wholly_known() {
        Some(found)
    } else {
        before.filter(|_| !is_new)
    })
}

/// The identity of an object whose plan no model can hold: none where the object will be new, else that of the object as it
/// is.
pub(super) fn of_unheld(
    resource: &Managed,
    call: &Call,
    prior: Option<&Value>,
    before: Option<Value>,
    is_new: bool,
) -> Result<Option<Value>, Diagnostics> {
    let Some(identity) = &resource.identity else {
        return Ok(None);
    };
    match (prior, before) {
        (Some(_), Some(before)) if !is_new => Ok(Some(before)),
        (Some(prior), None) if !is_new => {
            // A stored object may lack what an identity needs. Every core takes a plan without one.
            let found = made(identity, call, prior)?;
            let violations = rules::check_shape(&identity.schema, &identity.ty, &found);
            Ok(Some(found).filter(|found| violations.is_empty() && found.is_wholly_known()))
        }
        _ => Ok(None),
    }
}

/// The identity of what an apply left behind, and what is wrong with it. After a failure it is given for as far as it can
/// be made, since the failure says enough.
pub(super) fn of_applied(
    resource: &Managed,
    call: &Call,
    state: Option<&Value>,
    planned: Option<Value>,
    failed: bool,
) -> (Option<Value>, Diagnostics) {
    let Some(state) = state else {
        return (None, Diagnostics::new());
    };
    let planned = planned.filter(Value::is_wholly_known);
    match of_found(resource, call, state, planned.as_ref()) {
        Ok(identity) => (identity, Diagnostics::new()),
        Err(_) if failed => (planned, Diagnostics::new()),
        Err(diagnostics) => (planned, diagnostics),
    }
}

/// Whether a listed object's identity can be imported by.
pub(super) fn check_listed(identity: &DynamicIdentity, value: &Value, subject: &str) -> Result<(), Diagnostics> {
    refused(judged(identity, value), subject)
}

fn made(identity: &DynamicIdentity, call: &Call, state: &Value) -> Result<Value, Diagnostics> {
    guard::run_plain(call, || (identity.of)(state))?
}

fn judged(identity: &DynamicIdentity, value: &Value) -> Vec<Violation> {
    let mut violations = rules::check_shape(&identity.schema, &identity.ty, value);
    if violations.is_empty() {
        violations = rules::check_known(value);
    }
    violations
}

fn refused(violations: Vec<Violation>, subject: &str) -> Result<(), Diagnostics> {
    let refused: Diagnostics = violations
        .into_iter()
        .map(|violation| violation.diagnostic(SUMMARY, subject))
        .collect();
    refused.into_result()
}

/// The identity of an import by identity: what it needs is there, and nothing of it is unknown.
pub(super) fn wanted(
    resource: &Managed,
    name: &str,
    sent: Option<&ResourceIdentityData>,
) -> Result<Option<Value>, Diagnostics> {
    if sent.is_some() && resource.identity.is_none() {
        let detail = format!("`{name}` has no identity. Import it by its id.");
        return Err(Diagnostic::error("Import needs an id", detail).into());
    }
    let (Some(identity), Some(value)) = (&resource.identity, decode(resource, sent)?) else {
        return Ok(None);
    };
    let Value::Map(members) = &value else { return Ok(None) };
    let missing = identity.schema.attributes.iter().filter(|attribute| {
        let member = &members[&attribute.name];
        attribute.required && member.is_null() || !member.is_wholly_known()
    });
    let refused: Diagnostics = missing
        .map(|attribute| {
            let detail = format!(
                "The identity attribute `{}` of `{name}` must have a value that is known.",
                attribute.name
            );
            Diagnostic::error("Import needs more of the identity", detail)
        })
        .collect();
    refused.into_result()?;
    Ok(Some(value))
}
