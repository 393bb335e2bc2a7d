//! What is really there.

use super::entity::Entity;
use super::{Service, capabilities, codec, message};
use crate::diagnostics::Diagnostics;
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
    let timeout = resource.handler.timeouts().limit_for(Operation::Read, Some(&state));
    let call = service
        .call(Operation::Read, &request.type_name, timeout)
        .with_capabilities(capabilities(request.client_capabilities.as_ref()));
    let found = resource.handler.read(&call, state, &request.private).await;
    let checked = found.and_then(|found| check(resource, &call, found));
    let encoded = checked.and_then(|found| {
        let state = codec::encode_object(found.state.as_ref(), &resource.ty)?;
        Ok((state, found.private))
    });
    let mut response = match encoded {
        Ok((state, private)) => Response {
            new_state: Some(state),
            private: private.into(),
            ..Response::default()
        },
        Err(diagnostics) => unchanged(&request, diagnostics),
    };
    response.diagnostics.extend(message::diagnostics(call.take_warnings()));
    response
}

/// The answer when nothing is learnt: the object stays as it was last seen (protocol rule 31).
fn unchanged(request: &Request, diagnostics: Diagnostics) -> Response {
    Response {
        new_state: request.current_state.clone(),
        private: request.private.clone(),
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
