//! Which changes need another object (protocol rule 22).

use super::Violation;
use super::elements::Nesting;
use crate::schema::{AttributeKind, Block};
use crate::value::{Path, Type, Value};

/// The changed attributes that are declared with `replace`.
pub(in crate::server) fn declared(block: &Block, prior: &Value, planned: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    search(block, prior, planned, &Path::root(), &mut found);
    found
}

fn search(block: &Block, prior: &Value, planned: &Value, path: &Path, found: &mut Vec<Path>) {
    for attribute in &block.attributes {
        let path = path.attribute(&attribute.name);
        let (prior, planned) = (member(prior, &attribute.name), member(planned, &attribute.name));
        if prior.equal(planned, &attribute.implied_type()) {
            continue;
        }
        if attribute.modifiers.replace {
            found.push(path);
        } else if let AttributeKind::Nested(nested) = &attribute.kind {
            search_objects(nested.nesting.into(), &nested.block, prior, planned, &path, found);
        }
    }
    for nested in &block.blocks {
        let path = path.attribute(&nested.name);
        let (prior, planned) = (member(prior, &nested.name), member(planned, &nested.name));
        search_objects(nested.nesting.into(), &nested.block, prior, planned, &path, found);
    }
}

fn search_objects(nesting: Nesting, block: &Block, prior: &Value, planned: &Value, path: &Path, found: &mut Vec<Path>) {
    if planned.is_unknown() {
        // Whatever it turns out to be, the action may not change then (protocol rule 24).
        if has_replace(block) {
            found.push(path.clone());
        }
        return;
    }
    match nesting {
        Nesting::Single => search(block, prior, planned, path, found),
        Nesting::List => {
            for (position, place) in (0..count(prior).max(count(planned))).zip(0_i64..) {
                search_objects(
                    Nesting::Single,
                    block,
                    element(prior, position),
                    element(planned, position),
                    &path.index(place),
                    found,
                );
            }
        }
        Nesting::Map => {
            for key in keys(prior).chain(keys(planned).filter(|key| keys(prior).all(|other| other != *key))) {
                let (prior, planned) = (member(prior, key), member(planned, key));
                search_objects(Nesting::Single, block, prior, planned, &path.key(key), found);
            }
        }
        // The elements of a set have no place of their own: a change of any is a change of the set.
        Nesting::Set => {
            if has_replace(block) && !prior.equal(planned, &Type::set(block.implied_type())) {
                found.push(path.clone());
            }
        }
    }
}

fn has_replace(block: &Block) -> bool {
    block.attributes.iter().any(|attribute| {
        attribute.modifiers.replace
            || matches!(&attribute.kind, AttributeKind::Nested(nested) if has_replace(&nested.block))
    }) || block.blocks.iter().any(|nested| has_replace(&nested.block))
}

fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    match object {
        Value::Map(members) => members.get(name).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

fn element(list: &Value, position: usize) -> &Value {
    match list {
        Value::List(elements) => elements.get(position).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

fn count(list: &Value) -> usize {
    if let Value::List(elements) = list {
        elements.len()
    } else {
        0
    }
}

fn keys(map: &Value) -> impl Iterator<Item = &String> {
    let members = if let Value::Map(members) = map {
        Some(members)
    } else {
        None
    };
    members.into_iter().flat_map(std::collections::BTreeMap::keys)
}

/// The paths that the resource asked for: those that exist and change. One that exists nowhere is a violation.
pub(in crate::server) fn asked(prior: &Value, planned: &Value, asked: Vec<Path>) -> Result<Vec<Path>, Vec<Violation>> {
    let (mut changed, mut violations) = (Vec::new(), Vec::new());
    for path in asked {
        match (prior.at(&path), planned.at(&path)) {
            (None, None) => {
                violations.push(Violation::new(
                    22,
                    &path,
                    "a replacement is asked for at a path that does not exist",
                ));
            }
            (before, after) if before != after => changed.push(path),
            _ => {}
        }
    }
    if violations.is_empty() {
        Ok(changed)
    } else {
        Err(violations)
    }
}
