//! Planning and invoking actions (protocol rule 40).

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use tokio::sync::oneshot;
use tonic::Status;

use super::entity::{Entity, no_such};
use super::{Service, capabilities, codec, message, validate};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::deferred::Reason;
use crate::protocol::invoke_action::{self, Event, event};
use crate::protocol::{Deferred, DynamicValue, plan_action, validate_action_config as validate_message};
use crate::server::rules::{propose, unknown};
use crate::server::{ActionPlan, Call, Deferral, DynamicAction, Operation, Progress};
use crate::value::Value;

type Action = Entity<dyn DynamicAction>;

/// What core reads while an action is at work.
pub(super) type Events = BoxStream<'static, Result<Event, Status>>;

impl Service {
    fn action(&self, name: &str) -> Result<&Arc<Action>, Diagnostic> {
        self.actions.get(name).ok_or_else(|| no_such("action", name))
    }
}

pub(super) fn validate(service: &Service, request: &validate_message::Request) -> validate_message::Response {
    let found = match service.action(&request.type_name) {
        Ok(action) => validate::check(request.config.as_ref(), &action.ty, &action.schema.block, |config| {
            action.handler.validate(config)
        }),
        Err(diagnostic) => diagnostic.into(),
    };
    validate_message::Response {
        diagnostics: message::diagnostics(found),
    }
}

pub(super) async fn plan(service: &Service, request: plan_action::Request) -> plan_action::Response {
    let mut warnings = Diagnostics::new();
    let mut response = match planned(service, &request, &mut warnings).await {
        Ok(ActionPlan::Ready) => plan_action::Response::default(),
        Ok(ActionPlan::WaitsForProvider) => plan_action::Response {
            deferred: Some(Deferred {
                reason: Reason::from(Deferral::ProviderConfigUnknown).into(),
            }),
            ..plan_action::Response::default()
        },
        Err(diagnostics) => plan_action::Response {
            diagnostics: message::diagnostics(diagnostics),
            ..plan_action::Response::default()
        },
    };
    response.diagnostics.extend(message::diagnostics(warnings));
    response
}

async fn planned(
    service: &Service,
    request: &plan_action::Request,
    warnings: &mut Diagnostics,
) -> Result<ActionPlan, Diagnostics> {
    let action = service.action(&request.action_type)?;
    let config = configuration(action, request.config.as_ref())?;
    // No model can hold an unknown number of blocks; the apply asks again.
    if unknown::in_blocks(&action.schema.block, &config) {
        return Ok(ActionPlan::Ready);
    }
    let call = service
        .call(Operation::Plan, &request.action_type, None)
        .with_capabilities(capabilities(request.client_capabilities.as_ref()));
    let planned = action.handler.plan(&call, config).await;
    warnings.extend(call.take_warnings());
    let planned = planned?;
    if planned == ActionPlan::WaitsForProvider && !call.capabilities.deferral {
        return Err(Diagnostic::error(
            "Action cannot be planned yet",
            format!(
                "`{}` cannot be planned now: {}, and this run allows no answer to wait for a later one. Apply what it \
                 depends on first with -target.",
                call.subject(),
                Deferral::ProviderConfigUnknown.words()
            ),
        )
        .into());
    }
    Ok(planned)
}

/// The configuration with the schema's defaults.
fn configuration(action: &Action, sent: Option<&DynamicValue>) -> Result<Value, Diagnostics> {
    let config = codec::decode_object(sent, &action.ty)?.ok_or_else(|| {
        Diagnostic::error(
            "Action has no configuration",
            "Nothing was sent that says what is to be done. This is a mistake of Terraform or of the provider: please \
             report it.",
        )
    })?;
    Ok(propose::with_defaults(&action.schema.block, config))
}

/// Does it in a task of its own, so that it goes on, and its deadline holds, while core does not read. The stream ends
/// with exactly one completed event, whatever becomes of the task.
pub(super) fn invoke(service: &Service, request: &invoke_action::Request) -> Events {
    start(service, request).unwrap_or_else(|diagnostics| stream::iter([Ok(completed(diagnostics))]).boxed())
}

fn start(service: &Service, request: &invoke_action::Request) -> Result<Events, Diagnostics> {
    let (action, config) = ready(service, request)?;
    let limit = action.handler.time_limit(&config);
    let call = service
        .call(Operation::Invoke, &request.action_type, limit)
        .with_capabilities(capabilities(request.client_capabilities.as_ref()));
    let (progress, lines) = Progress::new(call.cancel.clone());
    let (ended, end) = oneshot::channel();
    tokio::spawn(async move {
        let diagnostics = run(&action, &call, config, &progress).await;
        // The lines end with it, and what comes after them is the end.
        drop(progress);
        // Nobody reads the end of a stream that core has closed.
        let _ = ended.send(diagnostics);
    });
    let lines = stream::unfold(lines, |mut lines| async move { Some((lines.recv().await?, lines)) });
    let end = stream::once(async move { end.await.unwrap_or_else(|_| lost().into()) });
    let lines = lines.map(|message| Event {
        r#type: Some(event::Type::Progress(event::Progress { message })),
    });
    Ok(lines.chain(end.map(completed)).map(Ok).boxed())
}

fn ready(service: &Service, request: &invoke_action::Request) -> Result<(Arc<Action>, Value), Diagnostics> {
    let action = service.action(&request.action_type)?;
    let config = configuration(action, request.config.as_ref())?;
    if config.is_wholly_known() {
        return Ok((Arc::clone(action), config));
    }
    Err(Diagnostic::error(
        "Action has an unknown configuration",
        format!(
            "`{}` was to be invoked before all of its configuration is known. This is a mistake of Terraform: please \
             report it.",
            request.action_type
        ),
    )
    .into())
}

/// Runs the handler to its end; it is cancelled when core closes the stream.
async fn run(action: &Action, call: &Call, config: Value, progress: &Progress) -> Diagnostics {
    let invoking = action.handler.invoke(call, config, progress);
    let watching = async {
        progress.unread().await;
        call.cancel.cancel();
        std::future::pending().await
    };
    let done = tokio::select! {
        done = invoking => done,
        never = watching => never,
    };
    let mut diagnostics = done.err().unwrap_or_default();
    diagnostics.extend(call.take_warnings());
    diagnostics
}

pub(super) fn completed(diagnostics: Diagnostics) -> Event {
    let completed = event::Completed {
        diagnostics: message::diagnostics(diagnostics),
    };
    Event {
        r#type: Some(event::Type::Completed(completed)),
    }
}

fn lost() -> Diagnostic {
    Diagnostic::error(
        "The action was cut",
        "The provider stopped doing it without saying why: what it did before is not known. This is a bug in the \
         provider: please report it with its log (TF_LOG=TRACE).",
    )
}
