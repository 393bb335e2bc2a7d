//! Creating, updating and removing.

use super::entity::Entity;
use super::{Service, codec, deferral, identity, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::DynamicValue;
use crate::protocol::apply_resource_change::{Request, Response};
use crate::server::rules::{Violation, compatible, unknown, write_only};
use crate::server::{ApplyAnswer, ApplyRequest, DynamicResource, Operation};
use crate::value::{Path, Value};

const SUMMARY: &str = "Provider produced an inconsistent result";

pub(super) async fn apply(service: &Service, request: Request) -> Response {
    let resource = match service.resource(&request.type_name) {
        Ok(resource) => resource,
        Err(diagnostic) => return untouched(&request, diagnostic.into()),
    };
    let decode = |sent: &Option<DynamicValue>| codec::decode_object(sent.as_ref(), &resource.ty);
    let (config, prior, planned, planned_identity) = match (
        decode(&request.config),
        decode(&request.prior_state),
        decode(&request.planned_state),
        identity::decode(resource, request.planned_identity.as_ref()),
    ) {
        (Ok(config), Ok(prior), Ok(planned), Ok(identity)) => (config, prior, planned, identity),
        (config, prior, planned, identity) => {
            let errors = [config.err(), prior.err(), planned.err(), identity.err()]
                .into_iter()
                .flatten()
                .collect();
            return untouched(&request, errors);
        }
    };
    let operation = match (&prior, &planned) {
        (_, None) => Operation::Delete,
        (None, Some(_)) => Operation::Create,
        (Some(_), Some(_)) => Operation::Update,
    };
    let timeout = resource
        .handler
        .timeouts()
        .limit_for(operation, planned.as_ref().or(prior.as_ref()));
    let meta = match service.meta(request.provider_meta.as_ref()) {
        Ok(meta) => meta,
        Err(diagnostic) => return untouched(&request, diagnostic.into()),
    };
    let call = service.call(operation, &request.type_name, timeout).with_meta(meta);
    let asked = ApplyRequest {
        // A configuration without a plan is a removal's, and says nothing.
        config: config.filter(|_| planned.is_some()),
        prior: prior.clone(),
        planned: planned.clone(),
        private: request.planned_private.to_vec(),
    };
    let answer = resource.handler.apply(&call, asked).await;
    let before = Before {
        subject: &request.type_name,
        prior,
        planned,
    };
    let mut done = before.judge(resource, answer);
    done.diagnostics.extend(deferral::asked(&call).err());
    let failed = done.diagnostics.has_errors();
    let (identity, faults) = identity::of_applied(resource, &call, done.state.as_ref(), planned_identity, failed);
    done.diagnostics.extend(faults);
    done.diagnostics.extend(call.take_warnings());
    let encoded = codec::encode_object(done.state.as_ref(), &resource.ty);
    match encoded.and_then(|state| Ok((state, identity::encode(resource, identity.as_ref())?))) {
        Ok((state, identity)) => Response {
            new_state: Some(state),
            new_identity: identity,
            private: done.private.into(),
            diagnostics: message::diagnostics(done.diagnostics),
            ..Response::default()
        },
        Err(diagnostic) => {
            done.diagnostics.push(diagnostic);
            let kept = before
                .kept(resource)
                .and_then(|kept| codec::encode(&kept, &resource.ty).ok());
            Response {
                new_state: kept.or_else(|| request.prior_state.clone()),
                private: done.private.into(),
                diagnostics: message::diagnostics(done.diagnostics),
                ..Response::default()
            }
        }
    }
}

/// The answer when no handler has run: what was there is still there.
fn untouched(request: &Request, diagnostics: Diagnostics) -> Response {
    Response {
        new_state: request.prior_state.clone(),
        private: request.planned_private.clone(),
        diagnostics: message::diagnostics(diagnostics),
        ..Response::default()
    }
}

/// What the answer is judged by.
struct Before<'a> {
    subject: &'a str,
    prior: Option<Value>,
    planned: Option<Value>,
}

impl Before<'_> {
    /// What to save when the handler does not say what is there: the prior object, or the planned one of a creation,
    /// so that what was made is not lost.
    fn kept(&self, resource: &Entity<dyn DynamicResource>) -> Option<Value> {
        let made = || {
            self.planned
                .clone()
                .map(|planned| unknown::as_null(&resource.schema.block, planned))
        };
        self.prior.clone().or_else(made)
    }

    fn violation(&self, violation: Violation) -> Diagnostic {
        violation.diagnostic(SUMMARY, self.subject)
    }

    /// Holds an answer against the rules. What breaks one is told, and the object is kept in any case.
    fn judge(&self, resource: &Entity<dyn DynamicResource>, answer: ApplyAnswer) -> ApplyAnswer {
        let ApplyAnswer {
            state,
            broken,
            private,
            mut diagnostics,
        } = answer;
        let failed = diagnostics.has_errors();
        let root = Path::root();
        let state = match (state, &self.planned) {
            (None, None) if broken => self.kept(resource),
            (None, None) => None,
            (None, Some(_)) if failed && !broken => None,
            (None, Some(_)) => {
                if !failed {
                    let what = "the operation succeeded, but no object was given back";
                    diagnostics.push(self.violation(Violation::new(28, &root, what)));
                }
                self.kept(resource)
            }
            (Some(state), _) => match state.conforms(&resource.ty) {
                Ok(()) => Some(self.clean(resource, state, failed, &mut diagnostics)),
                Err((path, fault)) => {
                    diagnostics.push(self.violation(Violation::new(10, &path, fault)));
                    self.kept(resource)
                }
            },
        };
        ApplyAnswer {
            state,
            broken,
            private,
            diagnostics,
        }
    }

    /// Takes out what must not be stored, and compares with the plan where the handler did not fail anyway.
    fn clean(
        &self,
        resource: &Entity<dyn DynamicResource>,
        state: Value,
        failed: bool,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let block = &resource.schema.block;
        let state = write_only::removed(block, state);
        if !failed {
            let unknown = unknown::paths(&state, &resource.ty).into_iter();
            let mut violations: Vec<Violation> = unknown
                .map(|path| Violation::new(27, &path, "it is still unknown after the apply"))
                .collect();
            if let Some(planned) = &self.planned {
                violations.extend(compatible::check(planned, &state, &resource.ty));
            }
            diagnostics.extend(violations.into_iter().map(|violation| self.violation(violation)));
        }
        unknown::as_null(block, state)
    }
}
