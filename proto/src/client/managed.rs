//! Managed resources asked in values: plans, reads, imports, moves, lists, and the configuration of what exists.

use bytes::Bytes;

use super::core::Walk;
use super::known::{CORE, CallError, KnownProvider, object, offered};
use crate::protocol::{
    AttributePath, Diagnostic, DynamicValue, RawState, ResourceIdentityData, apply_resource_change,
    generate_resource_config, import_resource_state, list_resource, move_resource_state, plan_resource_change,
    read_resource, upgrade_resource_identity,
};
use crate::server::ImportBy;
use crate::value::{CodecError, Type, Value};

/// An object as core keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its state; null where it is gone, or is to be made or removed.
    pub state: Value,
    /// Its identity, where it has one.
    pub identity: Option<Value>,
    /// Its private data.
    pub private: Bytes,
}

/// What came of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedObject {
    /// The object as it will be.
    pub object: Object,
    /// What needs another object.
    pub replace: Vec<AttributePath>,
    /// Whether it waits for a later run.
    pub deferred: bool,
}

/// One listed object.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedObject {
    /// A name that people know it by.
    pub display_name: String,
    /// Its identity.
    pub identity: Value,
    /// The object itself, where it was asked for.
    pub state: Option<Value>,
}

/// The types of an object's parts.
struct Types {
    state: Type,
    identity: Option<Type>,
}

impl Types {
    fn identity(&self, sent: Option<ResourceIdentityData>) -> Result<Option<Value>, CodecError> {
        let data = sent.and_then(|sent| sent.identity_data);
        match (&self.identity, data) {
            (Some(ty), Some(data)) => Value::decode_msgpack(&data.msgpack, ty).map(Some),
            _ => Ok(None),
        }
    }

    fn identity_data(&self, identity: Option<&Value>) -> Result<Option<ResourceIdentityData>, CodecError> {
        let (Some(ty), Some(identity)) = (&self.identity, identity) else {
            return Ok(None);
        };
        Ok(Some(ResourceIdentityData {
            identity_data: Some(DynamicValue::encoded(identity, ty)?),
        }))
    }

    fn object(
        &self,
        state: Option<DynamicValue>,
        identity: Option<ResourceIdentityData>,
        private: Bytes,
    ) -> Result<Object, CodecError> {
        let state = state.map_or(Ok(Value::Null), |state| {
            Value::decode_msgpack(&state.msgpack, &self.state)
        });
        Ok(Object {
            state: state?,
            identity: self.identity(identity)?,
            private,
        })
    }
}

