//! Which Rust types an attribute may hold.

use super::{AttributeKind, NestedObject, ObjectNesting};
use crate::Field;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Model;
use crate::value::{Path, Refinement, Value};

/// A type that the [`Field`] of an attribute may hold.
///
/// Implemented for `String`, `bool`, `i64`, `u16`, `u32`, `f64`, [`crate::value::Number`], [`crate::Secret`],
/// [`Value`] (dynamic), every [`Model`] (nested attributes), and for `Vec`, `BTreeSet` and `BTreeMap<String, _>` of
/// these.
///
/// # Unknown elements
/// `Field<Vec<String>>` cannot say «known, but the second element is not»: an unknown element inside a known
/// collection makes the whole field [`Field::Unknown`]. Where the difference matters, use fields as elements:
/// `Field<BTreeMap<String, Field<String>>>` keeps the keys known while a value is not. Models have fields inside
/// anyway.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of an attribute",
    label = "not a String, bool, number, Secret, Value, Model, or a Vec, BTreeSet or BTreeMap<String, _> of these"
)]
pub trait Leaf: Sized {
    /// Whether its text must be hidden; the attribute is then sensitive without saying so.
    const SENSITIVE: bool = false;
    /// Whether it holds null and unknown itself, as a [`Field`] does: a function's parameter of such a type takes both.
    const HOLDS_STATES: bool = false;

    /// What the schema says of it.
    fn kind() -> AttributeKind;

    /// Reads a value that is neither null nor wholly unknown. Errors name the path.
    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics>;

    /// Writes it as a value.
    fn encode(&self) -> Value;

    /// Reads a value in any state.
    fn decode(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        match value {
            Value::Null => Ok(Field::Null),
            Value::Unknown(_) => Ok(Field::Unknown),
            known => Self::decode_known(known, path),
        }
    }
}

/// The type of an attribute's field in a model: always [`Field<T>`](Field), so that null, unknown and known stay apart.
#[diagnostic::on_unimplemented(
    message = "an attribute of a model is a `Field<...>`",
    label = "write `Field<{Self}>` here, so that null, unknown and known stay apart"
)]
pub trait AttributeField: Sized {
    /// What the field holds when it is known.
    type Inner: Leaf;

    /// The plain field.
    fn field(&self) -> &Field<Self::Inner>;

    /// Makes one from the plain field.
    fn from_field(field: Field<Self::Inner>) -> Self;
}

impl<T: Leaf> AttributeField for Field<T> {
    type Inner = T;

    fn field(&self) -> &Field<T> {
        self
    }

    fn from_field(field: Field<T>) -> Self {
        field
    }
}

/// Writes a field in any state.
pub(crate) fn encode_field<T: Leaf>(field: &Field<T>) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Unknown => Value::Unknown(Refinement::default()),
        Field::Known(value) => value.encode(),
    }
}

/// The error for a value of another shape than the schema's. Core converts values before it sends them, so this is
/// seen only when a state was written by another version of the provider.
pub(crate) fn wrong_shape(path: &Path, wanted: &str) -> Diagnostics {
    Diagnostic::error(
        "Value of the wrong type",
        format!("A value of the type {wanted} is needed here."),
    )
    .at(path.clone())
    .into()
}

/// The error for a null inside a collection whose Rust type has no place for it.
pub(crate) fn null_element(path: &Path) -> Diagnostics {
    Diagnostic::error(
        "Null is not allowed here",
        "An element of this collection is null. Leave it out instead.",
    )
    .at(path.clone())
    .into()
}

impl<M: Model> Leaf for M {
    fn kind() -> AttributeKind {
        AttributeKind::Nested(NestedObject {
            nesting: ObjectNesting::Single,
            block: M::schema(),
        })
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        M::from_value(value, path).map(Field::Known)
    }

    fn encode(&self) -> Value {
        self.to_value()
    }
}

/// A field as the element of a collection: each element is null, unknown or known by itself.
impl<T: Leaf> Leaf for Field<T> {
    const SENSITIVE: bool = T::SENSITIVE;
    const HOLDS_STATES: bool = true;

    fn kind() -> AttributeKind {
        T::kind()
    }

    fn decode(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        T::decode(value, path).map(Field::Known)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        Self::decode(value, path)
    }

    fn encode(&self) -> Value {
        encode_field(self)
    }
}
