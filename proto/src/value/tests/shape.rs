//! Looking into values, visiting and changing them.

use std::convert::Infallible;

use super::{attribute, number};
use crate::value::{Path, Refinement, Type, Value};

fn stack_type() -> Type {
    let service = Type::object([("image", Type::String), ("ports", Type::set(Type::Number))]);
    Type::object([
        ("services", Type::map(service)),
        ("routes", Type::list(Type::String)),
        ("extra", Type::Dynamic),
    ])
}

fn stack() -> Value {
    let web = Value::map([
        ("image", "nginx".into()),
        ("ports", Value::List(vec![80.into(), 443.into()])),
    ]);
    let extra = Type::object([("on", Type::Bool)]);
    Value::map([
        ("services", Value::map([("web", web)])),
        ("routes", Value::List(vec!["a".into(), Value::unknown()])),
        (
            "extra",
            Value::Dynamic(Box::new(extra), Box::new(Value::map([("on", true.into())]))),
        ),
    ])
}

#[test]
fn parts_are_found_by_path() {
    let stack = stack();
    let ports = attribute("services").key("web").attribute("ports");
    assert_eq!(stack.at(&Path::root()), Some(&stack));
    assert_eq!(stack.at(&attribute("routes").index(0)), Some(&"a".into()));
    assert_eq!(stack.at(&ports.element(443.into())), Some(&443.into()));
    assert_eq!(
        stack.at(&attribute("extra").attribute("on")),
        Some(&true.into()),
        "through a dynamic value"
    );
    let nowhere = [
        attribute("other"),
        attribute("routes").index(2),
        attribute("routes").index(-1),
        attribute("routes").index(1).attribute("a"),
        attribute("routes").key("0"),
        ports.element(8080.into()),
    ];
    for path in nowhere {
        assert_eq!(stack.at(&path), None, "{path}");
    }
}

#[test]
fn a_walk_goes_where_it_is_told() {
    let mut paths = Vec::new();
    let walked = stack().walk(&stack_type(), &mut |path, _, _| {
        paths.push(path.to_string());
        Ok::<_, Infallible>(*path != attribute("services"))
    });
    assert_eq!(walked, Ok(()));
    assert_eq!(
        paths,
        ["", "extra", "extra.on", "routes", "routes[0]", "routes[1]", "services"]
    );

    let mut count = 0;
    let stopped = stack().walk(&stack_type(), &mut |_, _, value| {
        count += 1;
        if *value == Value::Bool(true) {
            Err("stop")
        } else {
            Ok(true)
        }
    });
    assert_eq!((stopped, count), (Err("stop"), 3));
}

#[test]
fn a_transformation_changes_parts_before_the_whole() {
    let doubled = stack().transform(&stack_type(), &mut |path, ty, value| match (ty, value) {
        // Every port becomes 80: the set coalesces.
        (Type::Number, _) => Ok(80.into()),
        (Type::String, Value::Unknown(_)) => Ok(path.to_string().into()),
        (Type::String, _) if path.to_string() == "routes[0]" => Err("refused"),
        (_, value) => Ok(value),
    });
    assert_eq!(doubled, Err("refused"));

    let changed = stack()
        .transform(&stack_type(), &mut |path, ty, value| {
            Ok::<_, Infallible>(match (ty, value) {
                (Type::Number, _) => 80.into(),
                (Type::String, Value::Unknown(_)) => path.to_string().into(),
                (Type::Bool, Value::Bool(on)) => (!on).into(),
                (_, value) => value,
            })
        })
        .unwrap();
    assert_eq!(
        changed.at(&attribute("services").key("web").attribute("ports")),
        Some(&Value::List(vec![80.into()]))
    );
    assert_eq!(changed.at(&attribute("routes").index(1)), Some(&"routes[1]".into()));
    assert_eq!(changed.at(&attribute("extra").attribute("on")), Some(&false.into()));
}

