//! Planning: the proposal, the provider's plan, and what core makes of it.

use bytes::Bytes;

use super::{Core, Current, Halt, call};
use crate::client::core::release::{Feature, Walk};
use crate::client::core::rules::{
    Action, Violation, computed, identity, object, path, plan_valid, proposed_new, replace, stable,
};
use crate::protocol::{ResourceIdentityData, plan_resource_change};
use crate::value::{Path, Value};

/// A change that the provider planned and core accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The resource type.
    pub type_name: String,
    /// What is to happen.
    pub action: Action,
    /// What was planned from.
    pub prior: Current,
    /// The object as it will be; null for a removal.
    pub value: Value,
    /// The object as it was answered, byte for byte.
    pub answered: Bytes,
    /// The paths that ask for another object.
    pub replaced: Vec<Path>,
    /// The provider's private data for the apply.
    pub private: Bytes,
    /// The identity that was planned.
    pub identity: Option<Value>,
    /// Whether the provider deferred the change: then nothing of it can be applied.
    pub deferred: bool,
}

impl Core {
    /// Plans a creation or an update of an object that was read. A replacement is planned once more without the prior
    /// object, as core does it.
    pub async fn plan(&mut self, type_name: &str, prior: &Current, config: &Value) -> Result<Planned, Halt> {
        self.plan_in(Walk::Plan, type_name, prior, config, &Bytes::new()).await
    }

    /// Plans again what was planned, now that the configuration is known; what was known must stay (protocol rule 24).
    pub async fn plan_again(&mut self, shown: &Planned, config: &Value) -> Result<Planned, Halt> {
        // The removal of a replacement is done by now.
        let (action, prior) = match shown.action {
            Action::Replace => (Action::Create, Current::none()),
            action => (action, shown.prior.clone()),
        };
        let again = self
            .plan_in(Walk::Apply, &shown.type_name, &prior, config, &shown.private)
            .await?;
        if again.deferred {
            return Ok(again);
        }
        let shape = self.resource(&shown.type_name).shape;
        let violations = stable::check(&shape, (action, &shown.value), (again.action, &again.value));
        self.demand("plan_resource_change", &shown.type_name, violations)?;
        Ok(again)
    }

    /// Plans a removal. Without the server capability for it, core does not ask.
    pub async fn plan_destroy(&mut self, type_name: &str, prior: &Current) -> Result<Planned, Halt> {
        let mut planned = Planned {
            type_name: type_name.to_owned(),
            action: Action::Delete,
            prior: prior.clone(),
            value: Value::Null,
            answered: Bytes::new(),
            replaced: Vec::new(),
            private: prior.private.clone(),
            identity: prior.identity.clone(),
            deferred: false,
        };
        if self.schemas.capabilities.plan_destroy {
            let shape = self.resource(type_name).shape;
            let request = self.plan_request(Walk::Plan, type_name, prior, &Value::Null, &Bytes::new())?;
            let answer = call!(self.plan_resource_change(request), type_name)?;
            self.accept(&answer.diagnostics)?;
            let violations = match object::decode(answer.planned_state.as_ref(), &shape.ty()) {
                Ok(value) => plan_valid::check(&shape, &prior.value, &Value::Null, &value),
                Err(fault) => vec![fault],
            };
            self.demand("plan_resource_change", type_name, violations)?;
            planned.private = answer.planned_private;
        }
        Ok(planned)
    }

    async fn plan_in(
        &mut self,
        walk: Walk,
        type_name: &str,
        prior: &Current,
        config: &Value,
        planned_private: &Bytes,
    ) -> Result<Planned, Halt> {
        let planned = self.plan_once(walk, type_name, prior, config, planned_private).await?;
        let replaces = planned.action == Action::Replace || (prior.tainted && !prior.value.is_null());
        if planned.deferred || !replaces {
            return Ok(planned);
        }
        let none = Current {
            private: planned.private,
            identity: planned.identity,
            ..Current::none()
        };
        let made = self.plan_once(walk, type_name, &none, config, &Bytes::new()).await?;
        Ok(Planned {
            action: Action::Replace,
            prior: prior.clone(),
            replaced: planned.replaced,
            ..made
        })
    }

