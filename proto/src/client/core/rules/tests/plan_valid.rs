//! Which plans core refuses (protocol rules 16 to 21 and 23).

use super::sample::*;
use crate::client::core::rules::plan_valid::check;
use crate::value::Value;

fn updated(name: &str, prior: Value, config: Value, planned: Value) -> Vec<(u8, String)> {
    let [prior, config, planned] = [prior, config, planned].map(|value| sample([(name, value)]));
    found(&check(&shape(), &prior, &config, &planned))
}

fn created(name: &str, config: Value, planned: Value) -> Vec<(u8, String)> {
    found(&check(
        &shape(),
        &Value::Null,
        &sample([(name, config)]),
        &sample([(name, planned)]),
    ))
}

#[test]
fn rule_16_what_is_configured_is_planned() {
    assert_eq!(created("plain", text("a"), text("a")), good());
    assert_eq!(created("plain", text("a"), text("b")), one(16, "plain"));
    assert_eq!(created("plain", text("a"), text("")), one(16, "plain"));
    assert_eq!(updated("plain", text("b"), text("a"), text("b")), good());
    assert_eq!(updated("plain", text("c"), text("a"), text("b")), one(16, "plain"));
    assert_eq!(created("plain", text("?"), text("a")), one(16, "plain"));
    assert_eq!(created("both", text("a"), text("b")), one(16, "both"));
    let numbers = |planned: &str| {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        created("number", number("1"), number(planned))
    };
    assert_eq!(numbers("1.0"), good());
    assert_eq!(numbers("1.1"), one(16, "number"));
    let bag = |planned| created("bag", list([text("a"), text("b")]), planned);
    assert_eq!(bag(list([text("b"), text("a")])), good());
    assert_eq!(bag(list([text("a")])), one(16, "bag"));
}

#[test]
fn rule_17_only_what_is_computed_may_be_filled() {
    assert_eq!(created("both", text(""), text("a")), good());
    assert_eq!(created("both", text(""), text("?")), good());
    assert_eq!(created("made", text(""), text("?")), good());
    assert_eq!(created("plain", text(""), text("a")), one(17, "plain"));
    assert_eq!(updated("plain", text("a"), text(""), text("a")), one(17, "plain"));
    assert_eq!(created("list", Value::Null, list([])), one(17, "list"));
}

#[test]
fn rule_18_what_is_configured_is_not_planned_unknown() {
    assert_eq!(created("plain", text("?"), text("?")), good());
    assert_eq!(created("both", text("a"), text("?")), one(18, "both"));
    assert_eq!(created("list", list([item("a", "", "")]), text("?")), one(18, "list"));
}

#[test]
fn rule_19_blocks_are_as_many_as_configured() {
    for name in ["many", "sack"] {
        assert_eq!(created(name, list([]), Value::Null), one(19, name));
        assert_eq!(created(name, Value::unknown(), Value::unknown()), good());
        assert_eq!(created(name, Value::unknown(), list([])), one(19, name));
        assert_eq!(created(name, list([]), Value::unknown()), one(19, name));
    }
    let many = |planned| created("many", list([item("a", "", "")]), planned);
    assert_eq!(many(list([item("a", "x", "?")])), good());
    assert_eq!(many(list([])), one(19, "many"));
    assert_eq!(many(list([Value::unknown()])), one(19, "many[0]"));
    assert_eq!(many(list([item("b", "", "")])), one(16, "many[0].key"));
    let named = |planned| created("named", map([("k", item("a", "", ""))]), planned);
    assert_eq!(named(map([("k", item("a", "x", "?"))])), good());
    assert_eq!(
        named(map([("l", item("a", "x", "?"))])),
        [(19, "named[\"l\"]".to_owned()), (19, "named[\"k\"]".to_owned())]
    );
    assert_eq!(created("one", item("a", "", ""), Value::Null), one(19, "one"));
    assert_eq!(created("one", Value::Null, item("a", "", "")), one(19, "one"));
    assert_eq!(created("group", item("", "", ""), item("", "x", "?")), good());
    assert_eq!(created("group", item("", "", ""), Value::Null), one(19, "group"));
    // Core cannot tell which element of a set is which.
    assert_eq!(
        created("sack", list([item("a", "", "")]), list([item("b", "", "")])),
        good()
    );
    assert_eq!(
        created("sack", list([item("a", "", "")]), list([Value::unknown()])),
        one(19, "sack[...]")
    );
}

#[test]
fn rule_20_nested_attributes_are_as_many_as_configured() {
    let listed = |planned| created("list", list([item("a", "", "")]), planned);
    assert_eq!(listed(list([item("a", "x", "?")])), good());
    assert_eq!(listed(list([])), one(20, "list"));
    assert_eq!(listed(list([item("b", "", "")])), one(16, "list[0].key"));
    let mapped = |planned| created("map", map([("k", item("a", "", ""))]), planned);
    assert_eq!(mapped(map([("k", item("a", "x", "?"))])), good());
    assert_eq!(mapped(map([])), one(20, "map[\"k\"]"));
    let set = |planned| created("set", list([item("a", "", "")]), planned);
    assert_eq!(set(list([item("a", "x", "?")])), good());
    assert_eq!(set(list([item("a", "", ""), item("b", "", "")])), one(20, "set"));
    assert_eq!(created("single", Value::Null, item("a", "x", "1")), good());
    assert_eq!(created("single", item("a", "", ""), item("a", "", "?")), good());
    assert_eq!(
        created("single", item("a", "", ""), item("b", "", "")),
        one(16, "single.key")
    );
    // The prior value as a whole goes, and so does each prior part.
    let prior = || list([item("a", "x", "1")]);
    assert_eq!(updated("list", prior(), list([item("b", "", "")]), prior()), good());
}

#[test]
fn rule_21_an_object_is_planned_where_one_is_configured() {
    let shape = shape();
    let (object, null) = (sample([]), Value::Null);
    assert_eq!(found(&check(&shape, &object, &null, &null)), good());
    assert_eq!(found(&check(&shape, &object, &null, &object)), one(21, ""));
    assert_eq!(found(&check(&shape, &null, &object, &null)), one(21, ""));
    assert_eq!(found(&check(&shape, &null, &object, &Value::unknown())), one(21, ""));
}

#[test]
fn rule_23_nothing_write_only_is_planned() {
    assert_eq!(created("secret", text("word"), text("")), good());
    assert_eq!(created("secret", text("word"), text("word")), one(23, "secret"));
    assert_eq!(created("secret", text("?"), text("?")), one(23, "secret"));
}
