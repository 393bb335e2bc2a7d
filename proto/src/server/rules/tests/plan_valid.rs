//! Which plans core would refuse.

use super::sample::*;
use crate::server::rules::plan_valid::check;
use crate::value::Value;

/// What is wrong with the plan of a new object.
fn created<const N: usize, const M: usize>(
    config: [(&str, Value); N],
    planned: [(&str, Value); M],
) -> Vec<(u8, String)> {
    found(&check(&schema(), None, &sample(config), &sample(planned)))
}

/// What is wrong with the plan for one member of an existing object.
fn changed(name: &str, prior: Value, config: Value, planned: Value) -> Vec<(u8, String)> {
    let (prior, config, planned) = (
        sample([(name, prior)]),
        sample([(name, config)]),
        sample([(name, planned)]),
    );
    found(&check(&schema(), Some(&prior), &config, &planned))
}

fn good() -> Vec<(u8, String)> {
    Vec::new()
}

#[test]
fn rule_16_the_configured_or_the_prior_value() {
    assert_eq!(created([("plain", text("a"))], [("plain", text("a"))]), good());
    assert_eq!(
        created([("plain", text("a"))], [("plain", text("b"))]),
        one(16, "plain")
    );
    assert_eq!(created([("plain", text("a"))], []), one(16, "plain"));
    assert_eq!(created([("both", text("a"))], [("both", text("b"))]), one(16, "both"));
    assert_eq!(
        changed("plain", text("A"), text("a"), text("A")),
        good(),
        "another form of the same value"
    );
    assert_eq!(changed("plain", text("A"), text("a"), text("b")), one(16, "plain"));
}

#[test]
fn rule_17_only_what_is_computed_is_filled() {
    assert_eq!(created([], [("plain", text("a"))]), one(17, "plain"));
    assert_eq!(created([], [("plain", text("?"))]), one(17, "plain"));
    assert_eq!(changed("plain", text("a"), Value::Null, text("a")), one(17, "plain"));
    for computed in ["made", "both"] {
        for planned in ["", "a", "?"] {
            assert_eq!(created([], [(computed, text(planned))]), good());
        }
    }
    assert_eq!(created([], [("single", inner("a", "b", "?"))]), good());
    assert_eq!(created([], [("list", list([]))]), one(17, "list"), "empty is not null");
}

#[test]
fn rule_18_what_is_configured_is_not_unknown() {
    assert_eq!(
        created([("plain", text("a"))], [("plain", text("?"))]),
        one(18, "plain")
    );
    assert_eq!(created([("plain", text("?"))], [("plain", text("?"))]), good());
    assert_eq!(
        created([("plain", text("?"))], [("plain", text("a"))]),
        one(16, "plain")
    );
    let config = || list([inner("a", "", "")]);
    assert_eq!(
        created([("list", config())], [("list", Value::unknown())]),
        one(18, "list")
    );
    assert_eq!(
        created([("list", config())], [("list", list([Value::unknown()]))]),
        one(18, "list[0]")
    );
    assert_eq!(
        created([("many", config())], [("many", list([Value::unknown()]))]),
        one(18, "many[0]")
    );
}

#[test]
fn rule_19_blocks_are_those_of_the_configuration() {
    let (a, b) = (inner("a", "", ""), inner("b", "", ""));
    assert_eq!(created([("many", list([a.clone()]))], []), one(19, "many"));
    assert_eq!(created([], [("many", list([a.clone()]))]), one(19, "many"));
    assert_eq!(
        created([], [("many", Value::Null)]),
        one(19, "many"),
        "block collections are never null"
    );
    assert_eq!(created([], [("many", Value::unknown())]), one(19, "many"));
    assert_eq!(
        created([("many", Value::unknown())], [("many", Value::unknown())]),
        good()
    );
    assert_eq!(created([("many", Value::unknown())], []), one(19, "many"));
    assert_eq!(created([("one", a.clone())], []), one(19, "one"));
    assert_eq!(created([], [("one", a.clone())]), one(19, "one"));
    assert_eq!(created([("one", a.clone())], [("one", b.clone())]), one(16, "one.key"));
    assert_eq!(
        created([("any", list([a.clone()]))], [("any", list([a.clone(), b.clone()]))]),
        one(19, "any")
    );
    assert_eq!(
        created([("any", list([a.clone()]))], [("any", list([b]))]),
        one(19, "any")
    );
    assert_eq!(
        created([("any", list([a]))], [("any", list([inner("a", "y", "?")]))]),
        good()
    );
}

#[test]
fn rule_20_nested_attributes_have_the_places_of_the_configuration() {
    let (a, b) = (inner("a", "", ""), inner("b", "", ""));
    let filled = inner("a", "x", "?");
    assert_eq!(
        created([("list", list([a.clone()]))], [("list", list([filled.clone()]))]),
        good()
    );
    assert_eq!(
        created([("list", list([a.clone()]))], [("list", list([a.clone(), b.clone()]))]),
        one(20, "list")
    );
    assert_eq!(
        created([("list", list([a.clone()]))], [("list", list([b.clone()]))]),
        one(16, "list[0].key")
    );
    let map = |key: &str, element: &Value| Value::map([(key, element.clone())]);
    assert_eq!(created([("map", map("k", &a))], [("map", map("k", &filled))]), good());
    assert_eq!(
        created([("map", map("k", &a))], [("map", map("l", &a))]),
        one(20, "map")
    );
    assert_eq!(
        created([("set", list([a.clone()]))], [("set", list([filled.clone()]))]),
        good()
    );
    assert_eq!(
        created([("set", list([a.clone()]))], [("set", list([b]))]),
        one(20, "set")
    );
    assert_eq!(created([("single", a)], [("single", filled)]), good());
}

#[test]
fn rule_23_write_only_values_are_not_planned() {
    assert_eq!(created([("secret_wo", text("s"))], []), good());
    assert_eq!(
        created([("secret_wo", text("s"))], [("secret_wo", text("s"))]),
        one(23, "secret_wo")
    );
    assert_eq!(
        created([("secret_wo", text("s"))], [("secret_wo", text("?"))]),
        one(23, "secret_wo")
    );
}
