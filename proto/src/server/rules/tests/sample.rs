//! A schema with nested attributes and blocks of every nesting, and short ways to write its values.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::Block;
use crate::server::rules::Violation;
use crate::value::Value;
use crate::{Field, Model};

#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Sample {
    #[attribute(optional)]
    plain: Field<String>,
    #[attribute(optional, computed)]
    both: Field<String>,
    #[attribute(computed)]
    made: Field<String>,
    #[attribute(optional, write_only)]
    secret_wo: Field<String>,
    #[attribute(optional)]
    list: Field<Vec<Inner>>,
    #[attribute(optional)]
    map: Field<BTreeMap<String, Inner>>,
    #[attribute(optional)]
    set: Field<BTreeSet<Inner>>,
    #[attribute(optional, computed)]
    single: Field<Inner>,
    #[block]
    one: Option<Inner>,
    #[block]
    many: Vec<Inner>,
    #[block(set)]
    any: Vec<Inner>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Model)]
struct Inner {
    #[attribute(required, replace)]
    key: Field<String>,
    #[attribute(optional, default = "x")]
    kind: Field<String>,
    #[attribute(computed, keep)]
    id: Field<String>,
}

pub(super) fn schema() -> Block {
    Sample::schema()
}

/// An inner object; an empty text is null, `?` unknown.
pub(super) fn inner(key: &str, kind: &str, id: &str) -> Value {
    Value::map([("key", text(key)), ("kind", text(kind)), ("id", text(id))])
}

pub(super) fn text(text: &str) -> Value {
    match text {
        "" => Value::Null,
        "?" => Value::unknown(),
        text => Value::from(text),
    }
}

pub(super) fn list<const N: usize>(elements: [Value; N]) -> Value {
    Value::List(elements.into())
}

/// A sample with the given members and nothing else.
pub(super) fn sample<const N: usize>(members: [(&str, Value); N]) -> Value {
    let Value::Map(mut all) = Sample::default().to_value() else {
        panic!("a model is an object")
    };
    for (name, member) in members {
        assert!(all.insert(name.to_owned(), member).is_some(), "{name}");
    }
    Value::Map(all)
}

/// Rule and path of each violation.
pub(super) fn found(violations: &[Violation]) -> Vec<(u8, String)> {
    violations
        .iter()
        .map(|violation| (violation.rule, violation.path.to_string()))
        .collect()
}

/// One violation.
pub(super) fn one(rule: u8, path: &str) -> Vec<(u8, String)> {
    vec![(rule, path.to_owned())]
}
