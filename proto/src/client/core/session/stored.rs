//! Objects as core keeps them between runs.

use bytes::Bytes;

use super::ResourceShape;
use crate::client::core::Shape;
use crate::client::core::rules::Violation;
use crate::value::Value;

/// What a provider stores with an object without showing it.
pub type Private = Bytes;

/// An object of the state file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Version of the schema that wrote it.
    pub version: i64,
    /// The object as JSON.
    pub attributes: Bytes,
    /// The provider's private data.
    pub private: Private,
    /// The identity as JSON, with the version of its schema.
    pub identity: Option<(i64, Bytes)>,
    /// Whether its creation failed.
    pub tainted: bool,
}

impl Stored {
    /// Stores an object. Unknown values are stored as null.
    ///
    /// Fails where the object does not have its type, or holds what JSON has no form for.
    pub fn new(
        resource: &ResourceShape,
        value: &Value,
        private: Private,
        identity: Option<&Value>,
    ) -> Result<Self, Violation> {
        let json = |value: &Value, shape: &Shape| {
            known(value.clone())
                .encode_json(&shape.ty())
                .map(Bytes::from)
                .map_err(|error| Violation::new(27, &error.path, format!("it cannot be stored: {}", error.fault)))
        };
        let identity = match (&resource.identity, identity) {
            (Some((version, shape)), Some(identity)) => Some((*version, json(identity, shape)?)),
            _ => None,
        };
        Ok(Self {
            version: resource.version,
            attributes: json(value, &resource.shape)?,
            private,
            identity,
            tainted: false,
        })
    }

    /// The object, read by the present schema; `None` where an older schema wrote something else.
    pub fn value(&self, resource: &ResourceShape) -> Option<Value> {
        Value::decode_json(&self.attributes, &resource.shape.ty()).ok()
    }
}

fn known(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::List(elements) => Value::List(elements.into_iter().map(known).collect()),
        Value::Map(members) => Value::map(members.into_iter().map(|(name, member)| (name, known(member)))),
        Value::Dynamic(ty, value) => Value::Dynamic(ty, Box::new(known(*value))),
        plain => plain,
    }
}

/// An object that was read back: what a plan starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct Current {
    /// The object; null where there is none.
    pub value: Value,
    /// The provider's private data.
    pub private: Private,
    /// Its identity.
    pub identity: Option<Value>,
    /// Whether its creation failed, so that it has to be replaced.
    pub tainted: bool,
    /// Whether the provider put the answer off: then the object is as it was before, or null after an import.
    pub deferred: bool,
}

impl Current {
    /// No object.
    pub fn none() -> Self {
        Self {
            value: Value::Null,
            private: Private::new(),
            identity: None,
            tainted: false,
            deferred: false,
        }
    }
}
