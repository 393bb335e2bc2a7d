//! States of other resource types, for `moved` blocks (protocol rule 34).

use super::entity::Managed;
use super::{Service, codec, identity, message, upgrade};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::move_resource_state::{Request, Response};
use crate::server::rules::{Violation, unknown, write_only};
use crate::server::{MoveFrom, MoveSource, Operation, guard};

const SUMMARY: &str = "State cannot be moved";

pub(super) fn take_over(service: &Service, request: &Request) -> Response {
    answer(service, request).unwrap_or_else(|diagnostics| Response {
        diagnostics: message::diagnostics(diagnostics),
        ..Response::default()
    })
}

fn answer(service: &Service, request: &Request) -> Result<Response, Diagnostics> {
    let target = service.resource(&request.target_type_name)?;
    let accepted = accepted(target, request)?;
    let source = MoveSource {
        state: upgrade::json(SUMMARY, request.source_state.as_ref())?
            .ok_or_else(|| Diagnostic::error(SUMMARY, "There is no object in the state that is to be moved."))?,
        version: request.source_schema_version,
        private: request.source_private.to_vec(),
        identity: upgrade::json(SUMMARY, request.source_identity.as_ref())?,
    };
    let call = service.call(Operation::Move, &request.target_type_name, None);
    let (state, private) = guard::run_plain(&call, || accepted.take(source))??;
    let refuse = |violations: Vec<Violation>| -> Diagnostics {
        violations
            .into_iter()
            .map(|violation| violation.diagnostic("Provider moved an invalid object", call.subject()))
            .collect()
    };
    if let Err((path, fault)) = state.conforms(&target.ty) {
        return Err(refuse(vec![Violation::new(10, &path, fault)]));
    }
    let block = &target.schema.block;
    let state = write_only::removed(block, unknown::with_block_collections(block, state));
    let unknown = unknown::paths(&state, &target.ty);
    if !unknown.is_empty() {
        let violations = unknown
            .iter()
            .map(|path| Violation::new(34, path, "it is unknown, but it was moved"));
        return Err(refuse(violations.collect()));
    }
    let found = identity::of_found(target, &call, &state, None)?;
    Ok(Response {
        target_state: Some(codec::encode(&state, &target.ty)?),
        target_private: private.into(),
        target_identity: identity::encode(target, found.as_ref())?,
        ..Response::default()
    })
}

/// What the target declares about the source.
fn accepted<'a>(target: &'a Managed, request: &Request) -> Result<&'a MoveFrom, Diagnostic> {
    let (address, source) = (&request.source_provider_address, &request.source_type_name);
    let of_source: Vec<&MoveFrom> = target.moves.iter().filter(|one| one.is_of(address, source)).collect();
    let version = request.source_schema_version;
    if let Some(accepted) = of_source.iter().find(|one| one.accepts(version)) {
        return Ok(accepted);
    }
    let known: Vec<String> = target.moves.iter().map(ToString::to_string).collect();
    let known = if known.is_empty() {
        "It takes over no state of another resource.".to_owned()
    } else {
        format!("It takes over: {}.", known.join(", "))
    };
    let refused = if of_source.is_empty() {
        format!("`{source}` of {address} cannot become `{}`.", request.target_type_name)
    } else {
        format!(
            "`{source}` of {address} can become `{}`, but not with a state of schema version {version}.",
            request.target_type_name
        )
    };
    let next = "Import the object into the new resource, and take the old one out of the state with a `removed` block.";
    Err(Diagnostic::error(SUMMARY, format!("{refused} {known} {next}")))
}
