//! What an apply would do.

use super::entity::Entity;
use super::{Service, capabilities, codec, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::plan_resource_change::{Request, Response};
use crate::server::rules::{Violation, plan_valid, propose, replace, settle, unknown};
use crate::server::{Call, DynamicResource, Operation, PlanAnswer, PlanRequest};
use crate::value::{Path, Value};

const SUMMARY: &str = "Provider produced an invalid plan";

/// What is answered when all is well.
struct Planned {
    state: Option<Value>,
    private: Vec<u8>,
    replace: Vec<Path>,
}

pub(super) async fn plan(service: &Service, request: Request) -> Response {
    let resource = match service.resource(&request.type_name) {
        Ok(resource) => resource,
        Err(diagnostic) => return failed(diagnostic.into()),
    };
    let (planned, warnings) = answer(service, resource, &request).await;
    let encoded = planned.and_then(|planned| {
        let state = codec::encode_object(planned.state.as_ref(), &resource.ty)?;
        Ok((state, planned))
    });
    let mut response = match encoded {
        Ok((state, planned)) => Response {
            planned_state: Some(state),
            planned_private: planned.private.into(),
            requires_replace: planned.replace.iter().map(message::path).collect(),
            ..Response::default()
        },
        Err(diagnostics) => failed(diagnostics),
    };
    response.diagnostics.extend(message::diagnostics(warnings));
    response
}

fn failed(diagnostics: Diagnostics) -> Response {
    Response {
        diagnostics: message::diagnostics(diagnostics),
        ..Response::default()
    }
}

async fn answer(
    service: &Service,
    resource: &Entity<dyn DynamicResource>,
    request: &Request,
) -> (Result<Planned, Diagnostics>, Diagnostics) {
    let decode = |sent| codec::decode_object(sent, &resource.ty);
    let (prior, proposed, config) = match (
        decode(request.prior_state.as_ref()),
        decode(request.proposed_new_state.as_ref()),
        decode(request.config.as_ref()),
    ) {
        (Ok(prior), Ok(proposed), Ok(config)) => (prior, proposed, config),
        (prior, proposed, config) => {
            return (
                Err([prior.err(), proposed.err(), config.err()]
                    .into_iter()
                    .flatten()
                    .collect()),
                Diagnostics::new(),
            );
        }
    };
    let timeout = resource
        .handler
        .timeouts()
        .limit_for(Operation::Plan, config.as_ref().or(prior.as_ref()));
    let call = service
        .call(Operation::Plan, &request.type_name, timeout)
        .with_capabilities(capabilities(request.client_capabilities.as_ref()));
    let private = request.prior_private.to_vec();
    let planned = match (proposed, config, prior) {
        (Some(_), Some(config), prior) => change(resource, &call, config, prior, private).await,
        (_, _, Some(prior)) => resource.handler.plan_destroy(&call, prior).await.map(|()| Planned {
            state: None,
            private,
            replace: Vec::new(),
        }),
        (_, _, None) => {
            let refusal = Diagnostic::error("Nothing to plan", "Neither a configuration nor a prior state was sent.");
            Err(refusal.into())
        }
    };
    (planned, call.take_warnings())
}

/// Plans a creation or an update: the proposal, the resource's own plan, then the rules.
async fn change(
    resource: &Entity<dyn DynamicResource>,
    call: &Call,
    config: Value,
    prior: Option<Value>,
    private: Vec<u8>,
) -> Result<Planned, Diagnostics> {
    let block = &resource.schema.block;
    // Where a dynamic block's number is unknown, no model can hold the configuration.
    let ask = !unknown::in_blocks(block, &config);
    let propose = if ask {
        propose::propose
    } else {
        propose::propose_unasked
    };
    let proposed = propose(block, &config, prior.as_ref());
    let answer = if ask {
        let request = PlanRequest {
            config: config.clone(),
            prior: prior.clone(),
            planned: proposed.clone(),
            private,
        };
        resource.handler.plan(call, request).await?
    } else {
        PlanAnswer {
            planned: proposed.clone(),
            private,
            replace: Vec::new(),
        }
    };
    let refuse = |violations: Vec<Violation>| -> Diagnostics {
        violations
            .into_iter()
            .map(|violation| violation.diagnostic(SUMMARY, call.subject()))
            .collect()
    };
    if answer.planned.is_null() || answer.planned.is_unknown() {
        return Err(refuse(vec![Violation::new(21, &Path::root(), "no object is planned")]));
    }
    if let Err((path, fault)) = answer.planned.conforms(&resource.ty) {
        return Err(refuse(vec![Violation::new(10, &path, fault)]));
    }
    let planned = settle::settle(block, &config, &proposed, answer.planned);
    let violations = plan_valid::check(block, prior.as_ref(), &config, &planned);
    if !violations.is_empty() {
        return Err(refuse(violations));
    }
    let replace = match &prior {
        Some(prior) => {
            let mut paths = replace::declared(block, prior, &planned);
            paths.extend(replace::asked(prior, &planned, answer.replace).map_err(refuse)?);
            paths.dedup();
            paths
        }
        None => replace::asked(&Value::Null, &planned, answer.replace)
            .map(|_| Vec::new())
            .map_err(refuse)?,
    };
    Ok(Planned {
        state: Some(planned),
        private: answer.private,
        replace,
    })
}
