//! A provider asked in values, as core does by the provider's own schemas.

use std::time::SystemTime;

use bytes::Bytes;

use super::ProviderClient;
use super::core::{Release, Schemas, Shape, Violation};
use crate::protocol::invoke_action::event;
use crate::protocol::{
    Diagnostic, DynamicValue, call_function, close_ephemeral_resource, configure_provider, get_provider_schema,
    get_resource_identity_schemas, invoke_action, open_ephemeral_resource, plan_action, renew_ephemeral_resource,
    validate_action_config, validate_ephemeral_resource_config,
};
use crate::schema::{Argument, FunctionError};
use crate::value::{CodecError, Type, Value};

/// The core that asks: the newest.
pub(super) const CORE: Release = Release::terraform(16);

/// A provider with what it says of itself.
#[derive(Debug)]
pub struct KnownProvider {
    /// The provider, for what has no method here.
    pub provider: ProviderClient,
    /// What it offers.
    pub schemas: Schemas,
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The call failed as such, which no provider ought to let happen.
    #[error("the call failed")]
    Status(#[from] Box<tonic::Status>),
    /// A value cannot be sent or read.
    #[error("a value does not have the type of its schema")]
    Value(#[from] CodecError),
    /// Core would refuse what the provider says of itself.
    #[error("the schemas would be refused: {0:?}")]
    Schemas(Vec<Violation>),
    /// The provider does not offer it.
    #[error("the provider does not offer `{0}`")]
    NoSuch(String),
}

/// What came of opening an ephemeral resource.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedObject {
    /// What it consists of; `None` where it is not open.
    pub result: Option<Value>,
    /// What renewing and closing need.
    pub private: Option<Bytes>,
    /// Before when it must be renewed.
    pub renew_at: Option<SystemTime>,
    /// Whether it waits for a later run.
    pub deferred: bool,
    /// What was told.
    pub diagnostics: Vec<Diagnostic>,
}

/// All that an action told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Invocation {
    /// The lines of its progress.
    pub lines: Vec<String>,
    /// What each completed event told; there is to be exactly one.
    pub completed: Vec<Vec<Diagnostic>>,
    /// Whether a line came after a completed event, or an event was empty.
    pub disordered: bool,
}

impl KnownProvider {
    /// Asks a provider what it offers.
    pub async fn new(mut provider: ProviderClient) -> Result<Self, CallError> {
        let answer = provider.get_provider_schema(get_provider_schema::Request {}).await;
        let (mut schemas, mut refused) = Schemas::read(CORE, answer.map_err(Box::new)?.get_ref());
        let request = get_resource_identity_schemas::Request {};
        match provider.get_resource_identity_schemas(request).await {
            Ok(answer) => refused.extend(schemas.add_identities(answer.get_ref())),
            Err(status) if status.code() == tonic::Code::Unimplemented => {}
            Err(status) => return Err(Box::new(status).into()),
        }
        if refused.is_empty() {
            Ok(Self { provider, schemas })
        } else {
            Err(CallError::Schemas(refused))
        }
    }

    /// Configures the provider. What `config` leaves out is null, here and in all methods below.
    pub async fn configure(&mut self, config: Value) -> Result<Vec<Diagnostic>, CallError> {
        let request = configure_provider::Request {
            config: Some(object(&self.schemas.provider, config)?),
            ..configure_provider::Request::default()
        };
        let answer = self.provider.configure_provider(request).await.map_err(Box::new)?;
        Ok(answer.into_inner().diagnostics)
    }

    /// Calls a function with arguments of the types that it declares.
    pub async fn call_function(
        &mut self,
        name: &str,
        arguments: &[Value],
    ) -> Result<Result<Value, FunctionError>, CallError> {
        let function = offered(self.schemas.functions.get(name), name)?;
        let parameters = function.parameters.iter().map(Some);
        let parameters = parameters.chain(std::iter::repeat(function.variadic.as_ref()));
        // What no parameter takes is sent as well: that is for the provider to refuse.
        let encoded = arguments
            .iter()
            .zip(parameters)
            .map(|(argument, ty)| DynamicValue::encoded(argument, ty.unwrap_or(&Type::String)));
        let request = call_function::Request {
            name: name.to_owned(),
            arguments: encoded.collect::<Result<_, _>>()?,
        };
        let result = function.result.clone();
        let answer = self
            .provider
            .call_function(request)
            .await
            .map_err(Box::new)?
            .into_inner();
        if let Some(error) = answer.error {
            let argument = error.function_argument.and_then(|place| usize::try_from(place).ok());
            return Ok(Err(FunctionError {
                text: error.text,
                argument: argument.map(Argument),
            }));
        }
        let answered = answer.result.unwrap_or_default();
        Ok(Ok(Value::decode_msgpack(&answered.msgpack, &result)?))
    }

