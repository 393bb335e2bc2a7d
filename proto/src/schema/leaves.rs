//! The attribute types of the standard library and of this crate.

use std::collections::{BTreeMap, BTreeSet};

use super::leaf::{null_element, wrong_shape};
use super::{AttributeKind, Leaf, NestedObject, ObjectNesting};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::value::{Number, Path, Type, Value};
use crate::{Field, Secret};

impl Leaf for String {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::String)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        match value {
            Value::String(text) => Ok(Field::Known(text.clone())),
            _ => Err(wrong_shape(path, "string")),
        }
    }

    fn encode(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Leaf for Secret {
    const SENSITIVE: bool = true;

    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::String)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        match value {
            Value::String(text) => Ok(Field::Known(Self::new(text.as_str()))),
            _ => Err(wrong_shape(path, "string")),
        }
    }

    fn encode(&self) -> Value {
        Value::String(self.expose().to_owned())
    }
}

impl Leaf for bool {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Bool)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        match value {
            Value::Bool(answer) => Ok(Field::Known(*answer)),
            _ => Err(wrong_shape(path, "bool")),
        }
    }

    fn encode(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Leaf for Number {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Number)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        number(value, path).cloned().map(Field::Known)
    }

    fn encode(&self) -> Value {
        Value::Number(self.clone())
    }
}

fn number<'a>(value: &'a Value, path: &Path) -> Result<&'a Number, Diagnostics> {
    match value {
        Value::Number(number) => Ok(number),
        _ => Err(wrong_shape(path, "number")),
    }
}

/// Whole numbers: what does not fit is an error with the range.
macro_rules! whole_number {
    ($($ty:ty),*) => {$(
        impl Leaf for $ty {
            fn kind() -> AttributeKind {
                AttributeKind::Plain(Type::Number)
            }

            fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
                let whole = number(value, path)?.to_i64().and_then(|whole| Self::try_from(whole).ok());
                whole.map(Field::Known).ok_or_else(|| {
                    let range = format!("A whole number from {} to {} is needed here.", Self::MIN, Self::MAX);
                    Diagnostic::error("Number out of range", range).at(path.clone()).into()
                })
            }

            fn encode(&self) -> Value {
                Value::Number(Number::from(i64::from(*self)))
            }
        }
    )*};
}

whole_number!(i64, u16, u32);

impl Leaf for f64 {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Number)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        Ok(Field::Known(number(value, path)?.to_f64()))
    }

    /// Not a number has no place in Terraform and is written as null.
    fn encode(&self) -> Value {
        Number::from_f64(*self).map_or(Value::Null, Value::Number)
    }
}

impl Leaf for Value {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Dynamic)
    }

    fn decode_known(value: &Value, _path: &Path) -> Result<Field<Self>, Diagnostics> {
        Ok(Field::Known(value.clone()))
    }

    fn encode(&self) -> Value {
        self.clone()
    }
}

/// The kind of a collection of `element`s.
fn collection(element: AttributeKind, nesting: ObjectNesting, ty: fn(Type) -> Type) -> AttributeKind {
    match element {
        AttributeKind::Plain(element) => AttributeKind::Plain(ty(element)),
        AttributeKind::Nested(NestedObject {
            nesting: ObjectNesting::Single,
            block,
        }) => AttributeKind::Nested(NestedObject { nesting, block }),
        // The protocol has no collections of collections of nested attributes; as a plain type they can be had.
        AttributeKind::Nested(nested) => AttributeKind::Plain(ty(nested.implied_type())),
    }
}

/// Reads the elements of a collection one by one, each at its own path. `None`: one of them is unknown.
struct Elements<T> {
    found: Vec<T>,
    unknown: bool,
    diagnostics: Diagnostics,
}

impl<T: Leaf> Elements<T> {
    fn read<'a>(elements: impl Iterator<Item = (&'a Value, Path)>) -> Result<Option<Vec<T>>, Diagnostics> {
        let mut all = Self {
            found: Vec::new(),
            unknown: false,
            diagnostics: Diagnostics::new(),
        };
        for (element, path) in elements {
            match T::decode(element, &path) {
                Ok(Field::Known(element)) => all.found.push(element),
                Ok(Field::Unknown) => all.unknown = true,
                Ok(Field::Null) => all.diagnostics.extend(null_element(&path)),
                Err(diagnostics) => all.diagnostics.extend(diagnostics),
            }
        }
        all.diagnostics.into_result()?;
        Ok(if all.unknown { None } else { Some(all.found) })
    }
}

fn positions<'a>(elements: &'a [Value], path: &'a Path) -> impl Iterator<Item = (&'a Value, Path)> {
    (0_i64..)
        .zip(elements)
        .map(|(position, element)| (element, path.index(position)))
}

impl<T: Leaf> Leaf for Vec<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn kind() -> AttributeKind {
        collection(T::kind(), ObjectNesting::List, Type::list)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        let Value::List(elements) = value else {
            return Err(wrong_shape(path, "list"));
        };
        Ok(Elements::read(positions(elements, path))?.map_or(Field::Unknown, Field::Known))
    }

    fn encode(&self) -> Value {
        Value::List(self.iter().map(Leaf::encode).collect())
    }
}

impl<T: Leaf + Ord> Leaf for BTreeSet<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn kind() -> AttributeKind {
        collection(T::kind(), ObjectNesting::Set, Type::set)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        let Value::List(elements) = value else {
            return Err(wrong_shape(path, "set"));
        };
        let found: Option<Vec<T>> = Elements::read(elements.iter().map(|element| (element, path.clone())))?;
        Ok(found.map_or(Field::Unknown, |found| Field::Known(found.into_iter().collect())))
    }

    fn encode(&self) -> Value {
        Value::List(self.iter().map(Leaf::encode).collect())
    }
}

impl<T: Leaf> Leaf for BTreeMap<String, T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn kind() -> AttributeKind {
        collection(T::kind(), ObjectNesting::Map, Type::map)
    }

    fn decode_known(value: &Value, path: &Path) -> Result<Field<Self>, Diagnostics> {
        let Value::Map(entries) = value else {
            return Err(wrong_shape(path, "map"));
        };
        let found: Option<Vec<T>> = Elements::read(entries.iter().map(|(key, element)| (element, path.key(key))))?;
        Ok(found.map_or(Field::Unknown, |found| {
            Field::Known(entries.keys().cloned().zip(found).collect())
        }))
    }

    fn encode(&self) -> Value {
        Value::Map(
            self.iter()
                .map(|(key, element)| (key.clone(), element.encode()))
                .collect(),
        )
    }
}
