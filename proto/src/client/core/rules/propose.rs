//! The object that core proposes before the provider is asked (protocol rule 25).

use super::compare::{elements, member, same};
use crate::client::core::shape::{AttributeShape, BlockShape, Content, Nesting, Shape};
use crate::value::{Type, Value};

/// Configuration and prior state mixed: what the user wrote, and for what the user left out and the provider may set,
/// the value of before. `prior` is null for a new object.
///
/// Lists correlate by index, maps by key, sets by what the user wrote.
pub fn proposed_new(shape: &Shape, prior: &Value, config: &Value) -> Value {
    match config {
        Value::Map(_) => object(shape, prior, config),
        // Of what is not there or not known, the value of before stays.
        _ if prior.is_null() => empty(shape),
        _ => prior.clone(),
    }
}

/// What a configuration that says nothing decodes to.
fn empty(shape: &Shape) -> Value {
    let attributes = shape
        .attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), Value::Null));
    let blocks = shape.blocks.iter().map(|block| {
        let value = match block.nesting {
            Nesting::Single => Value::Null,
            Nesting::Group => empty(&block.shape),
            Nesting::List | Nesting::Set => Value::List(Vec::new()),
            Nesting::Map => Value::Map(std::collections::BTreeMap::new()),
        };
        (block.name.clone(), value)
    });
    Value::map(attributes.chain(blocks))
}

fn object(shape: &Shape, prior: &Value, config: &Value) -> Value {
    let attributes = shape.attributes.iter().map(|one| {
        let value = attribute(one, &member(prior, &one.name), member(config, &one.name));
        (one.name.clone(), value)
    });
    let blocks = shape.blocks.iter().map(|one| {
        let value = block(one, &member(prior, &one.name), member(config, &one.name));
        (one.name.clone(), value)
    });
    Value::map(attributes.chain(blocks))
}

fn attribute(attribute: &AttributeShape, prior: &Value, config: Value) -> Value {
    match &attribute.content {
        Content::Objects(nesting, shape) if attribute.computed && config.is_null() => {
            if attribute.optional && was_configured(*nesting, shape, prior) {
                config
            } else {
                prior.clone()
            }
        }
        _ if attribute.computed && config.is_null() => prior.clone(),
        Content::Plain(_) => config,
        Content::Objects(nesting, shape) => objects(*nesting, shape, prior, config),
    }
}

/// A computed block that nobody wrote is no exception: null is proposed for it, whatever was there before.
fn block(block: &BlockShape, prior: &Value, config: Value) -> Value {
    objects(block.nesting, &block.shape, prior, config)
}

/// Whether the user must have written at least part of the prior objects: they hold something that only a
/// configuration can.
fn was_configured(nesting: Nesting, shape: &Shape, prior: &Value) -> bool {
    nesting
        .objects(prior, &crate::value::Path::root())
        .into_iter()
        .any(|(_, object)| {
            shape.attributes.iter().any(|attribute| {
                let value = member(object, &attribute.name);
                if value.is_null() {
                    return false;
                }
                match &attribute.content {
                    _ if !attribute.computed => true,
                    Content::Plain(_) => false,
                    Content::Objects(nesting, shape) => was_configured(*nesting, shape, &value),
                }
            })
        })
}

/// The objects of a block or of nested attributes; the configuration says how many there are.
fn objects(nesting: Nesting, shape: &Shape, prior: &Value, config: Value) -> Value {
    if config.is_null() || config.is_unknown() {
        return config;
    }
    match (nesting, config) {
        (Nesting::List, Value::List(configs)) => Value::List(
            configs
                .into_iter()
                .enumerate()
                .map(|(position, config)| match elements(prior).get(position) {
                    Some(prior) => one(shape, prior, config),
                    None => config,
                })
                .collect(),
        ),
        (Nesting::Map, Value::Map(configs)) => Value::map(configs.into_iter().map(|(key, config)| {
            let value = match prior {
                Value::Map(priors) if priors.contains_key(&key) => one(shape, &priors[&key], config),
                _ => config,
            };
            (key, value)
        })),
        (Nesting::Set, Value::List(configs)) => set(shape, prior, configs),
        (_, config) => one(shape, prior, config),
    }
}

fn one(shape: &Shape, prior: &Value, config: Value) -> Value {
    match config {
        Value::Null => config,
        Value::Unknown(_) => object(shape, &Value::unknown(), &config),
        config => object(shape, prior, &config),
    }
}

/// Each configured element takes the first unused prior one that it may have become.
fn set(shape: &Shape, prior: &Value, configs: Vec<Value>) -> Value {
    let mut free: Vec<Option<&Value>> = elements(prior).iter().map(Some).collect();
    let proposed = configs
        .into_iter()
        .map(|config| {
            let found = free
                .iter()
                .position(|prior| prior.is_some_and(|prior| may_come_from(shape, prior, &config)));
            let prior = found.and_then(|position| free[position].take());
            one(shape, prior.unwrap_or(&Value::Null), config)
        })
        .collect();
    Value::List(proposed)
}

/// Whether a prior element can be what became of a configured one: all differences are values that the user left to
/// the provider.
fn may_come_from(shape: &Shape, prior: &Value, config: &Value) -> bool {
    if same(prior, config, &shape.ty()) {
        return true;
    }
    // Core does not look below a prior null.
    if prior.is_null() || config.is_null() || config.is_unknown() {
        return prior.is_null();
    }
    shape.attributes.iter().all(|attribute| {
        let (prior, config) = (member(prior, &attribute.name), member(config, &attribute.name));
        match &attribute.content {
            _ if same(&prior, &config, &attribute.ty()) => true,
            Content::Plain(ty) => !matches!(ty, Type::Set(_)) && attribute.computed && config.is_null(),
            Content::Objects(nesting, shape) => all_may_come_from(*nesting, shape, &prior, &config),
        }
    }) && shape.blocks.iter().all(|block| {
        let (prior, config) = (member(prior, &block.name), member(config, &block.name));
        let ty = block.nesting.of(block.shape.ty());
        same(&prior, &config, &ty) || all_may_come_from(block.nesting, &block.shape, &prior, &config)
    })
}

fn all_may_come_from(nesting: Nesting, shape: &Shape, prior: &Value, config: &Value) -> bool {
    match nesting {
        // The elements of a set inside a set cannot be told apart.
        Nesting::Set => false,
        Nesting::Single | Nesting::Group => may_come_from(shape, prior, config),
        Nesting::List | Nesting::Map => {
            let root = crate::value::Path::root();
            let (priors, configs) = (nesting.objects(prior, &root), nesting.objects(config, &root));
            priors.iter().all(|(path, prior)| {
                configs
                    .iter()
                    .find(|(other, _)| other == path)
                    .is_some_and(|(_, config)| may_come_from(shape, prior, config))
            })
        }
    }
}