    /// Checks the configuration of an ephemeral resource.
    pub async fn validate_ephemeral(&mut self, name: &str, config: Value) -> Result<Vec<Diagnostic>, CallError> {
        let request = validate_ephemeral_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(object(self.ephemeral(name)?, config)?),
        };
        let answer = self.provider.validate_ephemeral_resource_config(request).await;
        Ok(answer.map_err(Box::new)?.into_inner().diagnostics)
    }

    /// Opens an ephemeral resource, as a core that cannot wait.
    pub async fn open(&mut self, name: &str, config: Value) -> Result<OpenedObject, CallError> {
        let request = open_ephemeral_resource::Request {
            type_name: name.to_owned(),
            config: Some(object(self.ephemeral(name)?, config)?),
            ..open_ephemeral_resource::Request::default()
        };
        let ty = self.ephemeral(name)?.ty();
        let answer = self.provider.open_ephemeral_resource(request).await;
        let answer = answer.map_err(Box::new)?.into_inner();
        let result = answer.result.map(|result| Value::decode_msgpack(&result.msgpack, &ty));
        Ok(OpenedObject {
            result: result.transpose()?,
            private: answer.private,
            renew_at: answer.renew_at.and_then(|at| at.try_into().ok()),
            deferred: answer.deferred.is_some(),
            diagnostics: answer.diagnostics,
        })
    }

    /// Keeps an opened object alive: what changes is its private data and the next moment.
    pub async fn renew(&mut self, name: &str, opened: &mut OpenedObject) -> Result<Vec<Diagnostic>, CallError> {
        let request = renew_ephemeral_resource::Request {
            type_name: name.to_owned(),
            private: opened.private.clone(),
        };
        let answer = self.provider.renew_ephemeral_resource(request).await;
        let answer = answer.map_err(Box::new)?.into_inner();
        opened.private = answer.private;
        opened.renew_at = answer.renew_at.and_then(|at| at.try_into().ok());
        Ok(answer.diagnostics)
    }

    /// Ends an opened object.
    pub async fn close(&mut self, name: &str, opened: OpenedObject) -> Result<Vec<Diagnostic>, CallError> {
        let request = close_ephemeral_resource::Request {
            type_name: name.to_owned(),
            private: opened.private,
        };
        let answer = self.provider.close_ephemeral_resource(request).await;
        Ok(answer.map_err(Box::new)?.into_inner().diagnostics)
    }

    /// Checks the configuration of an action.
    pub async fn validate_action(&mut self, name: &str, config: Value) -> Result<Vec<Diagnostic>, CallError> {
        let request = validate_action_config::Request {
            type_name: name.to_owned(),
            config: Some(object(self.action(name)?, config)?),
        };
        let answer = self.provider.validate_action_config(request).await;
        Ok(answer.map_err(Box::new)?.into_inner().diagnostics)
    }

    /// Plans an action, as a core that cannot wait.
    pub async fn plan_action(&mut self, name: &str, config: Value) -> Result<Vec<Diagnostic>, CallError> {
        let request = plan_action::Request {
            action_type: name.to_owned(),
            config: Some(object(self.action(name)?, config)?),
            ..plan_action::Request::default()
        };
        let answer = self.provider.plan_action(request).await.map_err(Box::new)?;
        Ok(answer.into_inner().diagnostics)
    }

    /// Invokes an action and reads all that it tells.
    pub async fn invoke_action(&mut self, name: &str, config: Value) -> Result<Invocation, CallError> {
        let mut events = self.start_action(name, config).await?;
        let mut told = Invocation::default();
        while let Some(event) = events.message().await.map_err(Box::new)? {
            match event.r#type {
                Some(event::Type::Progress(_)) if !told.completed.is_empty() => told.disordered = true,
                Some(event::Type::Progress(progress)) => told.lines.push(progress.message),
                Some(event::Type::Completed(completed)) => told.completed.push(completed.diagnostics),
                None => told.disordered = true,
            }
        }
        Ok(told)
    }

    /// Invokes an action without reading yet.
    pub async fn start_action(
        &mut self,
        name: &str,
        config: Value,
    ) -> Result<tonic::Streaming<invoke_action::Event>, CallError> {
        let request = invoke_action::Request {
            action_type: name.to_owned(),
            config: Some(object(self.action(name)?, config)?),
            ..invoke_action::Request::default()
        };
        let answer = self.provider.invoke_action(request).await.map_err(Box::new)?;
        Ok(answer.into_inner())
    }

    fn ephemeral(&self, name: &str) -> Result<&Shape, CallError> {
        offered(self.schemas.ephemeral_resources.get(name), name)
    }

    fn action(&self, name: &str) -> Result<&Shape, CallError> {
        offered(self.schemas.actions.get(name), name)
    }
}

/// What the provider offers under that name.
pub(super) fn offered<T>(found: Option<T>, name: &str) -> Result<T, CallError> {
    found.ok_or_else(|| CallError::NoSuch(name.to_owned()))
}

/// A configuration in the form that core sends: with everything that it leaves out null.
pub(super) fn object(shape: &Shape, config: Value) -> Result<DynamicValue, CallError> {
    Ok(DynamicValue::encoded(&shape.filled(config), &shape.ty())?)
}
