//! Applying what was planned.

use bytes::Bytes;

use super::{Core, Current, Halt, Planned, Stored, call};
use crate::client::core::rules::{Action, identity, object, state};
use crate::protocol::Diagnostic;
use crate::protocol::apply_resource_change;
use crate::protocol::diagnostic::Severity;
use crate::value::Value;

/// What an apply left.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The object as it is stored now; `None` where there is none.
    pub stored: Option<Stored>,
    /// The errors, if it failed.
    pub errors: Vec<Diagnostic>,
}

impl Core {
    /// Applies a plan with the configuration as it is known by now: plans again, removes what has to be replaced, and
    /// makes the rest.
    pub async fn apply(&mut self, shown: &Planned, config: &Value) -> Result<Applied, Halt> {
        match shown.action {
            Action::NoOp => Ok(Applied {
                stored: self.store(
                    shown,
                    &shown.prior.value,
                    shown.prior.private.clone(),
                    shown.prior.identity.as_ref(),
                )?,
                errors: Vec::new(),
            }),
            Action::Delete => self.change(shown, &Value::Null).await,
            Action::Replace => {
                let removal = self.plan_destroy(&shown.type_name, &shown.prior).await?;
                let removed = self.change(&removal, &Value::Null).await?;
                if removed.errors.is_empty() {
                    self.make(shown, config).await
                } else {
                    Ok(removed)
                }
            }
            Action::Create | Action::Update => self.make(shown, config).await,
        }
    }

    async fn make(&mut self, shown: &Planned, config: &Value) -> Result<Applied, Halt> {
        let planned = self.plan_again(shown, config).await?;
        if planned.action == Action::NoOp {
            let stored = self.store(
                &planned,
                &planned.value,
                planned.private.clone(),
                planned.identity.as_ref(),
            )?;
            return Ok(Applied {
                stored,
                errors: Vec::new(),
            });
        }
        self.change(&planned, config).await
    }

    async fn change(&mut self, planned: &Planned, config: &Value) -> Result<Applied, Halt> {
        let (method, type_name) = ("apply_resource_change", planned.type_name.as_str());
        let shape = self.resource(type_name).shape;
        let ty = shape.ty();
        let request = apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(self.encode(type_name, &planned.prior.value, &ty)?),
            planned_state: Some(self.encode(type_name, &planned.value, &ty)?),
            config: Some(self.encode(type_name, config, &ty)?),
            planned_private: planned.private.clone(),
            provider_meta: None,
            planned_identity: self.encode_identity(type_name, planned.identity.as_ref())?,
        };
        let answer = call!(self.apply_resource_change(request), type_name)?;
        let failed = self.accept(&answer.diagnostics).is_err();
        let value = match object::decode(answer.new_state.as_ref(), &ty) {
            Ok(value) => value,
            Err(fault) => return Err(self.broken(method, type_name, fault)),
        };
        let mut violations = if failed {
            state::left(&shape, &value)
        } else {
            state::applied(&shape, &planned.value, &value)
        };
        let (identity, broken) = self.read_identity(type_name, answer.new_identity.as_ref(), true);
        if !failed && !value.is_null() {
            violations.extend(broken);
            violations.extend(identity::unchanged(planned.identity.as_ref(), identity.as_ref()));
        }
        self.demand(method, type_name, violations)?;
        // Null with an error keeps the object of before (protocol rule 28).
        let kept = failed && value.is_null();
        let (value, private) = if kept {
            (planned.prior.value.clone(), planned.prior.private.clone())
        } else {
            (value, answer.private)
        };
        let mut stored = self.store(planned, &value, private, identity.as_ref())?;
        if let Some(stored) = &mut stored {
            stored.tainted = failed && planned.action == Action::Create;
        }
        let errors = answer.diagnostics.into_iter();
        Ok(Applied {
            stored,
            errors: errors
                .filter(|diagnostic| diagnostic.severity() != Severity::Warning)
                .collect(),
        })
    }

    fn store(
        &mut self,
        planned: &Planned,
        value: &Value,
        private: Bytes,
        identity: Option<&Value>,
    ) -> Result<Option<Stored>, Halt> {
        if value.is_null() {
            return Ok(None);
        }
        let resource = self.resource(&planned.type_name);
        match Stored::new(&resource, value, private, identity) {
            Ok(stored) => Ok(Some(stored)),
            Err(fault) => Err(self.broken("apply_resource_change", &planned.type_name, fault)),
        }
    }

    /// Removes an object: reads it, plans the removal, and applies that.
    pub async fn destroy(&mut self, type_name: &str, stored: &Stored) -> Result<Applied, Halt> {
        let current: Current = self.restore(type_name, stored).await?;
        if current.value.is_null() {
            return Ok(Applied {
                stored: None,
                errors: Vec::new(),
            });
        }
        let planned = self.plan_destroy(type_name, &current).await?;
        self.apply(&planned, &Value::Null).await
    }
}
