//! Stored state in the present form (protocol rule 32).

use super::{Service, codec, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::upgrade_resource_state::{Request, Response};
use crate::protocol::{DynamicValue, RawState};
use crate::server::rules::{unknown, write_only};
use crate::server::upgrade::climb;
use crate::server::{Call, Operation, Upgrade, guard};
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
    let call = service.call(Operation::Upgrade, &request.type_name, None);
    let present = resource.schema.version;
    let stored = climbed(
        &call,
        &resource.upgrades,
        request.version,
        present,
        request.raw_state.as_ref(),
    )?;
    let Some(stored) = stored else {
        return Ok(codec::encode(&Value::Null, &resource.ty)?);
    };
    // What the schema no longer has is dropped; what it has gained becomes null.
    let state = Value::from_json(&stored, &resource.ty, Undeclared::Drop)
        .map_err(|error| Diagnostics::from(codec::unreadable(SUMMARY, &error)))?;
    let block = &resource.schema.block;
    let state = write_only::removed(block, unknown::with_block_collections(block, state));
    Ok(codec::encode(&state, &resource.ty)?)
}

/// A stored object that has gone through its upgraders; `None` where nothing is stored.
pub(super) fn climbed(
    call: &Call,
    upgrades: &[Upgrade],
    version: i64,
    present: i64,
    raw: Option<&RawState>,
) -> Result<Option<serde_json::Value>, Diagnostics> {
    let Some(stored) = json(SUMMARY, raw)? else {
        return Ok(None);
    };
    if version >= present {
        return Ok(Some(stored));
    }
    guard::run_plain(call, || climb(upgrades, version, present, stored))?.map(Some)
}

/// A stored object as JSON; `None` where nothing is stored.
pub(super) fn json(summary: &str, raw: Option<&RawState>) -> Result<Option<serde_json::Value>, Diagnostic> {
    match raw {
        // The parser's error tells line and column but nothing of the content.
        Some(raw) if !raw.json.is_empty() => serde_json::from_slice(&raw.json)
            .map(|stored: serde_json::Value| Some(stored).filter(|stored| !stored.is_null()))
            .map_err(|error| Diagnostic::error(summary, format!("{error}."))),
        Some(raw) if !raw.flatmap.is_empty() => Err(Diagnostic::error(
            summary,
            "The state is in the form of Terraform 0.11. Apply once with 0.12 or later.",
        )),
        _ => Ok(None),
    }
}
