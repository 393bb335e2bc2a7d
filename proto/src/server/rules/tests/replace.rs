//! Which changes need another object.

use super::sample::*;
use crate::server::rules::replace::{asked, declared};
use crate::value::{Path, Value};

fn paths(name: &str, prior: Value, planned: Value) -> Vec<String> {
    let paths = declared(&schema(), &sample([(name, prior)]), &sample([(name, planned)]));
    paths.iter().map(ToString::to_string).collect()
}

#[test]
fn rule_22_declared_attributes_at_every_place() {
    let (a, b) = (|| inner("a", "x", "1"), || inner("b", "x", "1"));
    assert!(paths("one", a(), inner("a", "y", "2")).is_empty());
    assert_eq!(paths("one", a(), b()), ["one.key"]);
    assert_eq!(paths("one", Value::Null, a()), ["one.key"]);
    assert_eq!(paths("single", a(), inner("?", "x", "1")), ["single.key"]);
    assert_eq!(paths("many", list([a(), a()]), list([a(), b()])), ["many[1].key"]);
    assert_eq!(paths("list", list([a()]), list([a(), b()])), ["list[1].key"]);
    let map = |key: &str| Value::map([(key, a())]);
    assert_eq!(paths("map", map("k"), map("l")), ["map[\"k\"].key", "map[\"l\"].key"]);
}

#[test]
fn rule_24_what_is_unknown_as_a_whole_may_need_another_object() {
    let a = || inner("a", "x", "1");
    for name in ["one", "single"] {
        assert_eq!(paths(name, Value::Null, Value::unknown()), [name]);
        assert_eq!(paths(name, a(), Value::unknown()), [name]);
    }
    for name in ["many", "any", "list", "set"] {
        assert_eq!(paths(name, list([]), Value::unknown()), [name]);
    }
    assert_eq!(paths("list", list([a()]), list([a(), Value::unknown()])), ["list[1]"]);
    let map = Value::map([("k", Value::unknown())]);
    assert_eq!(paths("map", Value::Null, map), ["map[\"k\"]"]);
}

#[test]
fn rule_22_a_set_is_replaced_as_a_whole() {
    let (a, b) = (inner("a", "x", "1"), inner("b", "x", "1"));
    assert_eq!(paths("any", list([a.clone()]), list([b.clone()])), ["any"]);
    assert!(
        paths("any", list([a.clone(), b.clone()]), list([b, a])).is_empty(),
        "the order says nothing"
    );
}

#[test]
fn rule_22_asked_paths_exist_and_change() {
    let (prior, planned) = (sample([("plain", text("a"))]), sample([("plain", text("b"))]));
    let ask = |name: &str| asked(&prior, &planned, vec![Path::root().attribute(name)]);
    assert_eq!(ask("plain").unwrap(), [Path::root().attribute("plain")]);
    assert!(ask("made").unwrap().is_empty());
    assert_eq!(found(&ask("nowhere").unwrap_err()), one(22, "nowhere"));
}
