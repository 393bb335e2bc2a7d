//! A provider asked in values, as core does by the provider's own schemas.

use std::time::SystemTime;

use bytes::Bytes;

use super::ProviderClient;
use crate::protocol::invoke_action::event;
use crate::protocol::{
    ActionSchema, Diagnostic, DynamicValue, Schema, call_function, close_ephemeral_resource, configure_provider,
    get_provider_schema, invoke_action, open_ephemeral_resource, plan_action, renew_ephemeral_resource, schema,
    validate_action_config, validate_ephemeral_resource_config,
};
use crate::schema::{Argument, FunctionError};
use crate::value::{CodecError, Type, Value};

/// A provider with what it says of itself.
#[derive(Debug)]
pub struct KnownProvider {
    /// The provider, for what has no method here.
    pub provider: ProviderClient,
    /// What it offers.
    pub schemas: get_provider_schema::Response,
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
        let schemas = answer.map_err(Box::new)?.into_inner();
        Ok(Self { provider, schemas })
    }

    /// Configures the provider. What `config` leaves out is null, here and in all methods below.
    pub async fn configure(&mut self, config: Value) -> Result<Vec<Diagnostic>, CallError> {
        let request = configure_provider::Request {
            config: Some(object(self.schemas.provider.as_ref(), "provider", config)?),
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
        let missing = || CallError::NoSuch(name.to_owned());
        let function = self.schemas.functions.get(name).ok_or_else(missing)?;
        let parameters = function.parameters.iter().map(Some);
        let parameters = parameters.chain(std::iter::repeat(function.variadic_parameter.as_ref()));
        let encoded = arguments.iter().zip(parameters).map(|(argument, parameter)| {
            // What no parameter takes is sent as well: that is for the provider to refuse.
            let ty = parameter.map_or(Ok(Type::String), |parameter| Type::from_json(&parameter.r#type))?;
            encode(argument, &ty)
        });
        let request = call_function::Request {
            name: name.to_owned(),
            arguments: encoded.collect::<Result<_, _>>()?,
        };
        let result = function.r#return.as_ref().ok_or_else(missing)?;
        let result = Type::from_json(&result.r#type)?;
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
            config: Some(object(self.ephemeral(name), name, config)?),
        };
        let answer = self.provider.validate_ephemeral_resource_config(request).await;
        Ok(answer.map_err(Box::new)?.into_inner().diagnostics)
    }

    /// Opens an ephemeral resource, as a core that cannot wait.
    pub async fn open(&mut self, name: &str, config: Value) -> Result<OpenedObject, CallError> {
        let request = open_ephemeral_resource::Request {
            type_name: name.to_owned(),
            config: Some(object(self.ephemeral(name), name, config)?),
            ..open_ephemeral_resource::Request::default()
        };
        let ty = implied_type(self.ephemeral(name), name)?;
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
            config: Some(object(self.action(name), name, config)?),
        };
        let answer = self.provider.validate_action_config(request).await;
        Ok(answer.map_err(Box::new)?.into_inner().diagnostics)
    }

    /// Plans an action, as a core that cannot wait.
    pub async fn plan_action(&mut self, name: &str, config: Value) -> Result<Vec<Diagnostic>, CallError> {
        let request = plan_action::Request {
            action_type: name.to_owned(),
            config: Some(object(self.action(name), name, config)?),
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
            config: Some(object(self.action(name), name, config)?),
            ..invoke_action::Request::default()
        };
        let answer = self.provider.invoke_action(request).await.map_err(Box::new)?;
        Ok(answer.into_inner())
    }

    fn ephemeral(&self, name: &str) -> Option<&Schema> {
        self.schemas.ephemeral_resource_schemas.get(name)
    }

    fn action(&self, name: &str) -> Option<&Schema> {
        let action: Option<&ActionSchema> = self.schemas.action_schemas.get(name);
        action.and_then(|action| action.schema.as_ref())
    }
}

pub(super) fn encode(value: &Value, ty: &Type) -> Result<DynamicValue, CodecError> {
    Ok(DynamicValue {
        msgpack: value.encode_msgpack(ty)?.into(),
        ..DynamicValue::default()
    })
}

/// A configuration in the form that core sends: with everything that it leaves out null.
pub(super) fn object(schema: Option<&Schema>, name: &str, config: Value) -> Result<DynamicValue, CallError> {
    let block = block(schema, name)?;
    Ok(encode(&complete(block, config), &block_type(block)?)?)
}

pub(super) fn implied_type(schema: Option<&Schema>, name: &str) -> Result<Type, CallError> {
    Ok(block_type(block(schema, name)?)?)
}

fn block<'a>(schema: Option<&'a Schema>, name: &str) -> Result<&'a schema::Block, CallError> {
    let block = schema.and_then(|schema| schema.block.as_ref());
    block.ok_or_else(|| CallError::NoSuch(name.to_owned()))
}

