//! The configuration that a person would write to get an object.

use std::collections::BTreeMap;

use super::elements::Nesting;
use crate::schema::{Attribute, AttributeKind, Block, Mode};
use crate::value::Value;

/// The configuration of an object, which has the type of its schema: what only the provider sets is left out, and so are
/// defaults, write-only values, and what should no longer be used.
///
/// An object that is there stays there even where nothing is left of it, since `{}` is another thing than none.
pub(in crate::server) fn config(block: &Block, state: &Value) -> Value {
    let Value::Map(members) = state else {
        return state.clone();
    };
    let member = |name: &str| members.get(name).unwrap_or(&Value::Null);
    let attributes = block.attributes.iter().map(|attribute| {
        let value = written(attribute, member(&attribute.name));
        (attribute.name.clone(), value)
    });
    let blocks = block.blocks.iter().map(|nested| {
        let value = objects(nested.nesting.into(), &nested.block, member(&nested.name));
        (nested.name.clone(), value)
    });
    Value::Map(attributes.chain(blocks).collect::<BTreeMap<_, _>>())
}

fn written(attribute: &Attribute, value: &Value) -> Value {
    let default = attribute.modifiers.default.as_ref();
    let left_out = attribute.mode == Mode::Computed
        || attribute.write_only
        || attribute.deprecation.is_some() && attribute.mode != Mode::Required
        || default.is_some_and(|default| default.equal(value, &attribute.implied_type()));
    match &attribute.kind {
        _ if left_out => Value::Null,
        AttributeKind::Plain(_) => value.clone(),
        AttributeKind::Nested(nested) => objects(nested.nesting.into(), &nested.block, value),
    }
}

fn objects(nesting: Nesting, block: &Block, value: &Value) -> Value {
    match (nesting, value) {
        (Nesting::List | Nesting::Set, Value::List(elements)) => {
            Value::List(elements.iter().map(|element| config(block, element)).collect())
        }
        (Nesting::Map, Value::Map(elements)) => Value::Map(
            elements
                .iter()
                .map(|(key, element)| (key.clone(), config(block, element)))
                .collect(),
        ),
        (_, single) => config(block, single),
    }
}
