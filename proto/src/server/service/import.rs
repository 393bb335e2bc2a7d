//! Finding an existing object by its id.

use super::{Service, capabilities, codec, message, read};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::import_resource_state::{ImportedResource, Request, Response};
use crate::server::Operation;

pub(super) async fn import(service: &Service, request: Request) -> Response {
    let mut warnings = Diagnostics::new();
    match answer(service, &request, &mut warnings).await {
        // Exactly one object (protocol rule 33).
        Ok(imported) => Response {
            imported_resources: vec![imported],
            diagnostics: message::diagnostics(warnings),
            ..Response::default()
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

async fn answer(
    service: &Service,
    request: &Request,
    warnings: &mut Diagnostics,
) -> Result<ImportedResource, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    if request.id.is_empty() {
        return Err(Diagnostic::error("Import needs an id", "This version of the provider imports by id only.").into());
    }
    let timeout = resource.handler.timeouts().limit(Operation::Import);
    let call = service
        .call(Operation::Import, &request.type_name, timeout)
        .with_capabilities(capabilities(request.client_capabilities.as_ref()));
    let found = resource.handler.import(&call, &request.id).await;
    warnings.extend(call.take_warnings());
    let found = read::check(resource, &call, found?)?;
    Ok(ImportedResource {
        type_name: request.type_name.clone(),
        state: Some(codec::encode_object(found.state.as_ref(), &resource.ty)?),
        private: found.private.into(),
        ..ImportedResource::default()
    })
}
