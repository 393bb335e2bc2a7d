//! From what is stored, or from an id, to what is there.

use super::{Core, Current, Halt, Stored, call};
use crate::client::core::release::Walk;
use crate::client::core::rules::{Violation, identity, object, state};
use crate::protocol::{
    RawState, import_resource_state, read_resource, upgrade_resource_identity, upgrade_resource_state,
};
use crate::value::{Path, Value};

impl Core {
    /// What a run starts with: brings a stored object to the present form, and reads it.
    pub async fn restore(&mut self, type_name: &str, stored: &Stored) -> Result<Current, Halt> {
        let upgraded = self.upgrade(type_name, stored).await?;
        self.refresh(type_name, &upgraded).await
    }

    /// Brings a stored object to the present form (protocol rule 32).
    pub async fn upgrade(&mut self, type_name: &str, stored: &Stored) -> Result<Current, Halt> {
        let method = "upgrade_resource_state";
        let resource = self.resource(type_name);
        if stored.version > resource.version {
            let what = "the stored object is of a newer version than the schema";
            return Err(self.broken(method, type_name, Violation::new(32, &Path::root(), what)));
        }
        let request = upgrade_resource_state::Request {
            type_name: type_name.to_owned(),
            version: stored.version,
            raw_state: Some(RawState {
                json: stored.attributes.clone(),
                ..RawState::default()
            }),
        };
        let answer = call!(self.upgrade_resource_state(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let (value, mut violations) = state::upgraded(&resource.shape, answer.upgraded_state.as_ref());
        if violations.is_empty() && stored.version == resource.version {
            // What the present schema wrote, it reads back as it was.
            if stored
                .value(&resource)
                .is_some_and(|before| !before.equal(&value, &resource.shape.ty()))
            {
                let what = "an object of the present version came back changed";
                violations.push(Violation::new(32, &Path::root(), what));
            }
        }
        self.demand(method, type_name, violations)?;
        Ok(Current {
            value,
            private: stored.private.clone(),
            identity: self.upgrade_identity(type_name, stored).await?,
            tainted: stored.tainted,
            deferred: false,
        })
    }

    async fn upgrade_identity(&mut self, type_name: &str, stored: &Stored) -> Result<Option<Value>, Halt> {
        let (Some((version, shape)), Some((written, json))) = (self.resource(type_name).identity, &stored.identity)
        else {
            return Ok(None);
        };
        if *written == version {
            return Ok(Value::decode_json(json, &shape.ty()).ok());
        }
        let request = upgrade_resource_identity::Request {
            type_name: type_name.to_owned(),
            version: *written,
            raw_identity: Some(RawState {
                json: json.clone(),
                ..RawState::default()
            }),
        };
        let answer = call!(self.upgrade_resource_identity(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let (identity, violations) = identity::read(Some(&shape), answer.upgraded_identity.as_ref(), true);
        self.demand("upgrade_resource_identity", type_name, violations)?;
        Ok(identity)
    }

    /// Reads an object; null where it is gone.
    pub async fn refresh(&mut self, type_name: &str, current: &Current) -> Result<Current, Halt> {
        let (method, shape) = ("read_resource", self.resource(type_name).shape);
        let capabilities = self.capabilities(Walk::Plan);
        let request = read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: Some(self.encode(type_name, &current.value, &shape.ty())?),
            private: current.private.clone(),
            provider_meta: None,
            client_capabilities: capabilities,
            current_identity: self.encode_identity(type_name, current.identity.as_ref())?,
        };
        let answer = call!(self.read_resource(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let allowed = capabilities.is_some_and(|sent| sent.deferral_allowed);
        let (value, mut violations) = state::read(&shape, answer.new_state.as_ref());
        violations.extend(object::deferral(allowed, answer.deferred.as_ref()));
        let (identity, broken) = self.read_identity(type_name, answer.new_identity.as_ref(), true);
        if !value.is_null() {
            violations.extend(broken);
            violations.extend(identity::unchanged(current.identity.as_ref(), identity.as_ref()));
        }
        self.demand(method, type_name, violations)?;
        Ok(Current {
            value,
            private: answer.private,
            identity,
            tainted: current.tainted,
            deferred: answer.deferred.is_some(),
        })
    }

    /// Imports an object by its id, and reads it (protocol rule 33).
    pub async fn import(&mut self, type_name: &str, id: &str) -> Result<Current, Halt> {
        let request = import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: self.capabilities(Walk::Plan),
            identity: None,
        };
        self.import_by(request, None).await
    }

    /// Imports an object by its identity, and reads it. Nothing where the release or the resource knows no identities.
    ///
    /// Core refuses an identity in the configuration that has unknown values, or lacks one that an import needs, before
    /// any provider is asked; so does this.
    pub async fn import_by_identity(&mut self, type_name: &str, wanted: &Value) -> Result<Option<Current>, Halt> {
        let Some(identity) = self.encode_identity(type_name, Some(wanted))? else {
            return Ok(None);
        };
        let shape = self.identity_shape(type_name).unwrap_or_default();
        self.demand("encode", type_name, identity::complete(&shape, wanted))?;
        let request = import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: String::new(),
            client_capabilities: self.capabilities(Walk::Plan),
            identity: Some(identity),
        };
        self.import_by(request, Some(wanted)).await.map(Some)
    }

    async fn import_by(
        &mut self,
        request: import_resource_state::Request,
        wanted: Option<&Value>,
    ) -> Result<Current, Halt> {
        let (method, type_name) = ("import_resource_state", request.type_name.clone());
        let shape = self.resource(&type_name).shape;
        let allowed = request.client_capabilities.is_some_and(|sent| sent.deferral_allowed);
        let answer = call!(self.import_resource_state(request), &type_name)?;
        self.accept(&answer.diagnostics)?;
        let (value, mut violations) = state::imported(&shape, &type_name, &answer);
        violations.extend(object::deferral(allowed, answer.deferred.as_ref()));
        let deferred = answer.deferred.is_some();
        let Some(one) = answer
            .imported_resources
            .first()
            .filter(|_| !(deferred && value.is_null()))
        else {
            // Core makes up an object that stands for the one to come, and asks no more about it.
            self.demand(method, &type_name, violations)?;
            return Ok(Current {
                deferred,
                ..Current::none()
            });
        };
        let (identity, broken) = self.read_identity(&type_name, one.identity.as_ref(), true);
        violations.extend(broken);
        if let (Some(shape), Some(wanted)) = (self.identity_shape(&type_name), wanted) {
            violations.extend(identity::answers(&shape, wanted, identity.as_ref()));
        }
        self.demand(method, &type_name, violations)?;
        let stub = Current {
            value,
            private: one.private.clone(),
            identity,
            tainted: false,
            deferred,
        };
        let mut current = self.refresh(&type_name, &stub).await?;
        if current.value.is_null() && !current.deferred {
            let what = "the imported object is not there";
            return Err(self.broken(method, &type_name, Violation::new(33, &Path::root(), what)));
        }
        current.deferred |= deferred;
        Ok(current)
    }
}
