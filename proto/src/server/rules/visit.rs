//! Going through a value by its schema.

use super::elements::{Nesting, objects};
use crate::schema::{Attribute, AttributeKind, Block};
use crate::value::{Path, Value};

/// Changes every attribute of an object, the outer before the inner. What is null or unknown is not gone into.
pub(super) fn change(block: &Block, value: Value, how: &mut impl FnMut(&Attribute, Value) -> Value) -> Value {
    let Value::Map(mut members) = value else { return value };
    for attribute in &block.attributes {
        let Some(member) = members.remove(&attribute.name) else {
            continue;
        };
        let mut member = how(attribute, member);
        if let AttributeKind::Nested(nested) = &attribute.kind {
            member = change_all(nested.nesting.into(), &nested.block, member, how);
        }
        members.insert(attribute.name.clone(), member);
    }
    for nested in &block.blocks {
        let Some(member) = members.remove(&nested.name) else {
            continue;
        };
        members.insert(
            nested.name.clone(),
            change_all(nested.nesting.into(), &nested.block, member, how),
        );
    }
    Value::Map(members)
}

fn change_all(
    nesting: Nesting,
    block: &Block,
    value: Value,
    how: &mut impl FnMut(&Attribute, Value) -> Value,
) -> Value {
    match (nesting, value) {
        (Nesting::List | Nesting::Set, Value::List(elements)) => Value::List(
            elements
                .into_iter()
                .map(|element| change(block, element, how))
                .collect(),
        ),
        (Nesting::Map, Value::Map(members)) => Value::Map(
            members
                .into_iter()
                .map(|(key, element)| (key, change(block, element, how)))
                .collect(),
        ),
        (_, other) => change(block, other, how),
    }
}

/// Shows every attribute of an object with its path, the outer before the inner.
pub(super) fn look(block: &Block, value: &Value, path: &Path, at: &mut impl FnMut(&Attribute, &Value, &Path)) {
    let Value::Map(members) = value else { return };
    for attribute in &block.attributes {
        let Some(member) = members.get(&attribute.name) else {
            continue;
        };
        let path = path.attribute(&attribute.name);
        at(attribute, member, &path);
        if let AttributeKind::Nested(nested) = &attribute.kind {
            for (element, path) in objects(nested.nesting.into(), member, &path) {
                look(&nested.block, element, &path, at);
            }
        }
    }
    for nested in &block.blocks {
        let Some(member) = members.get(&nested.name) else {
            continue;
        };
        for (element, path) in objects(nested.nesting.into(), member, &path.attribute(&nested.name)) {
            look(&nested.block, element, &path, at);
        }
    }
}
