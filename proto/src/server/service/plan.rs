//! What an apply would do.

use super::entity::Managed;
use super::{Service, capabilities, codec, deferral, identity, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::Deferred;
use crate::protocol::plan_resource_change::{Request, Response};
use crate::server::rules::{Violation, plan_valid, propose, replace, settle, unknown};
use crate::server::{Call, Operation, PlanAnswer, PlanRequest};
use crate::value::{Path, Value};

const SUMMARY: &str = "Provider produced an invalid plan";

/// What is answered when all is well.
struct Planned {
    state: Option<Value>,
    private: Vec<u8>,
    replace: Vec<Path>,
    identity: Option<Value>,
    deferred: Option<Deferred>,
}

pub(super) async fn plan(service: &Service, request: Request) -> Response {
    let resource = match service.resource(&request.type_name) {
        Ok(resource) => resource,
        Err(diagnostic) => return failed(diagnostic.into()),
    };
    let (planned, warnings) = answer(service, resource, &request).await;
    let encoded = planned.and_then(|planned| {
        let state = codec::encode_object(planned.state.as_ref(), &resource.ty)?;
        let identity = identity::encode(resource, planned.identity.as_ref())?;
        Ok((state, identity, planned))
    });
    let mut response = match encoded {
        Ok((state, identity, planned)) => Response {
            planned_state: Some(state),
            planned_identity: identity,
            deferred: planned.deferred,
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
    resource: &Managed,
    request: &Request,
) -> (Result<Planned, Diagnostics>, Diagnostics) {
    let decode = |sent| codec::decode_object(sent, &resource.ty);
    let sent = (
        decode(request.prior_state.as_ref()),
        decode(request.proposed_new_state.as_ref()),
        decode(request.config.as_ref()),
        identity::decode(resource, request.prior_identity.as_ref()),
        service.meta(request.provider_meta.as_ref()),
    );
    let (prior, proposed, config, identity, meta) = match sent {
        (Ok(prior), Ok(proposed), Ok(config), Ok(identity), Ok(meta)) => (prior, proposed, config, identity, meta),
        (prior, proposed, config, identity, meta) => {
            let errors = [prior.err(), proposed.err(), config.err(), identity.err(), meta.err()];
            return (Err(errors.into_iter().flatten().collect()), Diagnostics::new());
        }
    };
    let allowed = capabilities(request.client_capabilities.as_ref());
    let timeout = resource
        .handler
        .timeouts()
        .limit_for(Operation::Plan, config.as_ref().or(prior.as_ref()));
    let call = service
        .call(Operation::Plan, &request.type_name, timeout)
        .with_capabilities(allowed)
        .with_meta(meta);
    let private = request.prior_private.to_vec();
    let wait = deferral::automatic(service, allowed);
    let planned = match (proposed, config, prior) {
        (Some(_), Some(config), prior) => {
            let earlier = Some(request.planned_private.to_vec()).filter(|earlier| !earlier.is_empty());
            let change = Change {
                config,
                prior,
                private,
                earlier,
                identity,
                ask: wait.is_none(),
            };
            change.plan(resource, &call).await
        }
        (_, _, Some(prior)) => {
            let checked = match wait {
                Some(_) => Ok(()),
                None => resource.handler.plan_destroy(&call, prior).await,
            };
            checked.map(|()| Planned {
                state: None,
                private,
                replace: Vec::new(),
                identity,
                deferred: None,
            })
        }
        (_, _, None) => {
            let refusal = Diagnostic::error("Nothing to plan", "Neither a configuration nor a prior state was sent.");
            Err(refusal.into())
        }
    };
    let planned = planned.and_then(|planned| {
        let deferred = match wait {
            Some(wait) => Some(wait),
            None => deferral::asked(&call)?,
        };
        Ok(Planned { deferred, ..planned })
    });
    (planned, call.take_warnings())
}

/// A creation or an update that is to be planned.
struct Change {
    config: Value,
    prior: Option<Value>,
    private: Vec<u8>,
    earlier: Option<Vec<u8>>,
    /// The identity of before.
    identity: Option<Value>,
    /// Whether the resource is asked.
    ask: bool,
}

impl Change {
    /// Plans it: the proposal, the resource's own plan, then the rules.
    async fn plan(self, resource: &Managed, call: &Call) -> Result<Planned, Diagnostics> {
        let block = &resource.schema.block;
        let Self {
            config,
            prior,
            private,
            earlier,
            identity,
            ask,
        } = self;
        // Where a dynamic block's number is unknown, no model can hold the configuration.
        let holdable = !unknown::in_blocks(block, &config);
        let ask = ask && holdable;
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
                earlier,
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
        let is_new = prior.is_none() || !replace.is_empty();
        let identity = if holdable {
            identity::of_planned(resource, call, &planned, identity, is_new)?
        } else {
            identity::of_unheld(resource, call, prior.as_ref(), identity, is_new)?
        };
        Ok(Planned {
            state: Some(planned),
            private: answer.private,
            replace,
            identity,
            deferred: None,
        })
    }
}
