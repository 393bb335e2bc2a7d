//! Computed blocks, from the schema to the plan (protocol 6.11).

use super::sample::*;
use crate::client::core::Shape;
use crate::client::core::rules::computed::prepared;
use crate::client::core::rules::{plan_valid, proposed_new};
use crate::protocol::schema::nested_block::NestingMode;
use crate::value::{Type, Value};

/// A computed block of that nesting, beside one that is not.
fn shape(nesting: NestingMode) -> Shape {
    let mut computed = block("filled", nesting, vec![attribute("key", &Type::String, "oc")]);
    computed.block.as_mut().unwrap().computed = true;
    let plain = block("plain", NestingMode::List, vec![attribute("key", &Type::String, "o")]);
    Shape::read(&schema(Vec::new(), vec![computed, plain])).unwrap()
}

fn object(filled: Value) -> Value {
    map([("filled", filled), ("plain", list([]))])
}

fn key(text_of_it: &str) -> Value {
    map([("key", text(text_of_it))])
}

#[test]
fn what_nobody_wrote_is_null_in_a_plan() {
    for (nesting, none) in [
        (NestingMode::List, list([])),
        (NestingMode::Set, list([])),
        (NestingMode::Map, map([])),
        (NestingMode::Single, Value::Null),
    ] {
        assert_eq!(
            prepared(&shape(nesting), &object(none)),
            object(Value::Null),
            "{nesting:?}"
        );
    }
    let list_shape = shape(NestingMode::List);
    for written in [list([key("a")]), Value::unknown()] {
        assert_eq!(prepared(&list_shape, &object(written.clone())), object(written));
    }
}

#[test]
fn a_provider_fills_only_what_nobody_wrote() {
    let shape = shape(NestingMode::List);
    let check = |config: Value, planned: Value| {
        let config = prepared(&shape, &object(config));
        found(&plan_valid::check(&shape, &Value::Null, &config, &object(planned)))
    };
    assert_eq!(check(list([]), list([key("made")])), good());
    assert_eq!(check(list([]), Value::unknown()), good());
    assert_eq!(check(list([]), list([])), good());
    assert_eq!(check(list([]), Value::Null), one(19, "filled"));
    assert_eq!(check(list([key("a")]), list([key("a")])), good());
    assert_eq!(check(list([key("a")]), list([key("a"), key("b")])), one(19, "filled"));
    assert_eq!(check(list([key("a")]), Value::unknown()), one(19, "filled"));
    // The other block is as it always was.
    let plain = map([("filled", list([])), ("plain", list([key("a")]))]);
    let config = prepared(&shape, &object(list([])));
    assert_eq!(
        found(&plan_valid::check(&shape, &Value::Null, &config, &plain)),
        one(19, "plain")
    );
}

#[test]
fn core_proposes_nothing_for_what_nobody_wrote() {
    let shape = shape(NestingMode::List);
    let config = prepared(&shape, &object(list([])));
    let prior = object(list([key("made")]));
    assert_eq!(proposed_new(&shape, &prior, &config), object(Value::Null));
}
