//! Blocks that the provider may fill (protocol 6.11).

use crate::client::core::shape::{BlockShape, Nesting, Shape};
use crate::value::Value;

/// The configuration as a plan gets it: a collection of computed blocks of which the user wrote none is null, which says
/// that the provider may fill it. What is unknown was written somehow, and stays.
pub fn prepared(shape: &Shape, config: &Value) -> Value {
    let Value::Map(members) = config else {
        return config.clone();
    };
    let mut members = members.clone();
    for block in &shape.blocks {
        if let Some(member) = members.get_mut(&block.name) {
            *member = prepared_block(block, member);
        }
    }
    Value::Map(members)
}

fn prepared_block(block: &BlockShape, value: &Value) -> Value {
    let within = |object: &Value| prepared(&block.shape, object);
    let is_collection = !matches!(block.nesting, Nesting::Single | Nesting::Group);
    match value {
        Value::List(elements) if elements.is_empty() && block.computed => Value::Null,
        Value::List(elements) => Value::List(elements.iter().map(within).collect()),
        Value::Map(entries) if is_collection && entries.is_empty() && block.computed => Value::Null,
        Value::Map(entries) if is_collection => {
            Value::map(entries.iter().map(|(key, entry)| (key.clone(), within(entry))))
        }
        object => within(object),
    }
}