impl KnownProvider {
    /// Plans to make, change or remove an object; a null configuration removes it.
    pub async fn plan(
        &mut self,
        name: &str,
        prior: Option<&Object>,
        config: Value,
    ) -> Result<(PlannedObject, Vec<Diagnostic>), CallError> {
        let types = self.types(name)?;
        let config = object(&offered(self.schemas.resources.get(name), name)?.shape, config)?;
        let request = plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: Some(DynamicValue::encoded(
                prior.map_or(&Value::Null, |prior| &prior.state),
                &types.state,
            )?),
            // The provider makes its own proposal.
            proposed_new_state: Some(config.clone()),
            config: Some(config),
            prior_private: prior.map(|prior| prior.private.clone()).unwrap_or_default(),
            prior_identity: types.identity_data(prior.and_then(|prior| prior.identity.as_ref()))?,
            client_capabilities: CORE.capabilities(Walk::Plan),
            ..plan_resource_change::Request::default()
        };
        let answer = self.provider.plan_resource_change(request).await.map_err(Box::new)?;
        let answer = answer.into_inner();
        let planned = PlannedObject {
            object: types.object(answer.planned_state, answer.planned_identity, answer.planned_private)?,
            replace: answer.requires_replace,
            deferred: answer.deferred.is_some(),
        };
        Ok((planned, answer.diagnostics))
    }

    /// Does what was planned with the same configuration.
    pub async fn apply(
        &mut self,
        name: &str,
        prior: Option<&Object>,
        planned: &Object,
        config: Value,
    ) -> Result<(Object, Vec<Diagnostic>), CallError> {
        let types = self.types(name)?;
        let request = apply_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: Some(DynamicValue::encoded(
                prior.map_or(&Value::Null, |prior| &prior.state),
                &types.state,
            )?),
            planned_state: Some(DynamicValue::encoded(&planned.state, &types.state)?),
            config: Some(object(&offered(self.schemas.resources.get(name), name)?.shape, config)?),
            planned_private: planned.private.clone(),
            planned_identity: types.identity_data(planned.identity.as_ref())?,
            ..apply_resource_change::Request::default()
        };
        let answer = self.provider.apply_resource_change(request).await.map_err(Box::new)?;
        let answer = answer.into_inner();
        let made = types.object(answer.new_state, answer.new_identity, answer.private)?;
        Ok((made, answer.diagnostics))
    }

    /// Looks at an object.
    pub async fn read(&mut self, name: &str, known: &Object) -> Result<(Object, Vec<Diagnostic>), CallError> {
        let types = self.types(name)?;
        let request = read_resource::Request {
            type_name: name.to_owned(),
            current_state: Some(DynamicValue::encoded(&known.state, &types.state)?),
            private: known.private.clone(),
            current_identity: types.identity_data(known.identity.as_ref())?,
            client_capabilities: CORE.capabilities(Walk::Plan),
            ..read_resource::Request::default()
        };
        let answer = self.provider.read_resource(request).await.map_err(Box::new)?;
        let answer = answer.into_inner();
        let found = types.object(answer.new_state, answer.new_identity, answer.private)?;
        Ok((found, answer.diagnostics))
    }

    /// Finds an object by its id or identity; `None` where the provider found none. Core reads it afterwards.
    pub async fn import(
        &mut self,
        name: &str,
        by: ImportBy<'_, Value>,
    ) -> Result<(Option<Object>, Vec<Diagnostic>), CallError> {
        let types = self.types(name)?;
        let (id, identity) = match by {
            ImportBy::Id(id) => (id, None),
            ImportBy::Identity(identity) => ("", Some(identity)),
        };
        let request = import_resource_state::Request {
            type_name: name.to_owned(),
            id: id.to_owned(),
            identity: types.identity_data(identity.as_ref())?,
            client_capabilities: CORE.capabilities(Walk::Plan),
        };
        let answer = self.provider.import_resource_state(request).await.map_err(Box::new)?;
        let answer = answer.into_inner();
        let found = answer.imported_resources.into_iter().next();
        let found = found.map(|found| types.object(found.state, found.identity, found.private));
        Ok((found.transpose()?, answer.diagnostics))
    }

    /// Takes the state of another resource over: `source` has the source's address, type and version.
    pub async fn move_state(
        &mut self,
        name: &str,
        source: move_resource_state::Request,
    ) -> Result<(Object, Vec<Diagnostic>), CallError> {
        let types = self.types(name)?;
        let request = move_resource_state::Request {
            target_type_name: name.to_owned(),
            ..source
        };
        let answer = self.provider.move_resource_state(request).await.map_err(Box::new)?;
        let answer = answer.into_inner();
        let moved = types.object(answer.target_state, answer.target_identity, answer.target_private)?;
        Ok((moved, answer.diagnostics))
    }

    /// Brings a stored identity of that version to the present form.
    pub async fn upgrade_identity(
        &mut self,
        name: &str,
        version: i64,
        json: &str,
    ) -> Result<(Option<Value>, Vec<Diagnostic>), CallError> {
        let types = self.types(name)?;
        let request = upgrade_resource_identity::Request {
            type_name: name.to_owned(),
            version,
            raw_identity: Some(RawState {
                json: json.as_bytes().to_vec().into(),
                ..RawState::default()
            }),
        };
        let answer = self.provider.upgrade_resource_identity(request).await;
        let answer = answer.map_err(Box::new)?.into_inner();
        Ok((types.identity(answer.upgraded_identity)?, answer.diagnostics))
    }

    /// The configuration that would give this state.
    pub async fn generate(&mut self, name: &str, state: &Value) -> Result<(Value, Vec<Diagnostic>), CallError> {
        let ty = self.types(name)?.state;
        let request = generate_resource_config::Request {
            type_name: name.to_owned(),
            state: Some(DynamicValue::encoded(state, &ty)?),
        };
        let answer = self.provider.generate_resource_config(request).await;
        let answer = answer.map_err(Box::new)?.into_inner();
        let config = answer.config.map(|config| Value::decode_msgpack(&config.msgpack, &ty));
        Ok((config.transpose()?.unwrap_or_default(), answer.diagnostics))
    }

    /// Lists objects, with their states where `objects` says so. As core does, it stops at the limit and at an error.
    pub async fn list(
        &mut self,
        name: &str,
        config: Value,
        objects: bool,
        limit: usize,
    ) -> Result<(Vec<ListedObject>, Vec<Diagnostic>), CallError> {
        let types = self.types(name)?;
        let request = list_resource::Request {
            type_name: name.to_owned(),
            config: Some(object(offered(self.schemas.lists.get(name), name)?, config)?),
            include_resource_object: objects,
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
        };
        let mut events = self
            .provider
            .list_resource(request)
            .await
            .map_err(Box::new)?
            .into_inner();
        let (mut listed, mut told) = (Vec::new(), Vec::new());
        while listed.len() < limit {
            let Some(event) = events.message().await.map_err(Box::new)? else {
                break;
            };
            told.extend(event.diagnostic);
            let Some(identity) = types.identity(event.identity)? else {
                continue;
            };
            let state = event
                .resource_object
                .map(|state| Value::decode_msgpack(&state.msgpack, &types.state));
            listed.push(ListedObject {
                display_name: event.display_name,
                identity,
                state: state.transpose()?,
            });
        }
        Ok((listed, told))
    }

    fn types(&self, name: &str) -> Result<Types, CallError> {
        let resource = offered(self.schemas.resources.get(name), name)?;
        Ok(Types {
            state: resource.shape.ty(),
            identity: resource.identity.as_ref().map(|(_, identity)| identity.ty()),
        })
    }
}
