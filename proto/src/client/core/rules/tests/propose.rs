//! What core proposes (protocol rule 25).

use super::sample::*;
use crate::client::core::rules::proposed_new;
use crate::value::Value;

fn proposed(name: &str, prior: Value, config: Value) -> Value {
    let proposed = proposed_new(&shape(), &sample([(name, prior)]), &sample([(name, config)]));
    let Value::Map(members) = proposed else {
        panic!("an object")
    };
    members[name].clone()
}

#[test]
fn attributes_go_by_their_mode() {
    assert_eq!(proposed("plain", text("old"), text("new")), text("new"));
    assert_eq!(proposed("plain", text("old"), text("")), text(""));
    assert_eq!(proposed("both", text("old"), text("new")), text("new"));
    assert_eq!(proposed("both", text("old"), text("")), text("old"));
    assert_eq!(proposed("both", text("old"), text("?")), text("?"));
    assert_eq!(proposed("made", text("old"), text("")), text("old"));
    assert_eq!(proposed("secret", text(""), text("word")), text("word"));
}

#[test]
fn a_new_object_is_the_configuration() {
    let config = sample([
        ("plain", text("a")),
        ("list", list([item("a", "", "")])),
        ("many", list([item("a", "", "")])),
        ("sack", list([item("a", "", "")])),
        ("named", map([("x", item("a", "", ""))])),
        ("one", item("a", "", "")),
    ]);
    assert_eq!(proposed_new(&shape(), &Value::Null, &config), config);
    assert_eq!(proposed_new(&shape(), &Value::Null, &Value::Null), sample([]));
}

#[test]
fn lists_correlate_by_index() {
    for name in ["list", "many"] {
        let prior = list([item("a", "x", "1"), item("b", "x", "2")]);
        let config = list([item("c", "", ""), item("b", "y", ""), item("d", "", "")]);
        let expected = list([item("c", "x", "1"), item("b", "y", "2"), item("d", "", "")]);
        assert_eq!(proposed(name, prior, config), expected);
    }
}

#[test]
fn maps_correlate_by_key() {
    for name in ["map", "named"] {
        let prior = map([("a", item("1", "x", "1")), ("gone", item("2", "x", "2"))]);
        let config = map([("a", item("9", "", "")), ("new", item("2", "", ""))]);
        let expected = map([("a", item("9", "x", "1")), ("new", item("2", "", ""))]);
        assert_eq!(proposed(name, prior, config), expected);
    }
}

#[test]
fn sets_correlate_by_what_the_user_wrote() {
    for name in ["set", "sack"] {
        let prior = || list([item("a", "x", "1"), item("b", "x", "2")]);
        let config = list([item("b", "", ""), item("c", "", "")]);
        let expected = list([item("b", "x", "2"), item("c", "", "")]);
        assert_eq!(proposed(name, prior(), config), expected);
        let changed = list([item("b", "y", "")]);
        assert_eq!(proposed(name, prior(), changed.clone()), changed);
    }
}

#[test]
fn each_prior_element_of_a_set_is_used_once() {
    let prior = list([item("a", "x", "1")]);
    let config = list([item("a", "", ""), item("a", "x", "")]);
    let expected = list([item("a", "x", "1"), item("a", "x", "")]);
    assert_eq!(proposed("sack", prior, config), expected);
}

#[test]
fn what_the_user_must_have_written_does_not_stay() {
    assert_eq!(proposed("single", item("a", "x", "1"), Value::Null), Value::Null);
    assert_eq!(proposed("single", item("", "x", "1"), Value::Null), item("", "x", "1"));
    assert_eq!(
        proposed("single", item("a", "x", "1"), item("b", "", "")),
        item("b", "x", "1")
    );
}

#[test]
fn blocks_go_by_the_configuration() {
    assert_eq!(proposed("one", item("a", "x", "1"), Value::Null), Value::Null);
    assert_eq!(
        proposed("one", item("a", "x", "1"), item("a", "", "")),
        item("a", "x", "1")
    );
    assert_eq!(
        proposed("many", list([item("a", "x", "1")]), Value::unknown()),
        Value::unknown()
    );
    assert_eq!(
        proposed("group", item("a", "x", "1"), item("", "", "")),
        item("", "x", "1")
    );
}

#[test]
fn an_unknown_element_is_unknown_inside() {
    let config = list([Value::unknown()]);
    let expected = list([item("?", "?", "?")]);
    assert_eq!(proposed("list", list([item("a", "x", "1")]), config), expected);
}
