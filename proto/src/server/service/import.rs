//! Finding an existing object by its id or identity.

use super::{Service, capabilities, codec, deferral, identity, message, read};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::Deferred;
use crate::protocol::import_resource_state::{ImportedResource, Request, Response};
use crate::server::{ImportBy, Operation};

pub(super) async fn import(service: &Service, request: Request) -> Response {
    let mut warnings = Diagnostics::new();
    match answer(service, &request, &mut warnings).await {
        Ok(response) => Response {
            diagnostics: message::diagnostics(warnings),
            ..response
        },
        Err(mut diagnostics) => {
            diagnostics.extend(warnings);
            Response {
                diagnostics: message::diagnostics(diagnostics),
                ..Response::default()
            }
        }
    }
}

async fn answer(service: &Service, request: &Request, warnings: &mut Diagnostics) -> Result<Response, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let wanted = identity::wanted(resource, &request.type_name, request.identity.as_ref())?;
    let by = match &wanted {
        Some(identity) => ImportBy::Identity(identity.clone()),
        None if request.id.is_empty() => {
            let detail = "An import says which object is meant, by its id or by its identity.";
            return Err(Diagnostic::error("Import needs an id or an identity", detail).into());
        }
        None => ImportBy::Id(&request.id),
    };
    let allowed = capabilities(request.client_capabilities.as_ref());
    if let Some(deferred) = deferral::automatic(service, allowed) {
        return Ok(waiting(deferred));
    }
    let timeout = resource.handler.timeouts().limit(Operation::Import);
    let call = service
        .call(Operation::Import, &request.type_name, timeout)
        .with_capabilities(allowed);
    let found = resource.handler.import(&call, by).await;
    warnings.extend(call.take_warnings());
    let found = found?;
    if let Some(deferred) = deferral::asked(&call)? {
        return Ok(waiting(deferred));
    }
    let found = read::check(resource, &call, found)?;
    let identity = match &found.state {
        Some(state) => identity::of_found(resource, &call, state, wanted.as_ref())?,
        None => None,
    };
    let imported = ImportedResource {
        type_name: request.type_name.clone(),
        state: Some(codec::encode_object(found.state.as_ref(), &resource.ty)?),
        private: found.private.into(),
        identity: identity::encode(resource, identity.as_ref())?,
    };
    Ok(Response {
        // Exactly one object (protocol rule 33).
        imported_resources: vec![imported],
        ..Response::default()
    })
}

/// The answer that waits for a later run: core makes up the object.
fn waiting(deferred: Deferred) -> Response {
    Response {
        deferred: Some(deferred),
        ..Response::default()
    }
}
