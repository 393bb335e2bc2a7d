//! What is no managed object: data sources, ephemeral resources, functions, lists, actions, and moves between types.

use tonic::codegen::tokio_stream::StreamExt as _;

use super::{Core, Current, Halt, Stored, call};
use crate::client::core::release::{Feature, Walk};
use crate::client::core::rules::{Violation, object, other, state, stream};
use crate::protocol::{
    RawState, call_function, close_ephemeral_resource, invoke_action, list_resource, move_resource_state,
    open_ephemeral_resource, plan_action, read_data_source, renew_ephemeral_resource, validate_action_config,
    validate_data_resource_config, validate_ephemeral_resource_config, validate_list_resource_config,
};
use crate::value::{Path, Type, Value};

/// An ephemeral resource that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What it gave.
    pub value: Value,
    /// The provider's private data.
    pub private: Option<bytes::Bytes>,
    /// Whether it wants to be renewed.
    pub renews: bool,
}

impl Core {
    /// Validates and reads a data source, whose configuration is known (protocol rule 36).
    pub async fn data_source(&mut self, type_name: &str, config: &Value) -> Result<Value, Halt> {
        let shape = self.schemas.data_sources.get(type_name).cloned().unwrap_or_default();
        let config_sent = self.encode(type_name, config, &shape.ty())?;
        let request = validate_data_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(config_sent.clone()),
        };
        let answer = call!(self.validate_data_resource_config(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let capabilities = self.capabilities(Walk::Plan);
        let request = read_data_source::Request {
            type_name: type_name.to_owned(),
            config: Some(config_sent),
            provider_meta: None,
            client_capabilities: capabilities,
        };
        let answer = call!(self.read_data_source(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let (value, mut violations) = other::data_source(&shape, config, answer.state.as_ref());
        let allowed = capabilities.is_some_and(|sent| sent.deferral_allowed);
        violations.extend(object::deferral(allowed, answer.deferred.as_ref()));
        self.demand("read_data_source", type_name, violations)?;
        Ok(value)
    }

    /// Validates and opens an ephemeral resource, whose configuration is known (protocol rule 37). Nothing where the
    /// release knows none.
    pub async fn open(&mut self, type_name: &str, config: &Value) -> Result<Option<Opened>, Halt> {
        if !self.release.has(Feature::Ephemeral) {
            return Ok(None);
        }
        let shape = self
            .schemas
            .ephemeral_resources
            .get(type_name)
            .cloned()
            .unwrap_or_default();
        let config_sent = self.encode(type_name, config, &shape.ty())?;
        let request = validate_ephemeral_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(config_sent.clone()),
        };
        let answer = call!(self.validate_ephemeral_resource_config(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let capabilities = self.capabilities(Walk::Plan);
        let request = open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(config_sent),
            client_capabilities: capabilities,
        };
        let answer = call!(self.open_ephemeral_resource(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let (value, mut violations) = other::ephemeral(&shape, config, answer.result.as_ref());
        let allowed = capabilities.is_some_and(|sent| sent.deferral_allowed);
        violations.extend(object::deferral(allowed, answer.deferred.as_ref()));
        self.demand("open_ephemeral_resource", type_name, violations)?;
        Ok(Some(Opened {
            value,
            private: answer.private,
            renews: answer.renew_at.is_some(),
        }))
    }

    /// Renews an open ephemeral resource if it wants that, and closes it.
    pub async fn close(&mut self, type_name: &str, opened: Opened) -> Result<(), Halt> {
        let mut private = opened.private;
        if opened.renews {
            let request = renew_ephemeral_resource::Request {
                type_name: type_name.to_owned(),
                private: private.clone(),
            };
            let answer = call!(self.renew_ephemeral_resource(request), type_name)?;
            self.accept(&answer.diagnostics)?;
            private = answer.private;
        }
        let request = close_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            private,
        };
        let answer = call!(self.close_ephemeral_resource(request), type_name)?;
        self.accept(&answer.diagnostics)
    }

    /// Calls a function twice, as plan and apply do; the answers must be the same (protocol rule 38). The error is the
    /// function's own: its text, and the argument that is at fault.
    pub async fn function(
        &mut self,
        name: &str,
        arguments: &[Value],
    ) -> Result<Result<Value, (String, Option<i64>)>, Halt> {
        let Some(shape) = self.schemas.functions.get(name).cloned() else {
            let what = "there is no such function";
            return Err(self.broken("call_function", name, Violation::new(38, &Path::root(), what)));
        };
        let mut sent = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.iter().enumerate() {
            let ty = shape.parameters.get(position).or(shape.variadic.as_ref());
            sent.push(self.encode(name, argument, ty.unwrap_or(&Type::Dynamic))?);
        }
        let request = call_function::Request {
            name: name.to_owned(),
            arguments: sent,
        };
        let first = call!(self.call_function(request.clone()), name)?;
        let second = call!(self.call_function(request), name)?;
        let (value, mut violations) = other::function(&shape, &first, arguments.len());
        violations.extend(other::pure(&first, &second));
        self.demand("call_function", name, violations)?;
        Ok(match first.error {
            Some(error) => Err((error.text, error.function_argument)),
            None => Ok(value),
        })
    }

    /// Validates a list's configuration and asks for its results (protocol rule 39). Nothing where the release knows no
    /// lists.
    pub async fn list(
        &mut self,
        type_name: &str,
        config: &Value,
        include_resource_object: bool,
        limit: i64,
    ) -> Result<Vec<list_resource::Event>, Halt> {
        if !self.release.has(Feature::Lists) {
            return Ok(Vec::new());
        }
        let shape = self.schemas.lists.get(type_name).cloned().unwrap_or_default();
        let config = self.encode(type_name, config, &shape.ty())?;
        let request = validate_list_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(config.clone()),
            include_resource_object: Some(self.encode(type_name, &include_resource_object.into(), &Type::Bool)?),
            limit: Some(self.encode(type_name, &limit.into(), &Type::Number)?),
        };
        let answer = call!(self.validate_list_resource_config(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let request = list_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(config),
            include_resource_object,
            limit,
        };
        let mut answers = call!(self.list_resource(request.clone()), type_name)?;
        let mut events = Vec::new();
        while let Some(event) = answers.next().await {
            events.push(self.event("list_resource", type_name, event)?);
        }
        let object = self.resource(type_name).shape;
        let Some(identity) = self.identity_shape(type_name) else {
            let what = "the managed resource of that name has no identity";
            return Err(self.broken("list_resource", type_name, Violation::new(39, &Path::root(), what)));
        };
        let violations = stream::list(&object, &identity, &request, &events);
        self.demand("list_resource", type_name, violations)?;
        for event in &events {
            self.told.extend_from_slice(&event.diagnostic);
        }
        Ok(events)
    }

    /// Validates, plans and invokes an action (protocol rule 40). Nothing where the release knows no actions.
    pub async fn invoke(&mut self, action_type: &str, config: &Value) -> Result<Vec<invoke_action::Event>, Halt> {
        if !self.release.has(Feature::Actions) {
            return Ok(Vec::new());
        }
        let shape = self.schemas.actions.get(action_type).cloned().unwrap_or_default();
        let config = self.encode(action_type, config, &shape.ty())?;
        let request = validate_action_config::Request {
            type_name: action_type.to_owned(),
            config: Some(config.clone()),
        };
        let answer = call!(self.validate_action_config(request), action_type)?;
        self.accept(&answer.diagnostics)?;
        let capabilities = self.capabilities(Walk::Plan);
        let request = plan_action::Request {
            action_type: action_type.to_owned(),
            config: Some(config.clone()),
            client_capabilities: capabilities,
        };
        let answer = call!(self.plan_action(request), action_type)?;
        self.accept(&answer.diagnostics)?;
        let allowed = capabilities.is_some_and(|sent| sent.deferral_allowed);
        let mut violations = object::deferral(allowed, answer.deferred.as_ref());
        violations.extend(stream::action_deferral(answer.deferred.as_ref()));
        self.demand("plan_action", action_type, violations)?;
        let request = invoke_action::Request {
            action_type: action_type.to_owned(),
            config: Some(config),
            client_capabilities: self.capabilities(Walk::Apply),
        };
        let mut answers = call!(self.invoke_action(request), action_type)?;
        let mut events = Vec::new();
        while let Some(event) = answers.next().await {
            events.push(self.event("invoke_action", action_type, event)?);
        }
        self.demand("invoke_action", action_type, stream::action(&events))?;
        let last = events.last().and_then(|event| event.r#type.clone());
        if let Some(invoke_action::event::Type::Completed(completed)) = last {
            self.accept(&completed.diagnostics)?;
        }
        Ok(events)
    }

    /// Makes an object of this provider of one of another type (protocol rule 34). Nothing where the release or the
    /// provider knows no moves.
    pub async fn move_from(
        &mut self,
        source_provider_address: &str,
        source_type_name: &str,
        source: &Stored,
        target_type_name: &str,
    ) -> Result<Option<Current>, Halt> {
        if !self.release.has(Feature::Moving) || !self.schemas.capabilities.move_resource_state {
            return Ok(None);
        }
        let raw = |json: &bytes::Bytes| RawState {
            json: json.clone(),
            ..RawState::default()
        };
        let identity = source.identity.as_ref().filter(|_| self.release.has(Feature::Identity));
        let request = move_resource_state::Request {
            source_provider_address: source_provider_address.to_owned(),
            source_type_name: source_type_name.to_owned(),
            source_schema_version: source.version,
            source_state: Some(raw(&source.attributes)),
            target_type_name: target_type_name.to_owned(),
            source_private: source.private.clone(),
            source_identity: identity.map(|(_, json)| raw(json)),
            // Core sends the identity without the version of its schema.
            source_identity_schema_version: 0,
        };
        let answer = call!(self.move_resource_state(request), target_type_name)?;
        self.accept(&answer.diagnostics)?;
        let shape = self.resource(target_type_name).shape;
        let (value, mut violations) = state::moved(&shape, answer.target_state.as_ref());
        let (identity, broken) = self.read_identity(target_type_name, answer.target_identity.as_ref(), true);
        violations.extend(broken);
        self.demand("move_resource_state", target_type_name, violations)?;
        Ok(Some(Current {
            value,
            private: answer.target_private,
            identity,
            tainted: source.tainted,
            deferred: false,
        }))
    }

    /// One event of a stream; a status in its place is a breach.
    fn event<T>(&mut self, method: &'static str, subject: &str, event: Result<T, tonic::Status>) -> Result<T, Halt> {
        event.map_err(|status| {
            let what = format!("the stream ended with a status: {status}");
            self.broken(method, subject, Violation::new(29, &Path::root(), what))
        })
    }
}
