//! Configurations and states of schemas.

use std::collections::BTreeMap;

use super::Draw;
use super::choice::Choice;
use crate::client::core::shape::{AttributeShape, BlockShape, Content, Nesting, Shape};
use crate::value::{Type, Value};

/// Blocks and nested objects of one name at most.
const MOST: u64 = 3;

/// Percent of the configurations that keep to the choices.
const CHOSEN: u64 = 97;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What a user may write.
    Configuration,
    /// What a provider may have stored.
    State,
}

impl Draw {
    /// A configuration as core would send it: what is required is there, what is computed is not, blocks are as many as
    /// allowed. Values may be unknown, and whole collections of blocks too.
    pub fn config(&mut self, shape: &Shape) -> Value {
        let object = self.object(shape, Kind::Configuration);
        canonical(object, &shape.ty())
    }

    /// A wholly known object as it may be stored.
    pub fn state(&mut self, shape: &Shape) -> Value {
        let object = self.known(|draw| draw.object(shape, Kind::State));
        canonical(object, &shape.ty())
    }

    /// The configuration with everything unknown known: what it is at the time of the apply.
    pub fn completed(&mut self, shape: &Shape, config: &Value) -> Value {
        let object = self.known(|draw| draw.complete_object(shape, config, Kind::Configuration));
        canonical(object, &shape.ty())
    }

    /// Another configuration for the same object: some of its attributes and blocks are drawn anew.
    pub fn changed(&mut self, shape: &Shape, config: &Value) -> Value {
        let Value::Map(mut members) = config.clone() else {
            return self.config(shape);
        };
        // What is chosen from changes together, or not at all.
        let all = self.choose(shape, 100);
        let mut choice = Choice::default();
        if self.chance(15) {
            choice = self.choose(shape, 100);
        }
        let stays = |name: &str| all.of(name).is_some() && choice.of(name).is_none();
        for attribute in &shape.attributes {
            let drawn = choice.of(&attribute.name).is_some() || self.chance(15);
            if drawn && !stays(&attribute.name) {
                let value = self.attribute(attribute, Kind::Configuration, &choice);
                members.insert(attribute.name.clone(), value);
            }
        }
        for block in &shape.blocks {
            let drawn = choice.of(&block.name).is_some() || self.chance(15);
            if drawn && !stays(&block.name) {
                let value = self.block(block, Kind::Configuration, &choice);
                members.insert(block.name.clone(), value);
            }
        }
        canonical(Value::Map(members), &shape.ty())
    }

    /// An object that may have become of a configuration: what the user left to the provider is there.
    pub fn stored(&mut self, shape: &Shape, config: &Value) -> Value {
        let object = self.known(|draw| draw.complete_object(shape, config, Kind::State));
        canonical(object, &shape.ty())
    }

    pub(super) fn known(&mut self, draw: impl FnOnce(&mut Self) -> Value) -> Value {
        let unknowns = std::mem::take(&mut self.unknowns);
        let value = draw(self);
        self.unknowns = unknowns;
        value
    }

    fn object(&mut self, shape: &Shape, kind: Kind) -> Value {
        let percent = match kind {
            Kind::Configuration => CHOSEN,
            Kind::State => 100,
        };
        let choice = self.choose(shape, percent);
        let mut members = BTreeMap::new();
        for attribute in &shape.attributes {
            members.insert(attribute.name.clone(), self.attribute(attribute, kind, &choice));
        }
        for block in &shape.blocks {
            members.insert(block.name.clone(), self.block(block, kind, &choice));
        }
        Value::Map(members)
    }

    fn attribute(&mut self, attribute: &AttributeShape, kind: Kind, choice: &Choice) -> Value {
        let percent = match kind {
            Kind::Configuration if attribute.write_only && self.forgoes_write_only => 95,
            Kind::Configuration => 50,
            Kind::State => 30,
        };
        let never = match kind {
            Kind::Configuration => attribute.is_computed_only(),
            Kind::State => attribute.write_only,
        };
        let absent = never
            || match choice.of(&attribute.name) {
                Some(there) => !there,
                None => !attribute.required && self.absent(&attribute.name, percent),
            };
        if absent {
            return Value::Null;
        }
        if self.unknown() {
            return self.unknown_value(&attribute.ty());
        }
        match &attribute.content {
            Content::Plain(ty) => self.suggestion(&attribute.name, ty).unwrap_or_else(|| self.value(ty)),
            Content::Objects(nesting, shape) => {
                let count = self.below(MOST + 1);
                self.objects(*nesting, count, |draw| draw.object(shape, kind))
            }
        }
    }

    fn block(&mut self, block: &BlockShape, kind: Kind, choice: &Choice) -> Value {
        let chosen = choice.of(&block.name);
        if chosen == Some(false) {
            return none(block.nesting);
        }
        if chosen.is_none() && block.min == 0 && self.forgoes(block) && self.chance(95) {
            return none(block.nesting);
        }
        if block.nesting != Nesting::Group && self.unknown() {
            return Value::unknown();
        }
        let least = u64::try_from(block.min).unwrap_or(0);
        let most = match u64::try_from(block.max) {
            Ok(most) if most > 0 => most.min(least + MOST),
            _ => least + MOST,
        };
        let least = if chosen == Some(true) { least.max(1) } else { least };
        let count = least + self.below(most - least + 1);
        if block.nesting == Nesting::Single && least == 0 && self.absent(&block.name, 50) {
            return Value::Null;
        }
        self.objects(block.nesting, count, |draw| draw.object(&block.shape, kind))
    }

