//! One model with every feature of the derive: its schema and its codec.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::schema::validators::{length, range};
use tfplugin::schema::{AttributeKind, BlockNesting, Mode, ObjectNesting};
use tfplugin::value::{Number, Path, Type, Value};
use tfplugin::{Field, Model, Secret, one_of};

/// Everything a model
/// can have.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Everything {
    /// A name.
    #[attribute(required, replace, validate = short, validate = length(1..=30))]
    name: Field<String>,
    /// Keep or purge.
    #[attribute(optional, default = "keep", validate = one_of!["keep", "purge"])]
    on_destroy: Field<String>,
    #[attribute(optional, default = 80, validate = range(1..=100))]
    weight: Field<i64>,
    #[attribute(optional)]
    port: Field<u16>,
    #[attribute(optional, computed)]
    ratio: Field<f64>,
    #[attribute(optional, default = true)]
    enabled: Field<bool>,
    #[attribute(optional)]
    exact: Field<Number>,
    #[attribute(optional)]
    password: Field<Secret>,
    #[attribute(optional, write_only)]
    token_wo: Field<Secret>,
    #[attribute(optional, sensitive, deprecated = "use name")]
    r#type: Field<String>,
    #[attribute(optional)]
    list: Field<Vec<String>>,
    #[attribute(optional)]
    set: Field<BTreeSet<String>>,
    #[attribute(computed, keep)]
    map: Field<BTreeMap<String, Vec<String>>>,
    #[attribute(computed)]
    loose: Field<BTreeMap<String, Field<String>>>,
    #[attribute(optional)]
    dynamic: Field<Value>,
    #[attribute(optional)]
    object: Field<Nested>,
    #[attribute(optional)]
    objects: Field<Vec<Nested>>,
    #[attribute(optional)]
    object_set: Field<BTreeSet<Nested>>,
    #[attribute(computed)]
    object_map: Field<BTreeMap<String, Nested>>,
    /// One block.
    #[block]
    single: Option<Nested>,
    #[block(min = 1, max = 3)]
    several: Vec<Nested>,
    #[block(set, deprecated = "use several")]
    unordered: Vec<Nested>,
}

/// Something nested.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Model)]
struct Nested {
    /// A key.
    #[attribute(required)]
    key: Field<String>,
}

fn short(text: &str) -> Result<(), String> {
    if text.len() < 40 {
        Ok(())
    } else {
        Err("must be short.".to_owned())
    }
}

fn attribute(name: &str) -> tfplugin::schema::Attribute {
    Everything::schema().find_attribute(name).unwrap().clone()
}

#[test]
fn the_schema_says_what_the_struct_says() {
    let schema = Everything::schema();
    assert_eq!(schema.description, "Everything a model can have.");
    assert_eq!((schema.attributes.len(), schema.blocks.len()), (19, 3));
    let name = attribute("name");
    assert_eq!((name.description.as_str(), name.mode), ("A name.", Mode::Required));
    assert!(name.modifiers.replace && !name.modifiers.keep && name.validators.len() == 2);
    assert_eq!(attribute("on_destroy").mode, Mode::OptionalComputed);
    assert_eq!(attribute("on_destroy").modifiers.default, Some(Value::from("keep")));
    assert_eq!(attribute("weight").modifiers.default, Some(Value::from(80)));
    assert_eq!(attribute("enabled").modifiers.default, Some(Value::from(true)));
    assert_eq!(attribute("ratio").mode, Mode::OptionalComputed);
    assert!(attribute("password").sensitive, "a secret is sensitive by itself");
    assert!(attribute("token_wo").write_only);
    assert_eq!(attribute("type").deprecation.as_deref(), Some("use name"));
    assert!(attribute("type").sensitive);
    assert!(attribute("map").modifiers.keep && attribute("map").mode == Mode::Computed);
}

