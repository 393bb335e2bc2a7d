//! Puts the user's configuration back into what a resource plans or answers (protocol rules 16, 18 and 23).

use std::collections::BTreeMap;

use super::elements::{Nesting, partners};
use crate::schema::{AttributeKind, Block};
use crate::value::Value;

/// `answer` with everything the user wrote as the user wrote it, and write-only attributes null.
///
/// What the user left out stays as answered; so does a block that was answered another number of times than it was
/// written. Whether that is allowed is for [`super::plan_valid`] to say. `proposed` fills in for objects that the
/// answer does not have.
pub(in crate::server) fn settle(block: &Block, config: &Value, proposed: &Value, answer: Value) -> Value {
    let (Value::Map(configured), Value::Map(mut answered)) = (config, answer) else {
        return proposed.clone();
    };
    let fallback = |name: &str| match proposed {
        Value::Map(members) => members.get(name).cloned().unwrap_or_default(),
        _ => Value::Null,
    };
    let mut settled = BTreeMap::new();
    for attribute in &block.attributes {
        let name = &attribute.name;
        let written = configured.get(name).unwrap_or(&Value::Null);
        let answer = answered.remove(name).unwrap_or_default();
        let value = match &attribute.kind {
            _ if attribute.write_only => Value::Null,
            _ if written.is_null() => answer,
            AttributeKind::Plain(_) => written.clone(),
            AttributeKind::Nested(nested) => {
                settle_objects(nested.nesting.into(), &nested.block, written, &fallback(name), answer)
            }
        };
        settled.insert(name.clone(), value);
    }
    for nested in &block.blocks {
        let name = &nested.name;
        let written = configured.get(name).unwrap_or(&Value::Null);
        let answer = answered.remove(name).unwrap_or_default();
        let value = if same_count(written, &answer) {
            settle_objects(nested.nesting.into(), &nested.block, written, &fallback(name), answer)
        } else {
            answer
        };
        settled.insert(name.clone(), value);
    }
    Value::Map(settled)
}

/// Whether a block was answered as often as it was written. An unknown number of blocks is always put back.
fn same_count(written: &Value, answer: &Value) -> bool {
    match (written, answer) {
        (Value::Unknown(_), _) | (Value::Null, Value::Null) | (Value::Map(_), Value::Map(_)) => true,
        (Value::List(written), Value::List(answer)) => written.len() == answer.len(),
        _ => false,
    }
}

fn settle_objects(nesting: Nesting, block: &Block, written: &Value, proposed: &Value, answer: Value) -> Value {
    match (nesting, written) {
        (Nesting::List | Nesting::Set, Value::List(configs)) => {
            let set = nesting == Nesting::Set;
            let answers = partners(set, block, configs, Some(&answer));
            let proposals = partners(false, block, configs, Some(proposed));
            let settled = configs
                .iter()
                .zip(answers)
                .zip(proposals)
                .map(|((config, answer), proposed)| {
                    let proposed = proposed.unwrap_or(config);
                    settle(block, config, proposed, answer.unwrap_or(proposed).clone())
                });
            Value::List(settled.collect())
        }
        (Nesting::Map, Value::Map(configs)) => {
            let mut answers = match answer {
                Value::Map(answers) => answers,
                _ => BTreeMap::new(),
            };
            let settled = configs.iter().map(|(key, config)| {
                let proposed = match proposed {
                    Value::Map(proposals) => proposals.get(key).unwrap_or(config),
                    _ => config,
                };
                let answer = answers.remove(key).unwrap_or_else(|| proposed.clone());
                (key.clone(), settle(block, config, proposed, answer))
            });
            Value::Map(settled.collect())
        }
        (Nesting::Single, Value::Map(_)) => settle(block, written, proposed, answer),
        _ => written.clone(),
    }
}
