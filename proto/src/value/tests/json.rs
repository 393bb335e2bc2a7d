use super::number;
use crate::value::{CodecError, Refinement, Type, Undeclared, Value};

#[track_caller]
fn both_ways(json: &str, ty: &Type, value: &Value) {
    assert_eq!(
        Value::decode_json(json.as_bytes(), ty).as_ref(),
        Ok(value),
        "decoding {json}"
    );
    assert_eq!(
        value.encode_json(ty).map(|bytes| String::from_utf8(bytes).unwrap()),
        Ok(json.to_owned())
    );
}

fn refused(json: &str, ty: &Type) -> String {
    Value::decode_json(json.as_bytes(), ty).unwrap_err().to_string()
}

#[test]
fn values_go_both_ways() {
    both_ways("null", &Type::Bool, &Value::Null);
    both_ways("true", &Type::Bool, &true.into());
    both_ways(r#""\"\\\n\u0000é<""#, &Type::String, &"\"\\\n\0é<".into());
    both_ways(
        "[1,null]",
        &Type::list(Type::Number),
        &Value::List(vec![1.into(), Value::Null]),
    );
    both_ways("[]", &Type::set(Type::Number), &Value::List(vec![]));
    both_ways(
        r#"[true,"x"]"#,
        &Type::Tuple(vec![Type::Bool, Type::String]),
        &Value::List(vec![true.into(), "x".into()]),
    );
    both_ways(
        r#"{"a":1,"b":2}"#,
        &Type::map(Type::Number),
        &Value::map([("a", 1.into()), ("b", 2.into())]),
    );
    both_ways(
        r#"{"a":1,"b":null}"#,
        &Type::object([("a", Type::Number), ("b", Type::Bool)]),
        &Value::map([("a", 1.into()), ("b", Value::Null)]),
    );
}

#[test]
fn numbers_keep_every_digit() {
    let exact = "3.14159265358979323846264338327950288419716939937510582097494459";
    both_ways(exact, &Type::Number, &number(exact));
    both_ways("18446744073709551616", &Type::Number, &number("18446744073709551616"));
    both_ways("0.1", &Type::Number, &number("0.1"));
    assert_eq!(Value::decode_json(b"1.0e3", &Type::Number), Ok(number("1000")));
    assert_eq!(refused("1e999999999", &Type::Number), "the number has too many digits");
}

#[test]
fn dynamic_values_carry_their_type() {
    both_ways(
        r#"{"value":["x"],"type":["list","string"]}"#,
        &Type::Dynamic,
        &Value::Dynamic(
            Box::new(Type::list(Type::String)),
            Box::new(Value::List(vec!["x".into()])),
        ),
    );
    both_ways("null", &Type::Dynamic, &Value::Null);
    for json in ["1", r#"{"value":1}"#, r#"{"value":1,"type":"number","more":1}"#] {
        assert!(
            refused(json, &Type::Dynamic).starts_with("expected dynamic, found "),
            "{json}"
        );
    }
}

#[test]
fn an_older_state_is_read_by_the_schema_of_today() {
    let ty = Type::object([
        ("kept", Type::list(Type::object([("a", Type::String)]))),
        ("new", Type::Bool),
    ]);
    let json = br#"{"kept":[{"a":"x","gone":1}],"gone":{"deep":[1,2]}}"#;
    let read = Value::decode_json_with(json, &ty, Undeclared::Drop);
    let expected = Value::map([
        ("kept", Value::List(vec![Value::map([("a", "x".into())])])),
        ("new", Value::Null),
    ]);
    assert_eq!(read, Ok(expected));
    assert_eq!(
        refused(r#"{"kept":null,"gone":1}"#, &ty),
        "gone: there is no such attribute"
    );
    assert_eq!(
        refused(r#"{"kept":[{"gone":1}]}"#, &ty),
        "kept[0].gone: there is no such attribute"
    );
}

#[test]
fn an_attribute_may_change_between_primitives() {
    let read = |json: &str, ty: &Type| Value::decode_json(json.as_bytes(), ty);
    assert_eq!(read(r#""1.5""#, &Type::Number), Ok(number("1.5")));
    assert_eq!(read("1.50", &Type::String), Ok("1.50".into()));
    assert_eq!(read("true", &Type::String), Ok("true".into()));
    assert_eq!(read(r#""true""#, &Type::Bool), Ok(true.into()));
    assert_eq!(read(r#""0""#, &Type::Bool), Ok(false.into()));
    assert_eq!(refused(r#""yes""#, &Type::Bool), "expected bool, found a string");
    assert_eq!(refused("1", &Type::Bool), "expected bool, found a number");
}

#[test]
fn sets_are_coalesced() {
    let read = Value::decode_json(br#"["b","a","b"]"#, &Type::set(Type::String));
    assert_eq!(read, Ok(Value::List(vec!["a".into(), "b".into()])));
}

#[test]
fn errors_name_their_place_and_no_values() {
    let ty = Type::map(Type::Tuple(vec![Type::Bool, Type::Number]));
    assert_eq!(
        refused(r#"{"k":[true,"secret"]}"#, &ty),
        "[\"k\"][1]: the text is not a decimal number"
    );
    assert_eq!(refused(r#"{"k":[true]}"#, &ty), "[\"k\"]: expected 2 elements, found 1");
    assert_eq!(
        refused(r#"{"k":"secret"}"#, &ty),
        "[\"k\"]: expected tuple([bool, number]), found a string"
    );
    assert_eq!(
        refused("{", &ty),
        "not JSON: EOF while parsing an object at line 1 column 1"
    );
    assert_eq!(
        refused("null null", &ty),
        "not JSON: trailing characters at line 1 column 6"
    );
}

#[test]
fn what_json_cannot_say_is_an_error() {
    let ty = Type::list(Type::Number);
    let refused = |value: Value| value.encode_json(&ty).unwrap_err().to_string();
    assert_eq!(
        refused(Value::List(vec![Value::Unknown(Refinement::not_null())])),
        "[0]: the value is not known, and JSON cannot say so"
    );
    let infinite = Value::List(vec![number("Inf")]);
    assert_eq!(refused(infinite), "[0]: the number is infinite, and JSON cannot say so");
    assert_eq!(refused("x".into()), "expected list(number), found a string");
}

#[test]
fn types_go_both_ways() {
    for json in [
        r#""string""#,
        r#""dynamic""#,
        r#"["list","bool"]"#,
        r#"["set",["map","number"]]"#,
        r#"["tuple",[]]"#,
        r#"["tuple",["bool",["object",{}]]]"#,
        r#"["object",{"a":"string","b":["list","number"]}]"#,
    ] {
        let ty = Type::from_json(json.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(ty.to_json()).unwrap(), json);
    }
}

#[test]
fn optional_attributes_are_attributes() {
    assert_eq!(
        Type::from_json(br#" [ "object", {"a": "bool"}, ["a"] ] "#),
        Ok(Type::object([("a", Type::Bool)]))
    );
}

#[test]
fn what_is_no_type_is_refused() {
    for json in [
        r#""text""#,
        "1",
        "[]",
        r#"["list"]"#,
        r#"["list","bool","bool"]"#,
        r#"["tuple","bool"]"#,
        r#"["object",[]]"#,
        r#"["object",{"a":"b"}]"#,
        r#"["capsule","x"]"#,
    ] {
        let error: CodecError = Type::from_json(json.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("not a type: "), "{json}: {error}");
    }
    assert!(Type::from_json(b"[").unwrap_err().to_string().starts_with("not JSON: "));
}
