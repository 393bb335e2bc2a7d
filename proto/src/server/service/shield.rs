//! The outermost guard: what panics outside a handler is still an answer (protocol rule 29).

use tonic::codegen::BoxStream;

use super::{action, function, message};
use crate::diagnostics::Diagnostic;
use crate::protocol;
use crate::server::guard::{self, Outcome};
use crate::server::{Call, Operation};

/// A message that can carry an error.
pub(super) trait Answer<Request>: Default {
    /// The answer to `request` when nothing but `diagnostic` is known.
    fn failed(request: &Request, diagnostic: Diagnostic) -> Self;
}

/// Answers a request; a panic becomes an answer with its location.
pub(super) async fn shield<Request, Response, Answering>(
    operation: Operation,
    request: Request,
    answer: impl FnOnce(Request) -> Answering,
) -> Response
where
    Request: Clone,
    Response: Answer<Request>,
    Answering: Future<Output = Response>,
{
    let call = Call::new(operation);
    let kept = request.clone();
    match guard::run(&call, async { Ok(answer(request).await) }).await {
        Outcome::Returned(Ok(response)) => response,
        Outcome::Returned(Err(_)) => Response::default(),
        Outcome::Broken(diagnostic) => Response::failed(&kept, diagnostic),
    }
}

/// A stream whose start may fail only with an event.
pub(super) trait FailedEvent {
    /// The event that tells an error.
    fn failed(diagnostic: Diagnostic) -> Self;
}

impl FailedEvent for protocol::list_resource::Event {
    fn failed(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostic: vec![message::diagnostic(diagnostic)],
            ..Self::default()
        }
    }
}

impl FailedEvent for protocol::invoke_action::Event {
    fn failed(diagnostic: Diagnostic) -> Self {
        action::completed(diagnostic.into())
    }
}

/// Starts a stream of events; a panic becomes an event with its location.
pub(super) fn shield_stream<Event: FailedEvent + Send + 'static>(
    operation: Operation,
    start: impl FnOnce() -> BoxStream<Event>,
) -> BoxStream<Event> {
    guard::run_plain(&Call::new(operation), start).unwrap_or_else(|diagnostic| {
        let event = Event::failed(diagnostic);
        Box::pin(futures_util::stream::iter([Ok(event)]))
    })
}

/// Answers that consist of diagnostics and what may be left out.
macro_rules! plain_answers {
    ($($messages:ident),*) => {$(
        impl Answer<protocol::$messages::Request> for protocol::$messages::Response {
            fn failed(_: &protocol::$messages::Request, diagnostic: Diagnostic) -> Self {
                let mut answer = Self::default();
                answer.diagnostics.push(message::diagnostic(diagnostic));
                answer
            }
        }
    )*};
}

plain_answers!(
    get_metadata,
    get_provider_schema,
    validate_provider_config,
    validate_resource_config,
    validate_data_resource_config,
    configure_provider,
    upgrade_resource_state,
    get_resource_identity_schemas,
    upgrade_resource_identity,
    move_resource_state,
    generate_resource_config,
    validate_list_resource_config,
    plan_resource_change,
    import_resource_state,
    read_data_source,
    get_functions,
    validate_ephemeral_resource_config,
    open_ephemeral_resource,
    close_ephemeral_resource,
    validate_action_config,
    plan_action
);

impl Answer<protocol::call_function::Request> for protocol::call_function::Response {
    fn failed(_: &protocol::call_function::Request, diagnostic: Diagnostic) -> Self {
        Self {
            result: None,
            error: Some(function::message(function::broken(&diagnostic))),
        }
    }
}

impl Answer<protocol::renew_ephemeral_resource::Request> for protocol::renew_ephemeral_resource::Response {
    /// It will be closed with what was known before.
    fn failed(request: &protocol::renew_ephemeral_resource::Request, diagnostic: Diagnostic) -> Self {
        Self {
            private: request.private.clone(),
            diagnostics: vec![message::diagnostic(diagnostic)],
            ..Self::default()
        }
    }
}

impl Answer<protocol::read_resource::Request> for protocol::read_resource::Response {
    fn failed(request: &protocol::read_resource::Request, diagnostic: Diagnostic) -> Self {
        Self {
            new_state: request.current_state.clone(),
            private: request.private.clone(),
            new_identity: request.current_identity.clone(),
            diagnostics: vec![message::diagnostic(diagnostic)],
            ..Self::default()
        }
    }
}

impl Answer<protocol::apply_resource_change::Request> for protocol::apply_resource_change::Response {
    /// What was there before stays in the state. After a creation the planned object does: core makes null of what
    /// is unknown in it, and marks it as tainted.
    fn failed(request: &protocol::apply_resource_change::Request, diagnostic: Diagnostic) -> Self {
        let is_null = |value: &protocol::DynamicValue| value.msgpack.as_ref() == [0xc0];
        let prior = request.prior_state.clone().filter(|prior| !is_null(prior));
        Self {
            new_state: prior.or_else(|| request.planned_state.clone()),
            private: request.planned_private.clone(),
            diagnostics: vec![message::diagnostic(diagnostic)],
            ..Self::default()
        }
    }
}

impl Answer<protocol::stop_provider::Request> for protocol::stop_provider::Response {
    fn failed(_: &protocol::stop_provider::Request, diagnostic: Diagnostic) -> Self {
        Self {
            error: diagnostic.detail,
        }
    }
}
