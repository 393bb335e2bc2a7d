//! Reading data sources (protocol rule 36).

use super::{Service, capabilities, codec, deferral, message};
use crate::diagnostics::Diagnostics;
use crate::protocol::read_data_source::{Request, Response};
use crate::server::Operation;
use crate::server::rules::{Violation, plan_valid, propose, settle, unknown};
use crate::value::Path;

const SUMMARY: &str = "Provider read an invalid object";

pub(super) async fn read(service: &Service, request: Request) -> Response {
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
    let data = service.data_source(&request.type_name)?;
    let block = &data.schema.block;
    let config = codec::decode(request.config.as_ref(), &data.ty)?;
    let timeout = data.handler.timeouts().limit_for(Operation::Read, Some(&config));
    let allowed = capabilities(request.client_capabilities.as_ref());
    let call = service
        .call(Operation::Read, &request.type_name, timeout)
        .with_capabilities(allowed)
        .with_meta(service.meta(request.provider_meta.as_ref())?);
    let proposed = propose::propose(block, &config, None);
    // What the provider would find is unknown then, and that is what the proposal says.
    let waiting = |deferred| -> Result<Response, Diagnostics> {
        Ok(Response {
            state: Some(codec::encode(&proposed, &data.ty)?),
            deferred: Some(deferred),
            ..Response::default()
        })
    };
    if let Some(deferred) = deferral::automatic(service, allowed) {
        return waiting(deferred);
    }
    let found = data.handler.read(&call, proposed.clone()).await;
    warnings.extend(call.take_warnings());
    let refuse = |violations: Vec<Violation>| -> Diagnostics {
        violations
            .into_iter()
            .map(|violation| violation.diagnostic(SUMMARY, &request.type_name))
            .collect()
    };
    let found = found?;
    if let Some(deferred) = deferral::asked(&call)? {
        return waiting(deferred);
    }
    if found.is_null() {
        return Err(refuse(vec![Violation::new(
            36,
            &Path::root(),
            "nothing was given back",
        )]));
    }
    if let Err((path, fault)) = found.conforms(&data.ty) {
        return Err(refuse(vec![Violation::new(10, &path, fault)]));
    }
    let state = settle::settle(block, &config, &proposed, found);
    let mut violations = plan_valid::check(block, None, &config, &state);
    let unknown = unknown::paths(&state, &data.ty);
    violations.extend(
        unknown
            .iter()
            .map(|path| Violation::new(36, path, "it is unknown, but it was read")),
    );
    if violations.is_empty() {
        Ok(Response {
            state: Some(codec::encode(&state, &data.ty)?),
            ..Response::default()
        })
    } else {
        Err(refuse(violations))
    }
}
