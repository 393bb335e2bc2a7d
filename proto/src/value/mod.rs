//! Values as the protocol carries them: their types, their two encodings, and where in a value something stands.

mod conform;
mod error;
mod json;
mod msgpack;
mod number;
mod order;
mod path;
mod refinement;
#[cfg(test)]
mod tests;
mod traverse;
mod type_json;
mod types;

use std::borrow::Cow;
use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

pub use error::{CodecError, Fault};
pub use json::Undeclared;
pub use number::{Number, NumberError};
pub use path::{Path, Step};
pub use refinement::{Bound, Refinement};
pub use types::Type;

/// The most levels of a value or a type that are read or written. Deeper input is refused rather than followed to the
/// end of the stack.
pub const MAX_DEPTH: usize = 64;

/// A value of some [`Type`]. It does not carry its type: whoever has the value has the schema.
///
/// `PartialEq` and the order compare the representation; [`Value::equal`] compares what core sees. `Debug` shows the
/// whole value, secrets too: it has no place in a log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Value {
    /// Not set; of any type.
    #[default]
    Null,
    /// Not known before the apply; of any type.
    Unknown(Refinement),
    /// A bool.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list, set or tuple. A set that was read is sorted and has no duplicates.
    List(Vec<Value>),
    /// A map, object or block.
    Map(BTreeMap<String, Value>),
    /// A value of the dynamic type with the type it has. A null or unknown of no known type is plainly
    /// [`Value::Null`] or [`Value::Unknown`].
    Dynamic(Box<Type>, Box<Value>),
}

impl Value {
    /// An unknown value of which nothing is known.
    pub fn unknown() -> Self {
        Self::Unknown(Refinement::none())
    }

    /// An object or map of these entries.
    pub fn map<N: Into<String>>(entries: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Map(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// An object of type `ty` with every attribute null; null for any other type.
    pub fn null_of(ty: &Type) -> Self {
        Self::filled(ty, &Self::Null)
    }

    /// An object of type `ty` with every attribute unknown; unknown for any other type.
    pub fn unknown_of(ty: &Type) -> Self {
        Self::filled(ty, &Self::unknown())
    }

    fn filled(ty: &Type, with: &Value) -> Self {
        match ty {
            Type::Object(attributes) => Self::Map(attributes.keys().map(|name| (name.clone(), with.clone())).collect()),
            _ => with.clone(),
        }
    }

    /// True for a null, also for one that carries its type.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(_, value) => value.is_null(),
            _ => false,
        }
    }

    /// True for an unknown, also for one that carries its type. What is inside the value does not matter; see
    /// [`Value::is_wholly_known`].
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(_, value) => value.is_unknown(),
            _ => false,
        }
    }

    /// True where neither the value nor anything inside it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(entries) => entries.values().all(Self::is_wholly_known),
            Self::Dynamic(_, value) => value.is_wholly_known(),
        }
    }

    /// What the value is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Unknown(_) => "an unknown value",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Dynamic(..) => "a value with its type",
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Self::List(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    /// `None` is null.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// `text` in normalisation form C, which is how core holds every string (protocol rule 15). Compare what an API
/// answers only after this.
pub fn normalise(text: &str) -> Cow<'_, str> {
    // ASCII is its own normal form, and nearly all text is ASCII.
    if text.is_ascii() || unicode_normalization::is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}
