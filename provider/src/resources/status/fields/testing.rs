//! Models for tests: with the schema's defaults, from JSON, and with anything in every attribute.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tfplugin::schema::{AttributeKind, Block, BlockNesting, Mode};
use tfplugin::value::{Path, Type, Value};
use tfplugin::{Diagnostics, Model};

/// A model of a configuration in JSON, as `terraform` reads it; what is left out is null.
pub(crate) fn configured<M: Model>(json: &Json) -> M {
    let text = serde_json::to_vec(json).unwrap();
    let value = Value::decode_json(&text, &M::schema().implied_type()).unwrap();
    M::from_value(&value, &Path::root()).unwrap()
}

/// The same with the schema's defaults, as it is planned.
pub(crate) fn planned<M: Model>(json: &Json) -> M {
    with_defaults(&configured(json))
}

/// The model with the default of the schema wherever it has none of its own.
pub(crate) fn with_defaults<M: Model>(model: &M) -> M {
    M::from_value(&defaults(&M::schema(), model.to_value()), &Path::root()).unwrap()
}

fn defaults(block: &Block, value: Value) -> Value {
    let Value::Map(mut members) = value else { return value };
    for attribute in &block.attributes {
        let default = attribute.modifiers.default.clone();
        if let (Some(default), Some(Value::Null)) = (default, members.get(&attribute.name)) {
            members.insert(attribute.name.clone(), default);
        }
    }
    for nested in &block.blocks {
        let filled = match members.remove(&nested.name).unwrap_or_default() {
            Value::List(all) => Value::List(all.into_iter().map(|one| defaults(&nested.block, one)).collect()),
            one => defaults(&nested.block, one),
        };
        members.insert(nested.name.clone(), filled);
    }
    Value::Map(members)
}

/// What a configuration is refused for: by its attributes' validators, and by `validate`.
pub(crate) fn refusals<M: Model>(json: &Json, validate: impl FnOnce(&M, &mut Diagnostics)) -> Vec<String> {
    let model: M = configured(json);
    let mut diagnostics = Diagnostics::new();
    attributes(&M::schema(), &model.to_value(), &Path::root(), &mut diagnostics);
    validate(&model, &mut diagnostics);
    let told = diagnostics.iter().map(|told| match &told.path {
        Some(path) => format!("{path}: {} | {}", told.summary, told.detail),
        None => format!("{} | {}", told.summary, told.detail),
    });
    told.collect()
}

fn attributes(block: &Block, value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
    let Value::Map(members) = value else { return };
    for attribute in &block.attributes {
        let place = path.attribute(&attribute.name);
        let value = &members[&attribute.name];
        diagnostics.extend(
            attribute
                .validators
                .iter()
                .filter_map(|check| check.apply(value, &place)),
        );
    }
    for nested in &block.blocks {
        let place = path.attribute(&nested.name);
        match &members[&nested.name] {
            Value::List(all) => {
                for (number, one) in (0..).zip(all) {
                    attributes(&nested.block, one, &place.index(number), diagnostics);
                }
            }
            one => attributes(&nested.block, one, &place, diagnostics),
        }
    }
}

/// A model with anything that is not nested in the attributes that a user sets, drawn from `seed`.
pub(crate) fn anything<M: Model>(seed: u64) -> M {
    let mut draw = Draw(seed);
    M::from_value(&draw.object(&M::schema()), &Path::root()).unwrap()
}

/// A generator of numbers that need not be good, only the same each time (xorshift).
struct Draw(u64);

impl Draw {
    fn number(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn object(&mut self, block: &Block) -> Value {
        let mut members = BTreeMap::new();
        for attribute in &block.attributes {
            let AttributeKind::Plain(ty) = &attribute.kind else {
                members.insert(attribute.name.clone(), Value::Null);
                continue;
            };
            let needed = attribute.mode == Mode::Required || attribute.modifiers.default.is_some();
            let set = attribute.mode != Mode::Computed && (needed || self.number(2) == 0);
            members.insert(attribute.name.clone(), if set { self.value(ty) } else { Value::Null });
        }
        for nested in &block.blocks {
            let value = match nested.nesting {
                BlockNesting::Single if self.number(2) == 0 => self.object(&nested.block),
                BlockNesting::Single => Value::Null,
                _ => Value::List(Vec::new()),
            };
            members.insert(nested.name.clone(), value);
        }
        Value::Map(members)
    }

    fn value(&mut self, ty: &Type) -> Value {
        const SIGNS: [char; 8] = ['a', 'B', '7', ' ', '"', '\\', 'ä', '<'];
        match ty {
            Type::Bool => Value::from(self.number(2) == 0),
            Type::Number => Value::from(i64::try_from(self.number(100)).unwrap()),
            Type::List(element) | Type::Set(element) => {
                let count = 1 + i64::try_from(self.number(3)).unwrap();
                let one = |number: i64| match **element {
                    Type::Number => Value::from(number),
                    _ => Value::from(format!("e{number}@example.com")),
                };
                Value::List((1..=count).map(one).collect())
            }
            _ => {
                let signs = (0..self.number(8)).map(|_| SIGNS[usize::try_from(self.number(8)).unwrap()]);
                Value::from(format!("x{}", signs.collect::<String>()))
            }
        }
    }
}
