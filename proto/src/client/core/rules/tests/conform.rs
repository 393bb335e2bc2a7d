//! Which results core refuses after their plan (protocol rules 13 and 27).

use super::sample::*;
use crate::client::core::rules::conform::check;
use crate::value::{Refinement, Type, Value};

fn compared(name: &str, planned: Value, actual: Value) -> Vec<(u8, String)> {
    found(&check(&shape(), &sample([(name, planned)]), &sample([(name, actual)])))
}

#[test]
fn rule_13_promises_hold() {
    let not_null = || Value::Unknown(Refinement::not_null());
    assert_eq!(compared("made", not_null(), text("a")), good());
    assert_eq!(compared("made", not_null(), text("")), one(13, "made"));
    let prefix = || Value::Unknown(Refinement::none().with_prefix("ab-"));
    assert_eq!(compared("made", prefix(), text("ab-c")), good());
    assert_eq!(compared("made", prefix(), text("b-c")), one(13, "made"));
    let short = || Value::Unknown(Refinement::none().with_longest(1));
    assert_eq!(compared("texts", short(), list([text("a")])), good());
    assert_eq!(
        compared("texts", short(), list([text("a"), text("b")])),
        one(13, "texts")
    );
}

#[test]
fn rule_27_what_was_known_comes_back() {
    assert_eq!(compared("plain", text("a"), text("a")), good());
    assert_eq!(compared("plain", text("a"), text("b")), one(27, "plain"));
    assert_eq!(compared("plain", text(""), text("b")), one(27, "plain"));
    assert_eq!(compared("plain", text("a"), text("")), one(27, "plain"));
    assert_eq!(compared("plain", text("a"), text("?")), one(27, "plain"));
    assert_eq!(compared("made", text("?"), text("")), good());
    let dynamic = |ty: Type, value: Value| Value::Dynamic(Box::new(ty), Box::new(value));
    let planned = || dynamic(Type::String, text("1"));
    assert_eq!(compared("any", planned(), planned()), good());
    assert_eq!(
        compared("any", planned(), dynamic(Type::Number, Value::from(1))),
        one(27, "any")
    );
    assert_eq!(compared("any", Value::unknown(), planned()), good());
}

#[test]
fn rule_27_collections_keep_their_elements() {
    let texts = |planned: Value| compared("texts", planned, list([text("a"), text("b")]));
    assert_eq!(texts(list([text("a"), text("?")])), good());
    assert_eq!(texts(list([text("a")])), one(27, "texts"));
    assert_eq!(texts(list([text("a"), text("b"), text("?")])), one(27, "texts[2]"));
    let listed = |planned: Value| compared("list", planned, list([item("a", "x", "1")]));
    assert_eq!(listed(list([item("a", "x", "?")])), good());
    assert_eq!(listed(list([item("a", "y", "?")])), one(27, "list[0].kind"));
    let mapped = |planned: Value| compared("map", planned, map([("k", item("a", "x", "1"))]));
    assert_eq!(mapped(map([("k", item("a", "x", "?"))])), good());
    assert_eq!(mapped(map([])), one(27, "map[\"k\"]"));
}

#[test]
fn rule_27_blocks_keep_their_number() {
    let many = |planned: Value| compared("many", planned, list([item("a", "x", "1")]));
    assert_eq!(many(list([item("a", "x", "?")])), good());
    assert_eq!(many(Value::unknown()), good());
    assert_eq!(many(list([])), one(27, "many"));
    assert_eq!(many(list([item("b", "x", "?")])), one(27, "many[0].key"));
    let named = |planned: Value| compared("named", planned, map([("k", item("a", "x", "1"))]));
    assert_eq!(named(map([("k", item("a", "x", "?"))])), good());
    assert_eq!(named(map([("l", item("a", "x", "?"))])), one(27, "named[\"l\"]"));
    assert_eq!(compared("one", Value::Null, item("a", "", "")), one(27, "one"));
    assert_eq!(compared("one", item("a", "", ""), Value::Null), one(27, "one"));
    assert_eq!(compared("one", Value::unknown(), Value::Null), good());
}

#[test]
fn rule_27_sets_may_only_shrink() {
    let planned = || list([item("a", "x", "?"), item("b", "x", "?")]);
    for name in ["sack", "set"] {
        let actual = |elements: Value| compared(name, planned(), elements);
        assert_eq!(actual(list([item("b", "x", "2"), item("a", "x", "1")])), good());
        assert_eq!(actual(list([item("a", "x", "1")])), one(27, name));
        let more = list([item("a", "x", "1"), item("a", "x", "3"), item("b", "x", "2")]);
        assert_eq!(actual(more), one(27, name));
    }
    // Two that turn out to be one.
    let open = || list([item("a", "?", ""), item("a", "x", "")]);
    assert_eq!(compared("sack", open(), list([item("a", "x", "")])), good());
}