#[test]
fn the_types_follow_the_fields() {
    let ty = |name| attribute(name).implied_type();
    let nested = || Type::object([("key", Type::String)]);
    assert_eq!(ty("port"), Type::Number);
    assert_eq!(ty("exact"), Type::Number);
    assert_eq!(ty("list"), Type::list(Type::String));
    assert_eq!(ty("set"), Type::set(Type::String));
    assert_eq!(ty("map"), Type::map(Type::list(Type::String)));
    assert_eq!(ty("loose"), Type::map(Type::String));
    assert_eq!(ty("dynamic"), Type::Dynamic);
    assert_eq!(ty("object"), nested());
    assert_eq!(ty("objects"), Type::list(nested()));
    assert_eq!(ty("object_set"), Type::set(nested()));
    assert_eq!(ty("object_map"), Type::map(nested()));
    let AttributeKind::Nested(object) = attribute("object_map").kind else {
        panic!("not nested")
    };
    assert_eq!(object.nesting, ObjectNesting::Map);
}

#[test]
fn blocks_have_their_nesting_and_bounds() {
    let schema = Everything::schema();
    let block = |name| {
        let block = schema.find_block(name).unwrap();
        (block.nesting, block.min, block.max)
    };
    assert_eq!(block("single"), (BlockNesting::Single, 0, 0));
    assert_eq!(block("several"), (BlockNesting::List, 1, 3));
    assert_eq!(block("unordered"), (BlockNesting::Set, 0, 0));
    assert_eq!(schema.find_block("single").unwrap().block.description, "One block.");
    assert_eq!(
        schema.find_block("several").unwrap().block.description,
        "Something nested."
    );
    assert_eq!(
        schema.find_block("unordered").unwrap().block.deprecation.as_deref(),
        Some("use several")
    );
}

fn nested(key: &str) -> Nested {
    Nested {
        key: Field::Known(key.to_owned()),
    }
}

#[test]
fn a_model_comes_back_as_it_went() {
    let model = Everything {
        name: Field::Known("n".to_owned()),
        weight: Field::Unknown,
        port: Field::Known(65_535),
        ratio: Field::Known(0.1),
        exact: Field::Known("18446744073709551616".parse().unwrap()),
        password: Field::Known(Secret::new("canary")),
        list: Field::Known(vec!["a".to_owned()]),
        set: Field::Known(BTreeSet::from(["b".to_owned(), "c".to_owned()])),
        map: Field::Known(BTreeMap::from([("k".to_owned(), vec!["v".to_owned()])])),
        loose: Field::Known(BTreeMap::from([
            ("k".to_owned(), Field::Unknown),
            ("l".to_owned(), Field::Null),
        ])),
        object: Field::Known(nested("o")),
        objects: Field::Known(vec![nested("p"), Nested::default()]),
        object_set: Field::Known(BTreeSet::from([nested("q")])),
        object_map: Field::Known(BTreeMap::from([("k".to_owned(), nested("r"))])),
        single: Some(nested("s")),
        several: vec![nested("t"), nested("u")],
        unordered: vec![nested("v")],
        ..Everything::default()
    };
    let value = model.to_value();
    let Value::Map(members) = &value else {
        panic!("not an object")
    };
    assert_eq!(members.len(), 22, "all attributes and blocks (protocol rule 10)");
    assert_eq!(Everything::from_value(&value, &Path::root()).unwrap(), model);
}

#[test]
fn an_unknown_element_makes_a_plain_collection_unknown() {
    let unknown = || Value::List(vec![Value::from("a"), Value::unknown()]);
    let value = Value::map([
        ("list", unknown()),
        ("object_map", Value::map([("k", Nested::default().to_value())])),
    ]);
    let model = Everything::from_value(&value, &Path::root()).unwrap();
    assert_eq!(model.list, Field::Unknown);
    assert!(model.object_map.is_known());
}

#[test]
fn every_error_names_its_attribute() {
    let value = Value::map([
        ("port", Value::from(65_536)),
        ("list", Value::List(vec![Value::Null])),
        ("several", Value::List(vec![Value::map([("key", Value::from(1))])])),
        ("single", Value::from("x")),
    ]);
    let errors = Everything::from_value(&value, &Path::root()).unwrap_err();
    let mut paths: Vec<String> = errors
        .iter()
        .map(|error| error.path.as_ref().unwrap().to_string())
        .collect();
    paths.sort();
    assert_eq!(paths, ["list[0]", "port", "several[0].key", "single"]);
}
