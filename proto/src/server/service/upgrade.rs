//! Stored state in the present form (protocol rule 32).

use super::{Service, codec, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::DynamicValue;
use crate::protocol::upgrade_resource_state::{Request, Response};
use crate::server::Operation;
use crate::server::guard;
use crate::server::rules::{unknown, write_only};
use crate::value::{Undeclared, Value};

const SUMMARY: &str = "Stored state cannot be read";

pub(super) fn upgrade(service: &Service, request: &Request) -> Response {
    match answer(service, request) {
        Ok(state) => Response {
            upgraded_state: Some(state),
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
    let refuse = |why: String| Diagnostics::from(Diagnostic::error(SUMMARY, why));
    let json = match &request.raw_state {
        Some(raw) if !raw.json.is_empty() => &raw.json,
        Some(raw) if !raw.flatmap.is_empty() => {
            return Err(refuse(
                "The state is in the form of Terraform 0.11. Apply once with 0.12 or later.".to_owned(),
            ));
        }
        _ => return Ok(codec::encode(&Value::Null, &resource.ty)?),
    };
    // The parser's error tells line and column but nothing of the content.
    let stored: serde_json::Value = serde_json::from_slice(json).map_err(|error| refuse(format!("{error}.")))?;
    let present = resource.schema.version;
    let stored = if request.version < present {
        let call = service.call(Operation::Upgrade, &request.type_name, None);
        guard::run_plain(&call, || resource.handler.upgrade(request.version, stored))??
    } else {
        stored
    };
    // What the schema no longer has is dropped; what it has gained becomes null.
    let state = Value::from_json(&stored, &resource.ty, Undeclared::Drop)
        .map_err(|error| Diagnostics::from(codec::unreadable(SUMMARY, &error)))?;
    let block = &resource.schema.block;
    let state = write_only::removed(block, unknown::with_block_collections(block, state));
    Ok(codec::encode(&state, &resource.ty)?)
}
