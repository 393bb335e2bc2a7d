//! Which schemas core refuses (protocol rules 1 to 9).

use super::sample::*;
use crate::client::core::{FunctionShape, Shape};
use crate::protocol::function::{Parameter, Return};
use crate::protocol::resource_identity_schema::IdentityAttribute;
use crate::protocol::schema::{Attribute, NestedBlock, nested_block, object};
use crate::protocol::{Function, ResourceIdentitySchema, Schema};
use crate::value::Type;

fn refused(schema: &Schema) -> Vec<(u8, String)> {
    found(&Shape::read(schema).err().unwrap_or_default())
}

fn with(attribute: Attribute) -> Vec<(u8, String)> {
    refused(&schema(vec![attribute], Vec::new()))
}

fn with_block(block: NestedBlock) -> Vec<(u8, String)> {
    refused(&schema(vec![attribute("a", &Type::String, "o")], vec![block]))
}

#[test]
fn rule_1_an_attribute_has_one_mode() {
    for flags in ["r", "o", "c", "oc"] {
        assert_eq!(with(attribute("a", &Type::String, flags)), good());
    }
    for flags in ["", "ro", "rc", "roc"] {
        assert_eq!(with(attribute("a", &Type::String, flags)), one(1, "a"));
    }
}

#[test]
fn rule_2_an_attribute_has_a_type_or_attributes() {
    let both = Attribute {
        r#type: Type::String.to_json().into(),
        ..nested("a", object::NestingMode::Single, "o", inner())
    };
    assert_eq!(with(both), one(2, "a"));
    let neither = Attribute {
        r#type: bytes::Bytes::new(),
        ..attribute("a", &Type::String, "o")
    };
    assert_eq!(with(neither), one(2, "a"));
    let nonsense = Attribute {
        r#type: "text".into(),
        ..attribute("a", &Type::String, "o")
    };
    assert_eq!(with(nonsense), one(2, "a"));
}

#[test]
fn rule_3_names_are_good_and_occur_once() {
    use nested_block::NestingMode::List;
    assert_eq!(with_block(block("b_1", List, inner())), good());
    assert_eq!(with_block(block("B", List, inner())), one(3, "B"));
    assert_eq!(with_block(block("a", List, inner())), one(3, "a"));
}

#[test]
fn rule_4_bounds_fit_the_nesting() {
    use nested_block::NestingMode;
    let bounds = |nesting, min_items, max_items| {
        with_block(NestedBlock {
            min_items,
            max_items,
            ..block("b", nesting, inner())
        })
    };
    assert_eq!(bounds(NestingMode::Single, 1, 1), good());
    assert_eq!(bounds(NestingMode::Single, 0, 1), one(4, "b"));
    assert_eq!(bounds(NestingMode::List, 1, 0), good());
    assert_eq!(bounds(NestingMode::Set, 3, 2), one(4, "b"));
    assert_eq!(bounds(NestingMode::Map, 0, 1), one(4, "b"));
    assert_eq!(bounds(NestingMode::Invalid, 0, 0), one(4, "b"));
}

#[test]
fn rule_5_sets_hold_neither_dynamic_nor_write_only() {
    let dynamic = || vec![attribute("x", &Type::Dynamic, "o")];
    let write_only = || vec![attribute("x", &Type::String, "ow")];
    let set = object::NestingMode::Set;
    assert_eq!(with(nested("a", set, "o", dynamic())), one(5, "a"));
    assert_eq!(with(nested("a", set, "o", write_only())), one(5, "a.x"));
    assert_eq!(with(nested("a", object::NestingMode::List, "o", write_only())), good());
    assert_eq!(
        with_block(block("b", nested_block::NestingMode::Set, dynamic())),
        one(5, "b")
    );
    assert_eq!(
        with_block(block("b", nested_block::NestingMode::Single, dynamic())),
        good()
    );
}

#[test]
fn rule_6_versions_deprecations_and_computed_blocks() {
    let message = |deprecated| {
        with(Attribute {
            deprecated,
            deprecation_message: "Use b.".to_owned(),
            ..attribute("a", &Type::String, "o")
        })
    };
    assert_eq!(message(true), good());
    assert_eq!(message(false), one(6, "a"));
    let old = Schema {
        version: -1,
        ..schema(Vec::new(), Vec::new())
    };
    assert_eq!(refused(&old), one(6, ""));
    let computed = |nesting, min_items, flags, inner: Vec<NestedBlock>| {
        let mut one = block("b", nesting, vec![attribute("x", &Type::String, flags)]);
        one.min_items = min_items;
        let block = one.block.as_mut().unwrap();
        block.computed = true;
        block.block_types = inner;
        with_block(one)
    };
    let list = nested_block::NestingMode::List;
    assert_eq!(computed(list, 0, "c", Vec::new()), good());
    assert_eq!(computed(list, 0, "oc", Vec::new()), good());
    assert_eq!(computed(list, 0, "o", Vec::new()), one(6, "b"));
    assert_eq!(computed(list, 1, "c", Vec::new()), one(6, "b"));
    assert_eq!(
        computed(nested_block::NestingMode::Group, 0, "c", Vec::new()),
        one(6, "b")
    );
    let mut inner = block("i", list, vec![attribute("y", &Type::String, "c")]);
    assert_eq!(computed(list, 0, "c", vec![inner.clone()]), one(6, "b"));
    inner.block.as_mut().unwrap().computed = true;
    assert_eq!(computed(list, 0, "c", vec![inner]), good());
}

#[test]
fn rule_7_an_identity_is_of_primitives() {
    let refused = |ty: Type, required_for_import, optional_for_import| {
        let schema = ResourceIdentitySchema {
            version: 0,
            identity_attributes: vec![IdentityAttribute {
                name: "a".to_owned(),
                r#type: ty.to_json().into(),
                required_for_import,
                optional_for_import,
                ..IdentityAttribute::default()
            }],
        };
        found(&Shape::read_identity(&schema).err().unwrap_or_default())
    };
    assert_eq!(refused(Type::String, true, false), good());
    assert_eq!(refused(Type::list(Type::Number), false, true), good());
    assert_eq!(refused(Type::map(Type::String), true, false), one(7, "a"));
    assert_eq!(refused(Type::String, false, false), one(7, "a"));
    assert_eq!(refused(Type::String, true, true), one(7, "a"));
}

#[test]
fn rule_8_functions_have_good_names_and_a_result() {
    let refused = |names: [&str; 2], result: bool| {
        let parameter = |name: &str| Parameter {
            name: name.to_owned(),
            r#type: Type::String.to_json().into(),
            ..Parameter::default()
        };
        let function = Function {
            parameters: vec![parameter(names[0])],
            variadic_parameter: Some(parameter(names[1])),
            r#return: result.then(|| Return {
                r#type: Type::Number.to_json().into(),
            }),
            ..Function::default()
        };
        found(&FunctionShape::read(&function).err().unwrap_or_default())
    };
    assert_eq!(refused(["a", "b"], true), good());
    assert_eq!(refused(["a", "a"], true), one(8, "a"));
    assert_eq!(refused(["1", "b"], true), one(8, "1"));
    assert_eq!(refused(["a", "b"], false), one(8, ""));
}

#[test]
fn rule_9_write_only_is_the_users() {
    assert_eq!(with(attribute("a", &Type::String, "rw")), good());
    assert_eq!(with(attribute("a", &Type::String, "ocw")), one(9, "a"));
}
