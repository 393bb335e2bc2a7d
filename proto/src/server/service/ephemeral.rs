//! Opening, renewing and closing ephemeral resources (protocol rule 37).

use std::time::SystemTime;

use super::entity::{Entity, no_such};
use super::{Service, capabilities, codec, message, validate};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::deferred::Reason;
use crate::protocol::{
    Deferred, close_ephemeral_resource as close_message, open_ephemeral_resource as open_message,
    renew_ephemeral_resource as renew_message, validate_ephemeral_resource_config as validate_message,
};
use crate::server::rules::{Violation, plan_valid, propose, settle, unknown};
use crate::server::{Call, Deferral, DynamicEphemeralResource, Operation};
use crate::value::{Path, Value};

const SUMMARY: &str = "Provider opened an invalid object";

type Resource = Entity<dyn DynamicEphemeralResource>;

impl Service {
    fn ephemeral(&self, name: &str) -> Result<&Resource, Diagnostic> {
        self.ephemeral_resources
            .get(name)
            .ok_or_else(|| no_such("ephemeral resource", name))
    }

    fn ephemeral_call(&self, operation: Operation, name: &str, resource: &Resource) -> Call {
        self.call(operation, name, resource.handler.time_limit(operation))
    }
}

pub(super) fn validate(service: &Service, request: &validate_message::Request) -> validate_message::Response {
    let found = match service.ephemeral(&request.type_name) {
        Ok(resource) => {
            let block = &resource.schema.block;
            validate::check(request.config.as_ref(), &resource.ty, block, |config| {
                resource.handler.validate(config)
            })
        }
        Err(diagnostic) => diagnostic.into(),
    };
    validate_message::Response {
        diagnostics: message::diagnostics(found),
    }
}

pub(super) async fn open(service: &Service, request: open_message::Request) -> open_message::Response {
    let mut warnings = Diagnostics::new();
    let mut response = match opened(service, &request, &mut warnings).await {
        Ok(response) => response,
        Err(diagnostics) => open_message::Response {
            diagnostics: message::diagnostics(diagnostics),
            ..open_message::Response::default()
        },
    };
    response.diagnostics.extend(message::diagnostics(warnings));
    response
}

async fn opened(
    service: &Service,
    request: &open_message::Request,
    warnings: &mut Diagnostics,
) -> Result<open_message::Response, Diagnostics> {
    let resource = service.ephemeral(&request.type_name)?;
    let config = codec::decode(request.config.as_ref(), &resource.ty)?;
    let call = service
        .ephemeral_call(Operation::Open, &request.type_name, resource)
        .with_capabilities(capabilities(request.client_capabilities.as_ref()));
    let proposed = propose::propose(&resource.schema.block, &config, None);
    let answer = if config.is_wholly_known() {
        let answer = resource.handler.open(&call, proposed.clone()).await;
        warnings.extend(call.take_warnings());
        answer?
    } else {
        // Core does not ask for this; what waits for an apply is not opened.
        return deferred(resource, &call, &proposed, Deferral::ConfigUnknown);
    };
    let result = match answer.outcome {
        Ok(result) => result,
        Err(why) => return deferred(resource, &call, &proposed, why),
    };
    let checked = check(resource, &call, &config, &proposed, result);
    let encoded = checked.and_then(|result| Ok(codec::encode(&result, &resource.ty)?));
    match encoded {
        Ok(result) => Ok(open_message::Response {
            result: Some(result),
            private: Some(answer.private.into()),
            renew_at: answer.renew_at.map(timestamp),
            ..open_message::Response::default()
        }),
        Err(mut refused) => {
            // Core will not close what it does not take.
            let closing = service.ephemeral_call(Operation::Close, &request.type_name, resource);
            refused.extend(
                resource
                    .handler
                    .close(&closing, &answer.private)
                    .await
                    .err()
                    .unwrap_or_default(),
            );
            warnings.extend(closing.take_warnings());
            Err(refused)
        }
    }
}

/// The answer of a resource that waits for a later run, as far as core can wait.
fn deferred(
    resource: &Resource,
    call: &Call,
    proposed: &Value,
    why: Deferral,
) -> Result<open_message::Response, Diagnostics> {
    if !call.capabilities.deferral {
        return Err(Diagnostic::error(
            "Ephemeral resource cannot be opened yet",
            format!(
                "`{}` cannot be opened now: {}, and this run allows no answer to wait for a later one. Apply what it depends \
                 on first with -target.",
                call.subject(),
                why.words()
            ),
        )
        .into());
    }
    Ok(open_message::Response {
        result: Some(codec::encode(proposed, &resource.ty)?),
        deferred: Some(Deferred {
            reason: Reason::from(why).into(),
        }),
        ..open_message::Response::default()
    })
}

/// The result with the configured values put back; violations where core would refuse it.
fn check(
    resource: &Resource,
    call: &Call,
    config: &Value,
    proposed: &Value,
    result: Value,
) -> Result<Value, Diagnostics> {
    let block = &resource.schema.block;
    let refuse = |violations: Vec<Violation>| -> Diagnostics {
        violations
            .into_iter()
            .map(|violation| violation.diagnostic(SUMMARY, call.subject()))
            .collect()
    };
    if result.is_null() || result.is_unknown() {
        return Err(refuse(vec![Violation::new(
            37,
            &Path::root(),
            "nothing was given back",
        )]));
    }
    if let Err((path, fault)) = result.conforms(&resource.ty) {
        return Err(refuse(vec![Violation::new(10, &path, fault)]));
    }
    let result = settle::settle(block, config, proposed, result);
    let mut violations = plan_valid::check(block, None, config, &result);
    let unknown = unknown::paths(&result, &resource.ty);
    violations.extend(
        unknown
            .iter()
            .map(|path| Violation::new(37, path, "it is unknown, but it was opened")),
    );
    if violations.is_empty() {
        Ok(result)
    } else {
        Err(refuse(violations))
    }
}

pub(super) async fn renew(service: &Service, request: renew_message::Request) -> renew_message::Response {
    let private = request.private.clone().unwrap_or_default();
    let (renewed, warnings) = match service.ephemeral(&request.type_name) {
        Ok(resource) => {
            let call = service.ephemeral_call(Operation::Renew, &request.type_name, resource);
            (resource.handler.renew(&call, &private).await, call.take_warnings())
        }
        Err(diagnostic) => (Err(diagnostic.into()), Diagnostics::new()),
    };
    let mut response = match renewed {
        Ok(renewed) => renew_message::Response {
            renew_at: renewed.renew_at.map(timestamp),
            private: Some(renewed.private.into()),
            ..renew_message::Response::default()
        },
        // It will be closed with what was known before.
        Err(diagnostics) => renew_message::Response {
            private: request.private,
            diagnostics: message::diagnostics(diagnostics),
            ..renew_message::Response::default()
        },
    };
    response.diagnostics.extend(message::diagnostics(warnings));
    response
}

pub(super) async fn close(service: &Service, request: close_message::Request) -> close_message::Response {
    let private = request.private.unwrap_or_default();
    let found = match service.ephemeral(&request.type_name) {
        Ok(resource) => {
            let call = service.ephemeral_call(Operation::Close, &request.type_name, resource);
            let mut found = resource.handler.close(&call, &private).await.err().unwrap_or_default();
            found.extend(call.take_warnings());
            found
        }
        Err(diagnostic) => diagnostic.into(),
    };
    close_message::Response {
        diagnostics: message::diagnostics(found),
    }
}

fn timestamp(moment: SystemTime) -> prost_types::Timestamp {
    moment.into()
}