#[test]
fn equality_is_what_core_sees() {
    let numbers = Type::list(Type::Number);
    let list = |parts: &[&str]| Value::List(parts.iter().map(|text| number(text)).collect());
    assert!(list(&["1.0", "2"]).equal(&list(&["1", "2"]), &numbers));
    assert!(
        !list(&["1", "2"]).equal(&list(&["2", "1"]), &numbers),
        "a list has an order"
    );
    assert!(!list(&["1"]).equal(&list(&["1", "2"]), &numbers));

    let set = Type::set(Type::Number);
    assert!(
        list(&["1", "2"]).equal(&list(&["2", "1.0", "1"]), &set),
        "a set has none, and no duplicates"
    );
    assert!(!list(&["1", "2"]).equal(&list(&["1", "3"]), &set));
    let nested = Type::map(Type::object([("s", set)]));
    let wrap = |value: Value| Value::map([("k", Value::map([("s", value)]))]);
    assert!(wrap(list(&["1", "2"])).equal(&wrap(list(&["2", "1"])), &nested));

    let string = Type::String;
    assert!(!Value::Null.equal(&"".into(), &string));
    assert!(!Value::Null.equal(&Value::unknown(), &string));
    assert!(Value::unknown().equal(&Value::unknown(), &string));
    assert!(!Value::unknown().equal(&Value::Unknown(Refinement::not_null()), &string));
    let typed = |ty| Value::Dynamic(Box::new(ty), Box::new(Value::Null));
    assert!(!typed(Type::Bool).equal(&typed(Type::String), &Type::Dynamic));
}

#[test]
fn knowing_wholly_looks_inside() {
    assert!(!stack().is_wholly_known());
    let dynamic = |inner| Value::Dynamic(Box::new(Type::Bool), Box::new(inner));
    assert!(!Value::map([("a", dynamic(Value::unknown()))]).is_wholly_known());
    assert!(Value::map([("a", dynamic(Value::Null))]).is_wholly_known());
    assert!(dynamic(Value::unknown()).is_unknown() && dynamic(Value::Null).is_null());
    assert!(!Value::List(vec![Value::unknown()]).is_unknown());
}

#[test]
fn a_mismatch_is_found_with_its_place() {
    let fault = |value: Value| {
        let (path, reason) = value.conforms(&stack_type()).unwrap_err();
        format!("{path}: {reason}")
    };
    assert_eq!(stack().conforms(&stack_type()), Ok(()));
    let with = |name: &str, value: Value| {
        let Value::Map(mut entries) = stack() else {
            panic!("a stack is an object")
        };
        entries.insert(name.to_owned(), value);
        Value::Map(entries)
    };
    assert_eq!(
        fault("x".into()),
        format!(": expected {}, found a string", stack_type())
    );
    assert_eq!(fault(with("other", Value::Null)), "other: there is no such attribute");
    assert_eq!(
        fault(Value::map([("routes", Value::Null)])),
        "extra: the attribute is missing"
    );
    assert_eq!(
        fault(with("routes", vec!["a".into(), true.into()].into())),
        "routes[1]: expected string, found a bool"
    );
    assert_eq!(
        fault(with("extra", "bare".into())),
        "extra: expected dynamic, found a string"
    );
    let web = Value::map([("image", Value::Null), ("ports", Value::List(vec!["secret".into()]))]);
    assert_eq!(
        fault(with("services", Value::map([("web", web)]))),
        "services[\"web\"].ports[...]: expected number, found a string"
    );
    let tuple = Type::Tuple(vec![Type::Bool]);
    assert_eq!(
        Value::List(vec![]).conforms(&tuple),
        Err((Path::root(), "expected 1 elements, found 0".to_owned()))
    );
}

#[test]
fn an_object_can_be_made_null_or_unknown_all_over() {
    let ty = Type::object([("a", Type::String), ("b", Type::list(Type::Bool))]);
    assert_eq!(
        Value::null_of(&ty),
        Value::map([("a", Value::Null), ("b", Value::Null)])
    );
    assert_eq!(
        Value::unknown_of(&ty),
        Value::map([("a", Value::unknown()), ("b", Value::unknown())])
    );
    assert_eq!(Value::null_of(&Type::String), Value::Null);
    assert_eq!(Value::unknown_of(&Type::list(Type::Bool)), Value::unknown());
}
