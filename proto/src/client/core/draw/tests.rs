//! What is drawn of a shape with choices.

use std::collections::BTreeMap;

use super::Draw;
use crate::client::core::shape::{AttributeShape, BlockShape, Content, Nesting, Shape};
use crate::value::{Type, Value};

const SEEDS: u64 = 300;

fn attribute(name: &str) -> AttributeShape {
    AttributeShape {
        name: name.to_owned(),
        content: Content::Plain(Type::String),
        required: false,
        optional: true,
        computed: false,
        write_only: name.ends_with("_wo"),
        sensitive: false,
    }
}

fn block(name: &str, nesting: Nesting) -> BlockShape {
    BlockShape {
        name: name.to_owned(),
        nesting,
        min: 0,
        max: 0,
        computed: false,
        shape: Shape {
            attributes: vec![attribute("inner")],
            blocks: Vec::new(),
        },
    }
}

/// Two attributes and two blocks.
fn shape() -> Shape {
    Shape {
        attributes: vec![attribute("stack"), attribute("endpoint"), attribute("token_wo")],
        blocks: vec![block("http", Nesting::Single), block("tag", Nesting::List)],
    }
}

/// The names of what is there.
fn there(object: &Value, among: &[&'static str]) -> Vec<&'static str> {
    let Value::Map(members) = object else {
        panic!("no object: {object:?}")
    };
    let empty = |value: &Value| matches!(value, Value::Null) || matches!(value, Value::List(all) if all.is_empty());
    let mut names = among.to_vec();
    names.retain(|&name| !empty(&members[name]));
    names
}

/// How often what was drawn had these names, by the names.
fn counted(
    draw: impl Fn(u64) -> Draw,
    among: &[&'static str],
    one: impl Fn(&mut Draw) -> Value,
) -> BTreeMap<Vec<&'static str>, u64> {
    let mut counted = BTreeMap::new();
    for seed in 0..SEEDS {
        *counted.entry(there(&one(&mut draw(seed)), among)).or_default() += 1;
    }
    counted
}

#[test]
fn a_state_has_exactly_one() {
    for names in [["stack", "endpoint"], ["http", "tag"], ["stack", "http"]] {
        let draw = |seed| Draw::new(seed).one_of(&names);
        let found = counted(draw, &names, |draw| draw.state(&shape()));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.keys().all(|names| names.len() == 1), "{found:?}");
    }
}

#[test]
fn a_configuration_mostly_has_exactly_one() {
    for names in [["stack", "endpoint"], ["http", "tag"], ["stack", "http"]] {
        let draw = |seed| Draw::new(seed).one_of(&names);
        let found = counted(draw, &names, |draw| draw.config(&shape()));
        let other: u64 = found.iter().filter(|(names, _)| names.len() != 1).map(|(_, n)| n).sum();
        assert!((1..SEEDS / 10).contains(&other), "{found:?}");
    }
}

#[test]
fn a_change_keeps_to_one() {
    let names = ["stack", "endpoint"];
    let draw = |seed| Draw::new(seed).one_of(&names);
    let (mut other, mut changed) = (0, 0);
    for seed in 0..SEEDS {
        let mut draw = draw(seed);
        let before = draw.state(&shape());
        let after = draw.changed(&shape(), &before);
        other += u64::from(there(&after, &names).len() != 1);
        changed += u64::from(there(&after, &names) != there(&before, &names));
    }
    assert_eq!(other, 0);
    assert!((1..SEEDS / 5).contains(&changed), "{changed}");
}

#[test]
fn a_name_that_is_given_several_times_is_drawn_more_often() {
    let draw = |seed| Draw::new(seed).one_of(&["stack", "stack", "stack", "endpoint"]);
    let found = counted(draw, &["stack", "endpoint"], |draw| draw.state(&shape()));
    assert!(found[&vec!["stack"]] > 2 * found[&vec!["endpoint"]], "{found:?}");
}

#[test]
fn an_object_without_all_of_the_names_is_drawn_as_ever() {
    let without = |seed| Draw::new(seed);
    let with = |seed| Draw::new(seed).one_of(&["stack", "elsewhere"]);
    let names = ["stack", "endpoint"];
    let config = |draw: &mut Draw| draw.config(&shape());
    assert_eq!(counted(with, &names, config), counted(without, &names, config));
}

#[test]
fn write_only_attributes_can_be_forgone() {
    let set = |draw: fn(u64) -> Draw| {
        let found = counted(draw, &["token_wo"], |draw| draw.config(&shape()));
        found.get(&vec!["token_wo"]).copied().unwrap_or_default()
    };
    assert!(set(Draw::new) > SEEDS / 3);
    let few = set(|seed| Draw::new(seed).forgo_write_only());
    assert!((1..SEEDS / 8).contains(&few), "{few}");
}

#[test]
fn a_block_that_demands_a_write_only_attribute_is_forgone_with_it() {
    let mut shape = shape();
    let mut secret = attribute("secret_wo");
    (secret.required, secret.optional) = (true, false);
    shape.blocks[0].shape.attributes.push(secret);
    let config = |draw: &mut Draw| draw.config(&shape);
    let few = counted(|seed| Draw::new(seed).forgo_write_only(), &["http"], config);
    assert!((1..SEEDS / 8).contains(&few[&vec!["http"]]), "{few:?}");
    let draw = |seed| Draw::new(seed).one_of(&["http", "tag"]).forgo_write_only();
    let other = counted(draw, &["http", "tag"], config);
    assert!(other[&vec!["tag"]] > SEEDS * 9 / 10, "{other:?}");
}

#[test]
fn a_suggestion_is_taken_where_its_type_fits() {
    let suggested = |seed: u64| Draw::new(seed).only("stack", [Value::from(7), Value::from("a")]);
    for seed in 0..SEEDS {
        let Value::Map(members) = suggested(seed).state(&shape()) else {
            panic!("no object")
        };
        assert!(
            [Value::Null, Value::from("a")].contains(&members["stack"]),
            "{members:?}"
        );
    }
}
