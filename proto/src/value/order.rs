//! Sets in one order, so that values can be compared as core compares them.
//!
//! A value is canonical where every set in it is sorted and has no duplicates. Canonical values of one type are equal
//! for core exactly where their representations are equal.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Type, Value};

impl Value {
    /// True where core cannot tell the two values of type `ty` apart: numbers compare numerically, sets without order
    /// and duplicates. An unknown is equal to an unknown with the same refinement and to nothing else.
    pub fn equal(&self, other: &Value, ty: &Type) -> bool {
        self == other || canonical(self, ty) == canonical(other, ty)
    }

    /// The value and type to look into: what a dynamic value carries, else the value itself.
    pub(super) fn resolve<'v>(&'v self, ty: &'v Type) -> (&'v Value, &'v Type) {
        match self {
            Value::Dynamic(carried, value) => value.resolve(carried),
            _ => (self, ty),
        }
    }
}

/// Sorts the elements of a set, each canonical, and drops what occurs twice. Elements that are not wholly known may yet
/// differ, so all of them stay.
pub(super) fn coalesce(elements: &mut Vec<Value>) {
    elements.sort_by(compare);
    elements.dedup_by(|a, b| a == b && a.is_wholly_known());
}

/// The order of the elements of a set: unknown ones after known ones, null after both, as core writes sets of
/// primitives. Its order of other sets follows from a hash; here it is that of the representation.
fn compare(one: &Value, other: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 2,
        Value::Unknown(_) => 1,
        _ => 0,
    };
    rank(one).cmp(&rank(other)).then_with(|| one.cmp(other))
}

/// The value, copied only where it is not canonical.
pub(super) fn canonical<'v>(value: &'v Value, ty: &Type) -> Cow<'v, Value> {
    if is_canonical(value, ty) {
        return Cow::Borrowed(value);
    }
    let mut sorted = value.clone();
    make_canonical(&mut sorted, ty);
    Cow::Owned(sorted)
}

fn is_canonical(value: &Value, ty: &Type) -> bool {
    match value.resolve(ty) {
        (Value::List(elements), Type::Set(element)) => {
            elements.iter().all(|part| is_canonical(part, element))
                && elements.windows(2).all(|pair| match pair {
                    [a, b] => compare(a, b).is_lt() || (a == b && !a.is_wholly_known()),
                    _ => true,
                })
        }
        (Value::List(elements), Type::List(element)) => elements.iter().all(|part| is_canonical(part, element)),
        (Value::List(elements), Type::Tuple(types)) => {
            elements.iter().zip(types).all(|(part, ty)| is_canonical(part, ty))
        }
        (Value::Map(entries), Type::Map(element)) => entries.values().all(|part| is_canonical(part, element)),
        (Value::Map(entries), Type::Object(attributes)) => entries
            .iter()
            .all(|(name, part)| attributes.get(name).is_none_or(|ty| is_canonical(part, ty))),
        _ => true,
    }
}

/// Makes the value canonical, from the inside out.
pub(super) fn make_canonical(value: &mut Value, ty: &Type) {
    match (value, ty) {
        (Value::Dynamic(carried, value), _) => make_canonical(value, carried),
        (Value::List(elements), Type::Set(element)) => {
            for part in elements.iter_mut() {
                make_canonical(part, element);
            }
            coalesce(elements);
        }
        (Value::List(elements), Type::List(element)) => {
            for part in elements.iter_mut() {
                make_canonical(part, element);
            }
        }
        (Value::List(elements), Type::Tuple(types)) => {
            for (part, ty) in elements.iter_mut().zip(types) {
                make_canonical(part, ty);
            }
        }
        (Value::Map(entries), Type::Map(element)) => {
            for part in entries.values_mut() {
                make_canonical(part, element);
            }
        }
        (Value::Map(entries), Type::Object(attributes)) => {
            for (name, part) in entries {
                if let Some(ty) = attributes.get(name) {
                    make_canonical(part, ty);
                }
            }
        }
        _ => {}
    }
}