fn block_type(block: &schema::Block) -> Result<Type, CodecError> {
    use schema::nested_block::NestingMode;
    let attributes = block
        .attributes
        .iter()
        .map(|attribute| Ok((attribute.name.clone(), attribute_type(attribute)?)));
    let blocks = block.block_types.iter().map(|nested| {
        let inner = nested
            .block
            .as_ref()
            .map_or(Ok(Type::object::<String>([])), block_type)?;
        let ty = match nested.nesting() {
            NestingMode::List => Type::list(inner),
            NestingMode::Set => Type::set(inner),
            NestingMode::Map => Type::map(inner),
            _ => inner,
        };
        Ok((nested.type_name.clone(), ty))
    });
    Ok(Type::Object(
        attributes.chain(blocks).collect::<Result<_, CodecError>>()?,
    ))
}

fn attribute_type(attribute: &schema::Attribute) -> Result<Type, CodecError> {
    use schema::object::NestingMode;
    let Some(nested) = &attribute.nested_type else {
        return Type::from_json(&attribute.r#type);
    };
    let members = nested.attributes.iter();
    let members = members.map(|member| Ok((member.name.clone(), attribute_type(member)?)));
    let object = Type::Object(members.collect::<Result<_, CodecError>>()?);
    Ok(match nested.nesting() {
        NestingMode::List => Type::list(object),
        NestingMode::Set => Type::set(object),
        NestingMode::Map => Type::map(object),
        _ => object,
    })
}

fn complete(block: &schema::Block, config: Value) -> Value {
    use schema::nested_block::NestingMode;
    let Value::Map(mut members) = config else {
        return config;
    };
    for attribute in &block.attributes {
        let given = members.remove(&attribute.name).unwrap_or_default();
        members.insert(attribute.name.clone(), complete_attribute(attribute, given));
    }
    for nested in &block.block_types {
        let inner = |value| match &nested.block {
            Some(block) => complete(block, value),
            None => value,
        };
        let value = match (members.remove(&nested.type_name), nested.nesting()) {
            (None, NestingMode::List | NestingMode::Set) => Value::List(Vec::new()),
            (Some(Value::List(elements)), _) => Value::List(elements.into_iter().map(inner).collect()),
            (given, _) => inner(given.unwrap_or_default()),
        };
        members.insert(nested.type_name.clone(), value);
    }
    Value::Map(members)
}

fn complete_attribute(attribute: &schema::Attribute, given: Value) -> Value {
    use schema::object::NestingMode;
    let Some(nested) = &attribute.nested_type else {
        return given;
    };
    let object = |value| match value {
        Value::Map(mut members) => {
            for member in &nested.attributes {
                let given = members.remove(&member.name).unwrap_or_default();
                members.insert(member.name.clone(), complete_attribute(member, given));
            }
            Value::Map(members)
        }
        other => other,
    };
    match given {
        Value::List(elements) => Value::List(elements.into_iter().map(object).collect()),
        Value::Map(entries) if nested.nesting() == NestingMode::Map => {
            Value::Map(entries.into_iter().map(|(key, entry)| (key, object(entry))).collect())
        }
        single => object(single),
    }
}
