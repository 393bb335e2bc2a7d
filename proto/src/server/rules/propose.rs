//! What is planned without the resource's own say: configuration, defaults, prior values, and unknown for what only
//! the apply will tell (protocol rules 17, 23 and 25).

use std::collections::BTreeMap;

use super::elements::{Nesting, partners};
use super::visit;
use crate::schema::{Attribute, AttributeKind, Block};
use crate::value::Value;

/// The proposed object.
///
/// Where the user wrote something, it is that. Else it is the default; else, for computed attributes, the value of
/// before, or unknown where the object is new. `prior` of `None` is a new object.
pub(in crate::server) fn propose(block: &Block, config: &Value, prior: Option<&Value>) -> Value {
    let Value::Map(configured) = config else {
        return config.clone();
    };
    let prior = prior.filter(|prior| matches!(prior, Value::Map(_)));
    let before = |name: &str| match prior {
        Some(Value::Map(members)) => members.get(name),
        _ => None,
    };
    let mut proposed = BTreeMap::new();
    for attribute in &block.attributes {
        let written = configured.get(&attribute.name).unwrap_or(&Value::Null);
        let value = match before(&attribute.name) {
            before if !written.is_null() => propose_written(attribute, written, before),
            before => propose_left_out(attribute, before),
        };
        proposed.insert(attribute.name.clone(), value);
    }
    for nested in &block.blocks {
        let written = configured.get(&nested.name).unwrap_or(&Value::Null);
        let value = propose_objects(nested.nesting.into(), &nested.block, written, before(&nested.name));
        proposed.insert(nested.name.clone(), value);
    }
    Value::Map(proposed)
}

fn propose_written(attribute: &Attribute, written: &Value, before: Option<&Value>) -> Value {
    match &attribute.kind {
        _ if attribute.write_only => Value::Null,
        AttributeKind::Plain(_) => written.clone(),
        AttributeKind::Nested(nested) => propose_objects(nested.nesting.into(), &nested.block, written, before),
    }
}

fn propose_left_out(attribute: &Attribute, before: Option<&Value>) -> Value {
    if let Some(default) = &attribute.modifiers.default {
        return default.clone();
    }
    match before {
        _ if !attribute.mode.is_computed() => Value::Null,
        Some(before) => before.clone(),
        None => Value::unknown(),
    }
}

/// The same for the objects of a block or nested attribute; the configuration says how many there are.
fn propose_objects(nesting: Nesting, block: &Block, written: &Value, before: Option<&Value>) -> Value {
    match (nesting, written) {
        (Nesting::List | Nesting::Set, Value::List(configs)) => {
            let befores = partners(nesting == Nesting::Set, block, configs, before);
            Value::List(
                configs
                    .iter()
                    .zip(befores)
                    .map(|(config, before)| propose(block, config, before))
                    .collect(),
            )
        }
        (Nesting::Map, Value::Map(configs)) => Value::Map(
            configs
                .iter()
                .map(|(key, config)| {
                    let before = match before {
                        Some(Value::Map(befores)) => befores.get(key),
                        _ => None,
                    };
                    (key.clone(), propose(block, config, before))
                })
                .collect(),
        ),
        _ => propose(block, written, before),
    }
}

/// A configuration that is used rather than stored, with its defaults.
pub(in crate::server) fn with_defaults(block: &Block, config: Value) -> Value {
    visit::change(
        block,
        config,
        &mut |attribute, member| match &attribute.modifiers.default {
            Some(default) if member.is_null() => default.clone(),
            _ => member,
        },
    )
}