    async fn plan_once(
        &mut self,
        walk: Walk,
        type_name: &str,
        prior: &Current,
        config: &Value,
        planned_private: &Bytes,
    ) -> Result<Planned, Halt> {
        let method = "plan_resource_change";
        let shape = self.resource(type_name).shape;
        let config = &computed::prepared(&shape, config);
        let request = self.plan_request(walk, type_name, prior, config, planned_private)?;
        let allowed = request.client_capabilities.is_some_and(|sent| sent.deferral_allowed);
        let answer = call!(self.plan_resource_change(request), type_name)?;
        self.accept(&answer.diagnostics)?;
        let mut violations = object::deferral(allowed, answer.deferred.as_ref());
        if answer.legacy_type_system {
            violations.push(Violation::new(
                26,
                &Path::root(),
                "the checks were asked to be loosened",
            ));
        }
        self.demand(method, type_name, violations)?;
        let deferred = answer.deferred.is_some();
        let value = match object::decode(answer.planned_state.as_ref(), &shape.ty()) {
            Ok(value) => value,
            Err(_) if deferred => Value::Null,
            Err(fault) => return Err(self.broken(method, type_name, fault)),
        };
        let required: Vec<Path> = answer.requires_replace.iter().map(path).collect();
        let (replaced, mut violations) = replace::effective(&shape, &prior.value, &value, &required);
        let action = replace::action(&shape, &prior.value, &value, &replaced);
        let open = deferred || matches!(action, Action::Create | Action::Replace);
        // Core does without an identity in a plan; a result has to have one.
        let (identity, broken) = match &answer.planned_identity {
            Some(answered) => self.read_identity(type_name, Some(answered), !open),
            None => (None, Vec::new()),
        };
        if !deferred {
            violations.extend(plan_valid::check(&shape, &prior.value, config, &value));
            violations.extend(broken);
            if action == Action::Update {
                violations.extend(identity::unchanged(prior.identity.as_ref(), identity.as_ref()));
            }
            self.demand(method, type_name, violations)?;
        }
        Ok(Planned {
            type_name: type_name.to_owned(),
            action,
            prior: prior.clone(),
            value,
            answered: answer.planned_state.unwrap_or_default().msgpack,
            replaced,
            private: answer.planned_private,
            identity,
            deferred,
        })
    }

    fn plan_request(
        &mut self,
        walk: Walk,
        type_name: &str,
        prior: &Current,
        config: &Value,
        planned_private: &Bytes,
    ) -> Result<plan_resource_change::Request, Halt> {
        let shape = self.resource(type_name).shape;
        let ty = shape.ty();
        let proposed = if config.is_null() {
            Value::Null
        } else {
            proposed_new(&shape, &prior.value, config)
        };
        let keeps = self.release.has(Feature::PlannedPrivate);
        Ok(plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(self.encode(type_name, &prior.value, &ty)?),
            proposed_new_state: Some(self.encode(type_name, &proposed, &ty)?),
            config: Some(self.encode(type_name, config, &ty)?),
            prior_private: prior.private.clone(),
            provider_meta: None,
            client_capabilities: self.capabilities(walk),
            prior_identity: self.encode_identity(type_name, prior.identity.as_ref())?,
            planned_private: if keeps { planned_private.clone() } else { Bytes::new() },
        })
    }

    /// An identity in the form in which core sends it; nothing where there is none, or the release knows none.
    pub(super) fn encode_identity(
        &mut self,
        type_name: &str,
        identity: Option<&Value>,
    ) -> Result<Option<ResourceIdentityData>, Halt> {
        let (Some(shape), Some(identity)) = (self.identity_shape(type_name), identity) else {
            return Ok(None);
        };
        Ok(Some(ResourceIdentityData {
            identity_data: Some(self.encode(type_name, identity, &shape.ty())?),
        }))
    }
}
