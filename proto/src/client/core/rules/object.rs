//! What holds for every object that a provider answers.

use super::Violation;
use crate::client::core::shape::Shape;
use crate::protocol::{Deferred, DynamicValue};
use crate::value::{Path, Type, Value};

/// Reads an answered value (protocol rules 10 and 11): it is there, in msgpack, and has the type.
pub fn decode(answered: Option<&DynamicValue>, ty: &Type) -> Result<Value, Violation> {
    let root = Path::root();
    let Some(answered) = answered else {
        return Err(Violation::new(10, &root, "no value was answered"));
    };
    if answered.msgpack.is_empty() {
        return Err(Violation::new(11, &root, "the answer is not in msgpack"));
    }
    Value::decode_msgpack(&answered.msgpack, ty)
        .map_err(|error| Violation::new(10, &error.path, format!("it does not have the type: {}", error.fault)))
}

/// Everything unknown in an object that has to be known, by the rule that says so.
pub fn wholly_known(rule: u8, value: &Value, ty: &Type) -> Vec<Violation> {
    let mut found = Vec::new();
    let walked: Result<(), std::convert::Infallible> = value.walk(ty, &mut |path, _, part| {
        if part.is_unknown() {
            found.push(Violation::new(rule, path, "it is unknown"));
        }
        Ok(true)
    });
    match walked {
        Ok(()) => found,
    }
}

/// Every write-only value in an object (protocol rule 23).
pub fn leaks(shape: &Shape, value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    shape.each(value, &Path::root(), &mut |attribute, member, path| {
        if attribute.write_only && !member.is_null() {
            found.push(Violation::new(23, path, "a write-only value was answered"));
        }
    });
    found
}

/// Every null where a collection of blocks ought to be empty (protocol rule 19).
pub fn null_blocks(shape: &Shape, value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    search(shape, value, &Path::root(), &mut found);
    found
}

fn search(shape: &Shape, value: &Value, path: &Path, found: &mut Vec<Violation>) {
    let Value::Map(members) = value else { return };
    for block in &shape.blocks {
        let (Some(member), path) = (members.get(&block.name), path.attribute(&block.name)) else {
            continue;
        };
        if member.is_null() && block.nesting != crate::client::core::shape::Nesting::Single {
            found.push(Violation::new(19, &path, "a collection of blocks is null"));
        }
        for (path, object) in block.nesting.objects(member, &path) {
            search(&block.shape, object, &path, found);
        }
    }
}

/// A `deferred` answer that the client did not allow. The rule is that of actions, which says when one may defer.
pub fn deferral(allowed: bool, deferred: Option<&Deferred>) -> Vec<Violation> {
    match deferred {
        Some(_) if !allowed => vec![Violation::new(
            40,
            &Path::root(),
            "the answer is deferred, and the client does not allow that",
        )],
        _ => Vec::new(),
    }
}
