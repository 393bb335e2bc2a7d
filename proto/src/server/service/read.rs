//! What is really there.

use super::entity::{Entity, Managed};
use super::{Service, capabilities, codec, deferral, identity, message};
use crate::diagnostics::Diagnostics;
use crate::protocol::Deferred;
use crate::protocol::read_resource::{Request, Response};
use crate::server::rules::{Violation, unknown, write_only};
use crate::server::{Call, DynamicResource, Operation, ReadAnswer};
use crate::value::Value;

const SUMMARY: &str = "Provider read an invalid object";

pub(super) async fn read(service: &Service, request: Request) -> Response {
    let resource = match service.resource(&request.type_name) {
        Ok(resource) => resource,
        Err(diagnostic) => return unchanged(&request, diagnostic.into()),
    };
    let state = match codec::decode_object(request.current_state.as_ref(), &resource.ty) {
        Ok(Some(state)) => state,
        Ok(None) => return unchanged(&request, Diagnostics::new()),
        Err(diagnostic) => return unchanged(&request, diagnostic.into()),
    };
    let (before, meta) = match (
        identity::decode(resource, request.current_identity.as_ref()),
        service.meta(request.provider_meta.as_ref()),
    ) {
        (Ok(before), Ok(meta)) => (before, meta),
        (before, meta) => {
            let errors = [before.err(), meta.err()].into_iter().flatten().collect();
            return unchanged(&request, errors);
        }
    };
    let allowed = capabilities(request.client_capabilities.as_ref());
    if let Some(deferred) = deferral::automatic(service, allowed) {
        return waiting(&request, deferred);
    }
    let timeout = resource.handler.timeouts().limit_for(Operation::Read, Some(&state));
    let call = service
        .call(Operation::Read, &request.type_name, timeout)
        .with_capabilities(allowed)
        .with_meta(meta);
    let found = resource.handler.read(&call, state, &request.private).await;
    let answer = found.and_then(|found| match deferral::asked(&call)? {
        Some(deferred) => Ok(waiting(&request, deferred)),
        None => present(resource, &call, found, before.as_ref()),
    });
    let mut response = answer.unwrap_or_else(|diagnostics| unchanged(&request, diagnostics));
    response.diagnostics.extend(message::diagnostics(call.take_warnings()));
    response
}

/// The answer to an object that was found, or found to be gone.
fn present(
    resource: &Managed,
    call: &Call,
    found: ReadAnswer,
    before: Option<&Value>,
) -> Result<Response, Diagnostics> {
    let found = check(resource, call, found)?;
    let identity = match &found.state {
        Some(state) => identity::of_found(resource, call, state, before)?,
        None => None,
    };
    Ok(Response {
        new_state: Some(codec::encode_object(found.state.as_ref(), &resource.ty)?),
        new_identity: identity::encode(resource, identity.as_ref())?,
        private: found.private.into(),
        ..Response::default()
    })
}

/// The answer that waits for a later run.
fn waiting(request: &Request, deferred: Deferred) -> Response {
    Response {
        deferred: Some(deferred),
        ..unchanged(request, Diagnostics::new())
    }
}

/// The answer when nothing is learnt: the object stays as it was last seen (protocol rule 31).
fn unchanged(request: &Request, diagnostics: Diagnostics) -> Response {
    Response {
        new_state: request.current_state.clone(),
        private: request.private.clone(),
        new_identity: request.current_identity.clone(),
        diagnostics: message::diagnostics(diagnostics),
        ..Response::default()
    }
}

/// A found object without its write-only values; violations where it is not wholly known or not of its type.
pub(super) fn check(
    resource: &Entity<dyn DynamicResource>,
    call: &Call,
    found: ReadAnswer,
) -> Result<ReadAnswer, Diagnostics> {
    let Some(state) = found.state else { return Ok(found) };
    let refuse = |violations: Vec<Violation>| -> Diagnostics {
        violations
            .into_iter()
            .map(|violation| violation.diagnostic(SUMMARY, call.subject()))
            .collect()
    };
    if let Err((path, fault)) = state.conforms(&resource.ty) {
        return Err(refuse(vec![Violation::new(10, &path, fault)]));
    }
    let state: Value = write_only::removed(&resource.schema.block, state);
    let unknown = unknown::paths(&state, &resource.ty);
    if unknown.is_empty() {
        return Ok(ReadAnswer {
            state: Some(state),
            ..found
        });
    }
    Err(refuse(
        unknown
            .iter()
            .map(|path| Violation::new(31, path, "it is unknown, but it was read"))
            .collect(),
    ))
}
