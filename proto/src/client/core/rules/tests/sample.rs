//! A wire schema with every nesting, and short ways to write it and its values.

use crate::client::core::{Shape, Violation};
use crate::protocol::schema::{self, nested_block, object};
use crate::protocol::{DynamicValue, Schema};
use crate::value::{Type, Value};

/// An attribute; of the letters of `flags`, r is required, o optional, c computed and w write-only.
pub(super) fn attribute(name: &str, ty: &Type, flags: &str) -> schema::Attribute {
    schema::Attribute {
        name: name.to_owned(),
        r#type: ty.to_json().into(),
        required: flags.contains('r'),
        optional: flags.contains('o'),
        computed: flags.contains('c'),
        write_only: flags.contains('w'),
        ..schema::Attribute::default()
    }
}

/// Nested attributes.
pub(super) fn nested(
    name: &str,
    nesting: object::NestingMode,
    flags: &str,
    attributes: Vec<schema::Attribute>,
) -> schema::Attribute {
    schema::Attribute {
        r#type: bytes::Bytes::new(),
        nested_type: Some(schema::Object {
            attributes,
            nesting: nesting.into(),
            ..schema::Object::default()
        }),
        ..attribute(name, &Type::String, flags)
    }
}

/// A nested block.
pub(super) fn block(
    name: &str,
    nesting: nested_block::NestingMode,
    attributes: Vec<schema::Attribute>,
) -> schema::NestedBlock {
    schema::NestedBlock {
        type_name: name.to_owned(),
        block: Some(schema::Block {
            attributes,
            ..schema::Block::default()
        }),
        nesting: nesting.into(),
        ..schema::NestedBlock::default()
    }
}

pub(super) fn schema(attributes: Vec<schema::Attribute>, block_types: Vec<schema::NestedBlock>) -> Schema {
    Schema {
        version: 0,
        block: Some(schema::Block {
            attributes,
            block_types,
            ..schema::Block::default()
        }),
    }
}

/// What stands in each nested object.
pub(super) fn inner() -> Vec<schema::Attribute> {
    vec![
        attribute("key", &Type::String, "r"),
        attribute("kind", &Type::String, "oc"),
        attribute("id", &Type::String, "c"),
    ]
}

pub(super) fn shape() -> Shape {
    use nested_block::NestingMode as Block;
    use object::NestingMode as Object;
    let attributes = vec![
        attribute("plain", &Type::String, "o"),
        attribute("both", &Type::String, "oc"),
        attribute("made", &Type::String, "c"),
        attribute("number", &Type::Number, "o"),
        attribute("any", &Type::Dynamic, "oc"),
        attribute("texts", &Type::list(Type::String), "oc"),
        attribute("bag", &Type::set(Type::String), "oc"),
        attribute("secret", &Type::String, "ow"),
        nested("single", Object::Single, "oc", inner()),
        nested("list", Object::List, "o", inner()),
        nested("set", Object::Set, "o", inner()),
        nested("map", Object::Map, "o", inner()),
    ];
    let blocks = vec![
        block("one", Block::Single, inner()),
        block("group", Block::Group, inner()),
        block("many", Block::List, inner()),
        block("sack", Block::Set, inner()),
        block("named", Block::Map, inner()),
    ];
    Shape::read(&schema(attributes, blocks)).unwrap()
}

/// A text; the empty one is null, `?` unknown.
pub(super) fn text(text: &str) -> Value {
    match text {
        "" => Value::Null,
        "?" => Value::unknown(),
        text => Value::from(text),
    }
}

/// A nested object.
pub(super) fn item(key: &str, kind: &str, id: &str) -> Value {
    Value::map([("key", text(key)), ("kind", text(kind)), ("id", text(id))])
}

pub(super) fn list<const N: usize>(elements: [Value; N]) -> Value {
    Value::List(elements.into())
}

pub(super) fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::map(members)
}

/// An object with these members, and nothing else written.
pub(super) fn sample<const N: usize>(members: [(&str, Value); N]) -> Value {
    let Value::Map(mut all) = Value::null_of(&shape().ty()) else {
        panic!("an object")
    };
    for name in ["many", "sack"] {
        all.insert(name.to_owned(), list([]));
    }
    all.insert("named".to_owned(), map([]));
    all.insert("group".to_owned(), item("", "", ""));
    for (name, member) in members {
        assert!(all.insert(name.to_owned(), member).is_some(), "{name}");
    }
    Value::Map(all)
}

/// The value as it is answered.
pub(super) fn sent(value: &Value, ty: &Type) -> DynamicValue {
    DynamicValue {
        msgpack: value.encode_msgpack(ty).unwrap().into(),
        ..DynamicValue::default()
    }
}

/// Rule and place of each violation.
pub(super) fn found(violations: &[Violation]) -> Vec<(u8, String)> {
    violations
        .iter()
        .map(|violation| (violation.rule, violation.path.to_string()))
        .collect()
}

pub(super) fn good() -> Vec<(u8, String)> {
    Vec::new()
}

pub(super) fn one(rule: u8, path: &str) -> Vec<(u8, String)> {
    vec![(rule, path.to_owned())]
}
