//! Each rule for schemas with what breaks it.

use super::*;
use crate::schema::NestedObject;
use crate::value::Value;

fn plain(name: &str, mode: Mode) -> Attribute {
    Attribute::new(name, mode, AttributeKind::Plain(Type::String))
}

fn check(subject: Subject, block: Block) -> Vec<(u8, String)> {
    check_schema("test_thing", subject, &Schema { version: 0, block })
        .into_iter()
        .map(|error| (error.fault.rule(), error.path.to_string()))
        .collect()
}

fn one(attribute: Attribute) -> Block {
    Block::default().attribute(attribute)
}

fn nested(name: &str, nesting: BlockNesting, min: u32, max: u32, block: Block) -> NestedBlock {
    NestedBlock {
        name: name.to_owned(),
        nesting,
        min,
        max,
        block,
    }
}

fn found(rule: u8, path: &str) -> Vec<(u8, String)> {
    vec![(rule, path.to_owned())]
}

#[test]
fn a_good_schema_has_no_fault() {
    let block = one(plain("name", Mode::Required)).attribute(plain("token_wo", Mode::Optional).write_only());
    assert!(check(Subject::Resource, block).is_empty());
}

#[test]
fn rule_2_nested_attributes_have_no_blocks() {
    let inner = Block::default().block(nested("b", BlockNesting::List, 0, 0, Block::default()));
    let kind = AttributeKind::Nested(NestedObject {
        nesting: ObjectNesting::Single,
        block: inner,
    });
    assert_eq!(
        check(Subject::Resource, one(Attribute::new("a", Mode::Optional, kind))),
        found(2, "a")
    );
}

#[test]
fn rule_3_names() {
    for bad in ["", "Name", "1a", "_a", "a-b", "ä"] {
        assert_eq!(
            check(Subject::Resource, one(plain(bad, Mode::Optional))),
            found(3, bad),
            "{bad:?}"
        );
    }
    for reserved in RESERVED {
        assert_eq!(
            check(Subject::DataSource, one(plain(reserved, Mode::Optional))),
            found(3, reserved)
        );
    }
    assert!(check(Subject::Resource, one(plain("version", Mode::Optional))).is_empty());
    assert_eq!(
        check(Subject::Provider, one(plain("version", Mode::Optional))),
        found(3, "version")
    );
    let twice = one(plain("a", Mode::Optional)).block(nested("a", BlockNesting::List, 0, 0, Block::default()));
    assert_eq!(check(Subject::Resource, twice), found(3, "a"));
    let below = one(plain("count", Mode::Optional));
    let block = Block::default().block(nested("b", BlockNesting::List, 0, 0, below));
    assert!(
        check(Subject::Resource, block).is_empty(),
        "names are reserved at the top only"
    );
}

#[test]
fn rule_4_bounds() {
    let bounds = |nesting, min, max| {
        check(
            Subject::Resource,
            Block::default().block(nested("b", nesting, min, max, Block::default())),
        )
    };
    assert_eq!(bounds(BlockNesting::Single, 0, 1), found(4, "b"));
    assert_eq!(bounds(BlockNesting::Single, 2, 2), found(4, "b"));
    assert_eq!(bounds(BlockNesting::List, 2, 1), found(4, "b"));
    assert!(bounds(BlockNesting::Single, 1, 1).is_empty() && bounds(BlockNesting::Set, 2, 0).is_empty());
}

#[test]
fn rule_5_sets_hold_neither_dynamic_nor_write_only() {
    let dynamic = Attribute::new("a", Mode::Optional, AttributeKind::Plain(Type::Dynamic));
    let set = |attribute| Block::default().block(nested("s", BlockNesting::Set, 0, 0, one(attribute)));
    assert_eq!(check(Subject::Resource, set(dynamic.clone())), found(5, "s.a"));
    assert_eq!(
        check(Subject::Resource, set(plain("a", Mode::Optional).write_only())),
        found(5, "s.a")
    );
    let kind = AttributeKind::Nested(NestedObject {
        nesting: ObjectNesting::Set,
        block: one(dynamic),
    });
    assert_eq!(
        check(Subject::Resource, one(Attribute::new("n", Mode::Optional, kind))),
        found(5, "n.a")
    );
    let plain_set = AttributeKind::Plain(Type::set(Type::Dynamic));
    assert_eq!(
        check(Subject::Resource, one(Attribute::new("a", Mode::Optional, plain_set))),
        found(5, "a")
    );
}

#[test]
fn rule_6_versions() {
    let schema = Schema {
        version: -1,
        block: Block::default(),
    };
    assert_eq!(check_schema("x", Subject::Resource, &schema)[0].fault.rule(), 6);
}

#[test]
fn rule_9_write_only() {
    assert_eq!(
        check(Subject::Resource, one(plain("a", Mode::Computed).write_only())),
        found(9, "a")
    );
    assert_eq!(
        check(Subject::DataSource, one(plain("a", Mode::Optional).write_only())),
        found(9, "a")
    );
    let kind = |attribute| {
        AttributeKind::Nested(NestedObject {
            nesting: ObjectNesting::Single,
            block: one(attribute),
        })
    };
    let stored = Attribute::new("n", Mode::Optional, kind(plain("a", Mode::Optional))).write_only();
    assert_eq!(check(Subject::Resource, one(stored)), found(9, "n.a"));
}

#[test]
fn rule_9_ephemeral_resources_and_actions_have_no_write_only_attributes() {
    for subject in [Subject::EphemeralResource, Subject::Action] {
        let attribute = plain("a", Mode::Optional).write_only();
        assert_eq!(check(subject, one(attribute)), found(9, "a"));
    }
}

#[test]
fn rule_40_an_action_computes_nothing() {
    assert_eq!(check(Subject::Action, one(plain("a", Mode::Computed))), found(40, "a"));
    // A default makes an attribute computed as well, and is of use.
    assert!(check(Subject::Action, one(plain("a", Mode::OptionalComputed))).is_empty());
    assert!(check(Subject::EphemeralResource, one(plain("a", Mode::Computed))).is_empty());
}

#[test]
fn defaults_fit_their_attribute() {
    let wrong_type = plain("a", Mode::OptionalComputed).default_value(Value::from(1));
    assert_eq!(check(Subject::Resource, one(wrong_type)), found(17, "a"));
    let wrong_mode = plain("a", Mode::Optional).default_value(Value::from("x"));
    assert_eq!(check(Subject::Resource, one(wrong_mode)), found(17, "a"));
}

#[test]
fn an_error_names_owner_path_and_rule() {
    let errors = check_schema(
        "test_thing",
        Subject::Resource,
        &Schema {
            version: 0,
            block: one(plain("count", Mode::Optional)),
        },
    );
    assert_eq!(
        errors[0].to_string(),
        "test_thing: count: the name is reserved (protocol rule 3)"
    );
}
