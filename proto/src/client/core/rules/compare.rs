//! How core compares and takes apart values.

use crate::value::{Path, Step, Type, Value};

/// Whether two values of a type are the same, whatever is known of what is unknown in them.
pub(super) fn same(one: &Value, other: &Value, ty: &Type) -> bool {
    unrefined(one).equal(&unrefined(other), ty)
}

fn unrefined(value: &Value) -> Value {
    match value {
        Value::Unknown(_) => Value::unknown(),
        Value::List(elements) => Value::List(elements.iter().map(unrefined).collect()),
        Value::Map(members) => Value::map(members.iter().map(|(name, member)| (name, unrefined(member)))),
        Value::Dynamic(ty, value) => Value::Dynamic(ty.clone(), Box::new(unrefined(value))),
        known => known.clone(),
    }
}

/// A member of an object: unknown below an unknown, null below a null.
pub(super) fn member(object: &Value, name: &str) -> Value {
    match object {
        Value::Map(members) => members.get(name).cloned().unwrap_or_default(),
        Value::Unknown(_) => Value::unknown(),
        _ => Value::Null,
    }
}

/// An element of a list, where there is one.
pub(super) fn element(list: &Value, position: usize) -> Option<&Value> {
    match list {
        Value::List(elements) => elements.get(position),
        _ => None,
    }
}

/// The elements of a list or set; none of what is null or unknown.
pub(super) fn elements(list: &Value) -> &[Value] {
    match list {
        Value::List(elements) => elements,
        _ => &[],
    }
}

/// What stands at a path: `None` where core could not go there, unknown below an unknown.
pub(super) fn at(value: &Value, path: &Path) -> Option<Value> {
    path.steps()
        .iter()
        .try_fold(value.clone(), |value, step| match (&value, step) {
            (Value::Unknown(_), _) => Some(Value::unknown()),
            (value, step) => value.at(&Path(vec![step.clone()])).cloned(),
        })
}

/// Whether two objects are equal as far as that can be known: `None` where unknowns leave it open.
pub(super) fn equal(one: &Value, other: &Value, ty: &Type) -> Option<bool> {
    if one.is_wholly_known() && other.is_wholly_known() {
        return Some(one.equal(other, ty));
    }
    None
}

/// The path in the form of [`Value::at`].
pub fn path(sent: &crate::protocol::AttributePath) -> Path {
    use crate::protocol::attribute_path::step::Selector;
    let steps = sent.steps.iter().filter_map(|step| {
        Some(match step.selector.as_ref()? {
            Selector::AttributeName(name) => Step::Attribute(name.clone()),
            Selector::ElementKeyString(key) => Step::Key(key.clone()),
            Selector::ElementKeyInt(index) => Step::Index(*index),
        })
    });
    Path(steps.collect())
}
