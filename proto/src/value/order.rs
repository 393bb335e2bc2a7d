//! The order and equality of values, as far as core can tell them apart.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Type, Value};

impl Value {
    /// True where core cannot tell the two values of type `ty` apart: numbers compare numerically, sets without order
    /// and duplicates. An unknown is equal to an unknown with the same refinement and to nothing else.
    pub fn equal(&self, other: &Value, ty: &Type) -> bool {
        compare(self, other, ty) == Ordering::Equal
    }

    /// The value and type to look into: what a dynamic value carries, else the value itself.
    pub(super) fn resolve<'v>(&'v self, ty: &'v Type) -> (&'v Value, &'v Type) {
        match self {
            Value::Dynamic(carried, value) => value.resolve(carried),
            _ => (self, ty),
        }
    }
}

/// Sorts the elements of a set and drops what occurs twice. Elements that are not wholly known may yet differ, so all
/// of them stay.
pub(super) fn coalesce(elements: &mut Vec<Value>, element: &Type) {
    elements.sort_by(|a, b| compare(a, b, element));
    elements.dedup_by(|a, b| compare(a, b, element) == Ordering::Equal && a.is_wholly_known());
}

/// A total order of the values of one type, and of any two values where they do not have the type.
pub(super) fn compare(a: &Value, b: &Value, ty: &Type) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Unknown(a), Value::Unknown(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => match ty {
            Type::Set(element) => lexical(
                canonical(a, element).into_iter(),
                canonical(b, element).into_iter(),
                |_| element,
            ),
            Type::List(element) => lexical(a.iter(), b.iter(), |_| element),
            Type::Tuple(types) => lexical(a.iter(), b.iter(), |position| {
                types.get(position).unwrap_or(&Type::Dynamic)
            }),
            _ => lexical(a.iter(), b.iter(), |_| &Type::Dynamic),
        },
        (Value::Map(a), Value::Map(b)) => compare_maps(a, b, ty),
        (Value::Dynamic(a_type, a), Value::Dynamic(b_type, b)) => {
            a_type.cmp(b_type).then_with(|| compare(a, b, a_type))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

/// The elements of a set in order and without duplicates.
pub(super) fn canonical<'v>(elements: &'v [Value], element: &Type) -> Vec<&'v Value> {
    let mut sorted: Vec<&Value> = elements.iter().collect();
    sorted.sort_by(|a, b| compare(a, b, element));
    sorted.dedup_by(|a, b| compare(a, b, element) == Ordering::Equal && a.is_wholly_known());
    sorted
}

fn lexical<'v, 't>(
    mut a: impl Iterator<Item = &'v Value>,
    mut b: impl Iterator<Item = &'v Value>,
    type_at: impl Fn(usize) -> &'t Type,
) -> Ordering {
    let mut position = 0;
    loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) => match compare(a, b, type_at(position)) {
                Ordering::Equal => position += 1,
                different => return different,
            },
            (a, b) => return a.is_some().cmp(&b.is_some()),
        }
    }
}

fn compare_maps(a: &BTreeMap<String, Value>, b: &BTreeMap<String, Value>, ty: &Type) -> Ordering {
    for ((a_name, a), (b_name, b)) in a.iter().zip(b) {
        let ty = match ty {
            Type::Map(element) => element,
            Type::Object(attributes) => attributes.get(a_name).unwrap_or(&Type::Dynamic),
            _ => &Type::Dynamic,
        };
        let order = a_name.cmp(b_name).then_with(|| compare(a, b, ty));
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

/// The order of values of different kinds.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::List(_) => 4,
        Value::Map(_) => 5,
        Value::Dynamic(..) => 6,
        Value::Unknown(_) => 7,
    }
}
