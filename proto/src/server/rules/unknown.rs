//! Unknown values: where they are, and what stands in for them.

use std::convert::Infallible;

use crate::schema::{Block, BlockNesting};
use crate::value::{Path, Type, Value};

/// Where values are unknown.
pub(in crate::server) fn paths(value: &Value, ty: &Type) -> Vec<Path> {
    let mut found = Vec::new();
    let walked: Result<(), Infallible> = value.walk(ty, &mut |path, _, part| {
        if part.is_unknown() {
            found.push(path.clone());
        }
        Ok(true)
    });
    match walked {
        Ok(()) => found,
    }
}

/// The value with every unknown replaced by null, as core saves what an apply leaves unknown (protocol rule 27).
pub(in crate::server) fn as_null(block: &Block, value: Value) -> Value {
    with_block_collections(block, nulled(value))
}

fn nulled(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::List(elements) => Value::List(elements.into_iter().map(nulled).collect()),
        Value::Map(members) => Value::Map(
            members
                .into_iter()
                .map(|(name, member)| (name, nulled(member)))
                .collect(),
        ),
        Value::Dynamic(ty, value) => Value::Dynamic(ty, Box::new(nulled(*value))),
        known => known,
    }
}

/// The value with every null collection of blocks replaced by an empty one (protocol rule 19).
pub(in crate::server) fn with_block_collections(block: &Block, value: Value) -> Value {
    let Value::Map(mut members) = value else { return value };
    for nested in &block.blocks {
        let Some(member) = members.remove(&nested.name) else {
            continue;
        };
        let member = match (nested.nesting, member) {
            (BlockNesting::List | BlockNesting::Set, Value::Null) => Value::List(Vec::new()),
            (BlockNesting::List | BlockNesting::Set, Value::List(elements)) => Value::List(
                elements
                    .into_iter()
                    .map(|element| with_block_collections(&nested.block, element))
                    .collect(),
            ),
            (_, single) => with_block_collections(&nested.block, single),
        };
        members.insert(nested.name.clone(), member);
    }
    Value::Map(members)
}

/// Whether a block itself is unknown: a `dynamic` block whose `for_each` is. No model can hold that, so no handler is
/// asked about such a configuration.
pub(in crate::server) fn in_blocks(block: &Block, config: &Value) -> bool {
    let Value::Map(members) = config else { return false };
    block.blocks.iter().any(|nested| match members.get(&nested.name) {
        Some(Value::List(elements)) => elements
            .iter()
            .any(|element| element.is_unknown() || in_blocks(&nested.block, element)),
        Some(member) => member.is_unknown() || in_blocks(&nested.block, member),
        None => false,
    })
}
