//! Which results core would refuse after their plan.

use super::sample::*;
use crate::server::rules::compatible::check;
use crate::value::{Refinement, Type, Value};

fn compared(name: &str, planned: Value, actual: Value) -> Vec<(u8, String)> {
    found(&check(
        &sample([(name, planned)]),
        &sample([(name, actual)]),
        &schema().implied_type(),
    ))
}

fn good() -> Vec<(u8, String)> {
    Vec::new()
}

#[test]
fn rule_27_known_values_come_back() {
    assert_eq!(compared("plain", text("a"), text("a")), good());
    assert_eq!(compared("plain", text("a"), text("b")), one(27, "plain"));
    assert_eq!(compared("plain", text("a"), Value::Null), one(27, "plain"));
    assert_eq!(compared("plain", Value::Null, text("a")), one(27, "plain"));
    assert_eq!(compared("made", Value::unknown(), text("a")), good());
    assert_eq!(compared("made", Value::unknown(), Value::Null), good());
}

#[test]
fn rule_27_numbers_are_compared_by_their_value() {
    let ty = Type::Number;
    let number = |text: &str| Value::Number(text.parse().unwrap());
    assert!(check(&number("1.0"), &number("1"), &ty).is_empty());
    assert_eq!(
        found(&check(&number("0.1"), &number("0.1000000000000000055"), &ty)),
        one(27, "")
    );
}

#[test]
fn rule_13_what_was_promised_of_an_unknown_holds() {
    let promise = || Value::Unknown(Refinement::not_null());
    assert_eq!(compared("made", promise(), text("a")), good());
    assert_eq!(compared("made", promise(), Value::Null), one(13, "made"));
    let prefix = || Value::Unknown(Refinement::none().with_prefix("https://"));
    assert_eq!(compared("made", prefix(), text("https://x")), good());
    assert_eq!(compared("made", prefix(), text("http://x")), one(13, "made"));
}

#[test]
fn rule_27_lists_and_maps_element_by_element() {
    let planned = || list([inner("a", "x", "?"), inner("b", "x", "?")]);
    assert_eq!(
        compared("many", planned(), list([inner("a", "x", "1"), inner("b", "x", "2")])),
        good()
    );
    assert_eq!(
        compared("many", planned(), list([inner("a", "x", "1"), inner("c", "x", "2")])),
        one(27, "many[1].key")
    );
    assert_eq!(
        compared("many", planned(), list([inner("a", "x", "1")])),
        one(27, "many")
    );
    let map = |key: &str, id: &str| Value::map([(key, inner("a", "x", id))]);
    assert_eq!(compared("map", map("k", "?"), map("k", "1")), good());
    assert_eq!(
        compared("map", map("k", "?"), map("l", "1")),
        [(27, "map[\"k\"]".to_owned()), (27, "map[\"l\"]".to_owned())]
    );
    assert_eq!(compared("one", inner("a", "x", "?"), Value::Null), one(27, "one"));
}

#[test]
fn rule_27_sets_without_order() {
    let planned = || list([inner("a", "x", "?"), inner("b", "x", "?")]);
    assert_eq!(
        compared("any", planned(), list([inner("b", "x", "2"), inner("a", "x", "1")])),
        good()
    );
    assert_eq!(compared("any", planned(), list([inner("a", "x", "1")])), one(27, "any"));
    let more = list([inner("a", "x", "1"), inner("b", "x", "2"), inner("c", "x", "3")]);
    assert_eq!(compared("any", planned(), more), one(27, "any"));
}

#[test]
fn dynamic_values_have_the_planned_type() {
    let dynamic = |ty: Type, value: Value| Value::Dynamic(Box::new(ty), Box::new(value));
    let compare = |planned: &Value, actual: &Value| found(&check(planned, actual, &Type::Dynamic));
    assert_eq!(
        compare(&dynamic(Type::String, text("a")), &dynamic(Type::String, text("a"))),
        good()
    );
    assert_eq!(
        compare(&dynamic(Type::String, text("a")), &dynamic(Type::String, text("b"))),
        one(27, "")
    );
    assert_eq!(
        compare(
            &dynamic(Type::String, text("1")),
            &dynamic(Type::Number, Value::from(1))
        ),
        one(27, "")
    );
    assert_eq!(
        compare(&Value::unknown(), &dynamic(Type::Number, Value::from(1))),
        good()
    );
}
