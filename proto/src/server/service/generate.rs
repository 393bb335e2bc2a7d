//! The configuration of an object that exists, for `terraform query` (protocol 6.10).

use super::{Service, codec, message};
use crate::diagnostics::Diagnostics;
use crate::protocol::DynamicValue;
use crate::protocol::generate_resource_config::{Request, Response};
use crate::server::rules::{Violation, generate as rules};
use crate::server::{Operation, guard};

pub(super) fn generate(service: &Service, request: &Request) -> Response {
    match answer(service, request) {
        Ok(config) => Response {
            config: Some(config),
            ..Response::default()
        },
        Err(diagnostics) => Response {
            diagnostics: message::diagnostics(diagnostics),
            ..Response::default()
        },
    }
}

fn answer(service: &Service, request: &Request) -> Result<DynamicValue, Diagnostics> {
    let resource = service.resource(&request.type_name)?;
    let block = &resource.schema.block;
    let state = codec::decode(request.state.as_ref(), &resource.ty)?;
    if state.is_null() {
        return Ok(codec::encode(&state, &resource.ty)?);
    }
    let call = service.call(Operation::Generate, &request.type_name, None);
    let config = rules::config(block, &state);
    let mended = guard::run_plain(&call, || resource.handler.generate(&state, config))??;
    if let Err((path, fault)) = mended.conforms(&resource.ty) {
        let violation = Violation::new(10, &path, fault);
        return Err(violation
            .diagnostic("Provider wrote an invalid configuration", call.subject())
            .into());
    }
    // What the resource put in is held to the same rules.
    Ok(codec::encode(&rules::config(block, &mended), &resource.ty)?)
}