    fn objects(&mut self, nesting: Nesting, count: u64, mut one: impl FnMut(&mut Self) -> Value) -> Value {
        match nesting {
            Nesting::Single | Nesting::Group => one(self),
            Nesting::List | Nesting::Set => Value::List((0..count).map(|_| one(self)).collect()),
            Nesting::Map => Value::map((0..count).map(|number| (format!("key{number}"), one(self)))),
        }
    }

    fn complete_object(&mut self, shape: &Shape, object: &Value, kind: Kind) -> Value {
        let Value::Map(members) = object else {
            return match object {
                Value::Unknown(_) => self.object(shape, kind),
                other => other.clone(),
            };
        };
        let member = |name: &str| members.get(name).unwrap_or(&Value::Null);
        let mut completed = BTreeMap::new();
        for attribute in &shape.attributes {
            let value = self.complete_attribute(attribute, member(&attribute.name), kind);
            completed.insert(attribute.name.clone(), value);
        }
        for block in &shape.blocks {
            let value = match member(&block.name) {
                Value::Unknown(_) => self.block(block, kind, &Choice::default()),
                objects => self.complete_objects(block.nesting, &block.shape, objects, kind),
            };
            completed.insert(block.name.clone(), value);
        }
        Value::Map(completed)
    }

    fn complete_attribute(&mut self, attribute: &AttributeShape, value: &Value, kind: Kind) -> Value {
        match (value, &attribute.content) {
            _ if attribute.write_only && kind == Kind::State => Value::Null,
            (Value::Null, _) if attribute.computed && kind == Kind::State => {
                self.attribute(attribute, kind, &Choice::default())
            }
            (Value::Unknown(refinement), _) => {
                let value = match &attribute.content {
                    Content::Plain(ty) => {
                        let suggested = self.suggestion(&attribute.name, ty);
                        suggested.unwrap_or_else(|| self.value(ty))
                    }
                    Content::Objects(nesting, shape) => self.objects(*nesting, MOST, |draw| draw.object(shape, kind)),
                };
                promised(value, refinement)
            }
            (value, Content::Plain(ty)) => self.complete_value(value, ty),
            (value, Content::Objects(nesting, shape)) => self.complete_objects(*nesting, shape, value, kind),
        }
    }

    fn complete_objects(&mut self, nesting: Nesting, shape: &Shape, objects: &Value, kind: Kind) -> Value {
        match (nesting, objects) {
            (Nesting::List | Nesting::Set, Value::List(elements)) => {
                let completed = elements
                    .iter()
                    .map(|element| self.complete_object(shape, element, kind));
                Value::List(completed.collect())
            }
            (Nesting::Map, Value::Map(members)) => Value::map(
                members
                    .iter()
                    .map(|(key, member)| (key.clone(), self.complete_object(shape, member, kind))),
            ),
            (_, object) => self.complete_object(shape, object, kind),
        }
    }

    fn complete_value(&mut self, value: &Value, ty: &Type) -> Value {
        let mut inner = |value: &Value, ty: &Type| self.complete_value(value, ty);
        match (value, ty) {
            (Value::Unknown(refinement), ty) => promised(self.value(ty), refinement),
            (Value::List(elements), Type::List(ty) | Type::Set(ty)) => {
                Value::List(elements.iter().map(|element| inner(element, ty)).collect())
            }
            (Value::List(elements), Type::Tuple(types)) => {
                let pairs = elements.iter().zip(types);
                Value::List(pairs.map(|(element, ty)| inner(element, ty)).collect())
            }
            (Value::Map(members), Type::Map(ty)) => {
                Value::map(members.iter().map(|(name, member)| (name.clone(), inner(member, ty))))
            }
            (Value::Map(members), Type::Object(attributes)) => Value::map(members.iter().map(|(name, member)| {
                let ty = attributes.get(name).unwrap_or(&Type::Dynamic);
                (name.clone(), inner(member, ty))
            })),
            (Value::Dynamic(ty, value), _) => Value::Dynamic(ty.clone(), Box::new(inner(value, ty))),
            (value, _) => value.clone(),
        }
    }
}

/// What stands for no block.
fn none(nesting: Nesting) -> Value {
    match nesting {
        Nesting::Single | Nesting::Group => Value::Null,
        Nesting::List | Nesting::Set => Value::List(Vec::new()),
        Nesting::Map => Value::Map(BTreeMap::new()),
    }
}

/// The value, or another one that keeps what was promised of it.
fn promised(value: Value, refinement: &crate::value::Refinement) -> Value {
    match value {
        Value::String(text) if !text.starts_with(refinement.prefix()) => {
            Value::String(format!("{}{text}", refinement.prefix()))
        }
        value => value,
    }
}

/// The value as it is received: sets in their order, without duplicates.
fn canonical(value: Value, ty: &Type) -> Value {
    let received = value
        .encode_msgpack(ty)
        .and_then(|bytes| Value::decode_msgpack(&bytes, ty));
    received.unwrap_or(value)
}
