//! Objects in collections: where they stand, and which of two collections belong together.

use super::matching::pairs;
use crate::schema::{AttributeKind, Block, BlockNesting, ObjectNesting};
use crate::value::{Path, Value};

/// How objects stand below an attribute or block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Nesting {
    Single,
    List,
    Set,
    Map,
}

impl From<ObjectNesting> for Nesting {
    fn from(nesting: ObjectNesting) -> Self {
        match nesting {
            ObjectNesting::Single => Self::Single,
            ObjectNesting::List => Self::List,
            ObjectNesting::Set => Self::Set,
            ObjectNesting::Map => Self::Map,
        }
    }
}

impl From<BlockNesting> for Nesting {
    fn from(nesting: BlockNesting) -> Self {
        match nesting {
            BlockNesting::Single => Self::Single,
            BlockNesting::List => Self::List,
            BlockNesting::Set => Self::Set,
        }
    }
}

/// The objects of one object or of a collection, each with its path.
pub(super) fn objects<'a>(nesting: Nesting, value: &'a Value, path: &Path) -> Vec<(&'a Value, Path)> {
    match (nesting, value) {
        (Nesting::Single, object) => vec![(object, path.clone())],
        (Nesting::List, Value::List(elements)) => (0..)
            .zip(elements)
            .map(|(position, element)| (element, path.index(position)))
            .collect(),
        (Nesting::Set, Value::List(elements)) => elements
            .iter()
            .map(|element| (element, path.element(element.clone())))
            .collect(),
        (Nesting::Map, Value::Map(members)) => members.iter().map(|(key, element)| (element, path.key(key))).collect(),
        _ => Vec::new(),
    }
}

/// Which object of `others` belongs to each object of `configs`: by place in a list, by what the user wrote in a set.
/// Each belongs to one at most.
pub(super) fn partners<'a>(
    set: bool,
    block: &Block,
    configs: &[Value],
    others: Option<&'a Value>,
) -> Vec<Option<&'a Value>> {
    let Some(Value::List(others)) = others else {
        return vec![None; configs.len()];
    };
    if !set {
        return (0..configs.len()).map(|position| others.get(position)).collect();
    }
    let belongs = |defaults| {
        move |config: usize, other: usize| match (configs.get(config), others.get(other)) {
            (Some(config), Some(other)) => belongs(block, config, other, defaults),
            _ => false,
        }
    };
    pairs(
        configs.len(),
        others.len(),
        belongs(Defaults::Hold),
        belongs(Defaults::MayDiffer),
    )
    .into_iter()
    .map(|position| others.get(position?))
    .collect()
}

/// Whether an object in which the user left out what has a default has that default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Defaults {
    /// It has: the object is of this configuration.
    Hold,
    /// It may have any value: the default, or the configuration, was another one.
    MayDiffer,
}

/// Whether `other` may be what became of the configured object `config`: all that the user wrote is the same.
fn belongs(block: &Block, config: &Value, other: &Value, defaults: Defaults) -> bool {
    let (Value::Map(configured), Value::Map(others)) = (config, other) else {
        return config == other;
    };
    let pair = |name: &str| {
        (
            configured.get(name).unwrap_or(&Value::Null),
            others.get(name).unwrap_or(&Value::Null),
        )
    };
    let attributes = block.attributes.iter().all(|attribute| {
        let (configured, other) = pair(&attribute.name);
        if configured.is_null() {
            return match &attribute.modifiers.default {
                Some(default) if defaults == Defaults::Hold => default.equal(other, &attribute.implied_type()),
                _ => attribute.mode.is_computed() || other.is_null(),
            };
        }
        match &attribute.kind {
            _ if attribute.write_only => true,
            AttributeKind::Plain(ty) => configured.equal(other, ty),
            AttributeKind::Nested(nested) => {
                all_belong(nested.nesting.into(), &nested.block, configured, other, defaults)
            }
        }
    });
    attributes
        && block.blocks.iter().all(|nested| {
            let (configured, other) = pair(&nested.name);
            all_belong(nested.nesting.into(), &nested.block, configured, other, defaults)
        })
}

fn all_belong(nesting: Nesting, block: &Block, configured: &Value, other: &Value, defaults: Defaults) -> bool {
    match (nesting, configured, other) {
        (Nesting::List | Nesting::Set, Value::List(configs), Value::List(others)) => {
            configs.len() == others.len()
                && partners(nesting == Nesting::Set, block, configs, Some(other))
                    .into_iter()
                    .zip(configs)
                    .all(|(other, config)| other.is_some_and(|other| belongs(block, config, other, defaults)))
        }
        (Nesting::Map, Value::Map(configs), Value::Map(others)) => {
            configs.len() == others.len()
                && configs.iter().all(|(key, config)| {
                    others
                        .get(key)
                        .is_some_and(|other| belongs(block, config, other, defaults))
                })
        }
        (_, configured, other) => belongs(block, configured, other, defaults),
    }
}
