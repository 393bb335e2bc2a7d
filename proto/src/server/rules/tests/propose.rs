//! What is planned without the resource's own say, in collections of objects.

use super::sample::*;
use crate::server::rules::plan_valid;
use crate::server::rules::propose::{propose, propose_unasked, with_defaults};
use crate::server::rules::settle::settle;
use crate::value::{Path, Value};

fn proposed(name: &str, config: Value, prior: Option<Value>) -> Value {
    let (config, prior) = (sample([(name, config)]), prior.map(|prior| sample([(name, prior)])));
    let proposed = propose(&schema(), &config, prior.as_ref());
    assert_eq!(
        found(&plan_valid::check(&schema(), prior.as_ref(), &config, &proposed)),
        [],
        "core accepts it"
    );
    proposed.at(&Path::root().attribute(name)).unwrap().clone()
}

#[test]
fn rule_25_lists_go_by_place() {
    let config = || list([inner("a", "", ""), inner("c", "y", ""), inner("d", "", "")]);
    let prior = list([inner("a", "x", "1"), inner("b", "x", "2")]);
    let expected = list([inner("a", "x", "1"), inner("c", "y", "2"), inner("d", "x", "?")]);
    assert_eq!(proposed("list", config(), Some(prior.clone())), expected);
    assert_eq!(proposed("many", config(), Some(prior)), expected);
}

#[test]
fn rule_25_maps_go_by_key() {
    let config = Value::map([("k", inner("a", "", "")), ("l", inner("b", "", ""))]);
    let prior = Value::map([("l", inner("x", "y", "1")), ("m", inner("z", "x", "2"))]);
    let expected = Value::map([("k", inner("a", "x", "?")), ("l", inner("b", "x", "1"))]);
    assert_eq!(proposed("map", config, Some(prior)), expected);
}

#[test]
fn rule_25_sets_go_by_what_the_user_wrote() {
    let config = || list([inner("b", "", ""), inner("a", "", ""), inner("a", "y", "")]);
    let prior = list([inner("a", "x", "1"), inner("b", "x", "2"), inner("c", "x", "3")]);
    let expected = list([inner("b", "x", "2"), inner("a", "x", "1"), inner("a", "y", "?")]);
    assert_eq!(proposed("any", config(), Some(prior.clone())), expected);
    assert_eq!(proposed("set", config(), Some(prior)), expected);
}

#[test]
fn rule_25_single_objects_keep_what_is_computed() {
    assert_eq!(
        proposed("one", inner("b", "", ""), Some(inner("a", "x", "1"))),
        inner("b", "x", "1")
    );
    assert_eq!(
        proposed("one", inner("b", "", ""), Some(Value::Null)),
        inner("b", "x", "?")
    );
    assert_eq!(
        proposed("single", Value::Null, Some(inner("a", "x", "1"))),
        inner("a", "x", "1")
    );
    assert_eq!(proposed("single", Value::Null, None), Value::unknown());
    assert_eq!(proposed("both", Value::Null, Some(text("before"))), text("before"));
    assert_eq!(proposed("plain", Value::Null, Some(text("before"))), Value::Null);
}

#[test]
fn elements_of_a_set_that_differ_in_a_default_only_keep_their_own() {
    let prior = list([inner("a", "y", "1"), inner("a", "x", "2")]);
    let config = list([inner("a", "", ""), inner("a", "y", "")]);
    let expected = list([inner("a", "x", "2"), inner("a", "y", "1")]);
    assert_eq!(proposed("any", config, Some(prior)), expected);
    // Another default than when it was made.
    let older = list([inner("a", "z", "3")]);
    assert_eq!(
        proposed("any", list([inner("a", "", "")]), Some(older)),
        list([inner("a", "x", "3")])
    );
}

#[test]
fn of_a_resource_that_cannot_be_asked_nothing_computed_is_promised() {
    let config = sample([("many", Value::unknown()), ("one", inner("a", "", ""))]);
    let prior = sample([("made", text("m")), ("both", text("b")), ("one", inner("a", "x", "1"))]);
    let proposed = propose_unasked(&schema(), &config, Some(&prior));
    let at = |path: Path| proposed.at(&path).cloned().unwrap();
    assert!(at(Path::root().attribute("made")).is_unknown() && at(Path::root().attribute("both")).is_unknown());
    assert_eq!(at(Path::root().attribute("one")), inner("a", "x", "?"));
    assert_eq!(
        found(&plan_valid::check(&schema(), Some(&prior), &config, &proposed)),
        []
    );
}

#[test]
fn defaults_go_into_what_is_used_and_not_stored() {
    let config = sample([("many", list([inner("a", "", "")])), ("one", Value::Null)]);
    let expected = sample([("many", list([inner("a", "x", "")])), ("one", Value::Null)]);
    assert_eq!(with_defaults(&schema(), config), expected);
}

#[test]
fn settling_puts_the_configuration_back_in_every_nesting() {
    let a = inner("a", "", "");
    for (name, config, answer, expected) in [
        (
            "list",
            list([a.clone()]),
            list([inner("b", "y", "1")]),
            list([inner("a", "y", "1")]),
        ),
        (
            "list",
            list([a.clone()]),
            Value::unknown(),
            list([inner("a", "x", "?")]),
        ),
        ("list", list([a.clone()]), list([]), list([inner("a", "x", "?")])),
        (
            "map",
            Value::map([("k", a.clone())]),
            Value::Null,
            Value::map([("k", inner("a", "x", "?"))]),
        ),
        (
            "map",
            Value::map([("k", a.clone())]),
            Value::map([("k", inner("b", "y", "1"))]),
            Value::map([("k", inner("a", "y", "1"))]),
        ),
        (
            "set",
            list([a.clone()]),
            list([inner("a", "y", "1")]),
            list([inner("a", "y", "1")]),
        ),
        ("single", a.clone(), inner("b", "y", "1"), inner("a", "y", "1")),
        ("secret_wo", text("s"), text("s"), Value::Null),
        ("plain", text("?"), text("a"), text("?")),
        ("many", Value::unknown(), list([]), Value::unknown()),
    ] {
        let config = sample([(name, config)]);
        let proposed = propose(&schema(), &config, None);
        let settled = settle(&schema(), &config, &proposed, sample([(name, answer)]));
        assert_eq!(settled.at(&Path::root().attribute(name)), Some(&expected), "{name}");
        assert_eq!(
            found(&plan_valid::check(&schema(), None, &config, &settled)),
            [],
            "{name}"
        );
    }
}
