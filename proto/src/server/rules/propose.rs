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
    Proposer { asked: true }.object(block, config, prior)
}

/// The same for a resource that cannot be asked what will change: everything computed may. What is declared with `keep`
/// may too, since the resource may say so once it is asked, and what was planned as known must stay (protocol rule 24).
/// Only where a change would need another object is it kept: that would destroy one for nothing.
pub(in crate::server) fn propose_unasked(block: &Block, config: &Value, prior: Option<&Value>) -> Value {
    Proposer { asked: false }.object(block, config, prior)
}

#[derive(Clone, Copy)]
struct Proposer {
    /// Whether the resource will say itself what changes.
    asked: bool,
}

impl Proposer {
    fn object(self, block: &Block, config: &Value, prior: Option<&Value>) -> Value {
        let Value::Map(configured) = config else {
            return config.clone();
        };
        let before = |name: &str| match prior {
            Some(Value::Map(members)) => members.get(name),
            _ => None,
        };
        let mut proposed = BTreeMap::new();
        for attribute in &block.attributes {
            let before = before(&attribute.name);
            let value = match configured.get(&attribute.name) {
                None | Some(Value::Null) => self.left_out(attribute, before),
                Some(written) => self.written(attribute, written, before),
            };
            proposed.insert(attribute.name.clone(), value);
        }
        for nested in &block.blocks {
            let written = configured.get(&nested.name).unwrap_or(&Value::Null);
            let value = self.objects(nested.nesting.into(), &nested.block, written, before(&nested.name));
            proposed.insert(nested.name.clone(), value);
        }
        Value::Map(proposed)
    }

    fn written(self, attribute: &Attribute, written: &Value, before: Option<&Value>) -> Value {
        match &attribute.kind {
            _ if attribute.write_only => Value::Null,
            AttributeKind::Plain(_) => written.clone(),
            AttributeKind::Nested(nested) => self.objects(nested.nesting.into(), &nested.block, written, before),
        }
    }

    fn left_out(self, attribute: &Attribute, before: Option<&Value>) -> Value {
        if let Some(default) = &attribute.modifiers.default {
            return default.clone();
        }
        match before {
            _ if !attribute.mode.is_computed() => Value::Null,
            Some(before) if self.asked || (attribute.modifiers.keep && attribute.modifiers.replace) => before.clone(),
            _ => Value::unknown(),
        }
    }

    /// The objects of a block or nested attribute; the configuration says how many there are.
    fn objects(self, nesting: Nesting, block: &Block, written: &Value, before: Option<&Value>) -> Value {
        match (nesting, written) {
            (Nesting::List | Nesting::Set, Value::List(configs)) => {
                let befores = partners(nesting == Nesting::Set, block, configs, before);
                let proposed = configs
                    .iter()
                    .zip(befores)
                    .map(|(config, before)| self.object(block, config, before));
                Value::List(proposed.collect())
            }
            (Nesting::Map, Value::Map(configs)) => {
                let before = |key: &String| match before {
                    Some(Value::Map(befores)) => befores.get(key),
                    _ => None,
                };
                let proposed = configs
                    .iter()
                    .map(|(key, config)| (key.clone(), self.object(block, config, before(key))));
                Value::Map(proposed.collect())
            }
            _ => self.object(block, written, before),
        }
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
