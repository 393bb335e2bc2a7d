//! One vector or more for each rule of the wire (protocol rules 10 to 15).

use super::{both_ways, decode, hex, message, number};
use crate::value::{Number, Type, Value};

fn pair() -> Type {
    Type::object([("a", Type::String), ("b", Type::Number)])
}

#[test]
fn primitives() {
    both_ways("c0", &Type::String, &Value::Null);
    both_ways("c2", &Type::Bool, &Value::Bool(false));
    both_ways("c3", &Type::Bool, &Value::Bool(true));
    both_ways("a0", &Type::String, &"".into());
    both_ways("a5 68656c6c6f", &Type::String, &"hello".into());
    both_ways(
        &format!("d9 20 {}", "61".repeat(32)),
        &Type::String,
        &"a".repeat(32).into(),
    );
    both_ways(
        &format!("da 0100 {}", "61".repeat(256)),
        &Type::String,
        &"a".repeat(256).into(),
    );
    both_ways(
        &format!("db 00010000 {}", "61".repeat(65_536)),
        &Type::String,
        &"a".repeat(65_536).into(),
    );
}

#[test]
fn integers_take_the_shortest_form() {
    let cases = [
        ("00", "0"),
        ("7f", "127"),
        ("cc 80", "128"),
        ("cc ff", "255"),
        ("cd 0100", "256"),
        ("ce 00010000", "65536"),
        ("cf 0000000100000000", "4294967296"),
        ("cf 7fffffffffffffff", "9223372036854775807"),
        ("ff", "-1"),
        ("e0", "-32"),
        ("d0 df", "-33"),
        ("d1 ff7f", "-129"),
        ("d2 ffff7fff", "-32769"),
        ("d3 ffffffff7fffffff", "-2147483649"),
        ("d3 8000000000000000", "-9223372036854775808"),
    ];
    for (bytes, text) in cases {
        both_ways(bytes, &Type::Number, &number(text));
    }
}

#[test]
fn numbers_that_no_machine_holds_are_text() {
    both_ways("a3 302e31", &Type::Number, &number("0.1"));
    both_ways(
        "b3 39323233333732303336383534373735383038",
        &Type::Number,
        &number("9223372036854775808"),
    );
    both_ways(
        "b4 3138343436373434303733373039353531363136",
        &Type::Number,
        &number("18446744073709551616"),
    );
    both_ways(
        "b4 2d39323233333732303336383534373735383039",
        &Type::Number,
        &number("-9223372036854775809"),
    );
    // Exact as a float, but an integer: go-cty sends text.
    both_ways(&format!("b6 31 {}", "30".repeat(21)), &Type::Number, &number("1e21"));
}

#[test]
fn numbers_with_places_that_a_float_holds_are_floats() {
    both_ways("cb 3fe0000000000000", &Type::Number, &number("0.5"));
    both_ways("cb c004000000000000", &Type::Number, &number("-2.5"));
    both_ways(
        "cb 3fb999999999999a",
        &Type::Number,
        &Value::Number(Number::from_f64_exact(0.1).unwrap()),
    );
}

#[test]
fn infinities_are_floats() {
    both_ways("cb 7ff0000000000000", &Type::Number, &Value::Number(Number::INFINITY));
    both_ways(
        "cb fff0000000000000",
        &Type::Number,
        &Value::Number(Number::NEGATIVE_INFINITY),
    );
    assert_eq!(
        message(decode("cb 7ff8000000000000", &Type::Number)),
        "the float is not a number (NaN)"
    );
}

#[test]
fn numbers_are_read_in_every_form() {
    let cases = [
        ("d0 05", "5"),
        ("d1 0005", "5"),
        ("d2 00000005", "5"),
        ("d3 0000000000000005", "5"),
        ("cc 05", "5"),
        ("cd 0005", "5"),
        ("ce 00000005", "5"),
        ("cf 0000000000000005", "5"),
        ("cf ffffffffffffffff", "18446744073709551615"),
        ("ca 40a00000", "5"),
        ("ca 3f000000", "0.5"),
        ("cb 4014000000000000", "5"),
        ("cb 8000000000000000", "0"),
        ("a1 35", "5"),
        ("a4 35653330", "5000000000000000000000000000000"),
        ("d9 03 312e35", "1.5"),
    ];
    for (bytes, text) in cases {
        assert_eq!(decode(bytes, &Type::Number), Ok(number(text)), "{bytes}");
    }
    assert_eq!(
        message(decode("a1 78", &Type::Number)),
        "the text is not a decimal number"
    );
    assert_eq!(
        message(decode("a7 31653939393939", &Type::Number)),
        "the number has too many digits"
    );
}

#[test]
fn collections() {
    let list = Type::list(Type::Bool);
    both_ways("90", &list, &Value::List(vec![]));
    both_ways("92 c3 c0", &list, &Value::List(vec![true.into(), Value::Null]));
    both_ways(
        &format!("dc 0010 {}", "c2".repeat(16)),
        &list,
        &Value::List(vec![false.into(); 16]),
    );
    both_ways(
        &format!("dd 00010000 {}", "c2".repeat(65_536)),
        &list,
        &Value::List(vec![false.into(); 65_536]),
    );
    let map = Type::map(Type::Number);
    both_ways("80", &map, &Value::map::<&str>([]));
    both_ways(
        "82 a161 01 a162 c0",
        &map,
        &Value::map([("a", 1.into()), ("b", Value::Null)]),
    );
    both_ways(
        "92 01 a178",
        &Type::Tuple(vec![Type::Number, Type::String]),
        &Value::List(vec![1.into(), "x".into()]),
    );
    both_ways("90", &Type::Tuple(vec![]), &Value::List(vec![]));
}

#[test]
fn sets_have_no_order_and_no_duplicates() {
    let set = Type::set(Type::String);
    let value = Value::List(vec!["a".into(), "b".into()]);
    both_ways("92 a161 a162", &set, &value);
    assert_eq!(decode("94 a162 a161 a162 a161", &set), Ok(value));
    let unsorted = Value::List(vec!["b".into(), "a".into(), "b".into()]);
    assert_eq!(unsorted.encode_msgpack(&set), Ok(hex("92 a161 a162")));
    // Two that are not known may still differ. They stand after what is known, and null after them, as core sends them.
    both_ways(
        "94 a161 d40000 d40000 c0",
        &set,
        &Value::List(vec!["a".into(), Value::unknown(), Value::unknown(), Value::Null]),
    );
    // Numbers coalesce by what they are, not by how they are sent.
    assert_eq!(
        decode("93 01 a131 cb3ff0000000000000", &Type::set(Type::Number)),
        Ok(Value::List(vec![1.into()]))
    );
    // Sets in sets: the order inside does not matter either.
    assert_eq!(
        decode("92 92 a161 a162 92 a162 a161", &Type::set(set.clone())),
        Ok(Value::List(vec![Value::List(vec!["a".into(), "b".into()])]))
    );
}

#[test]
fn objects_have_all_their_attributes_and_none_more() {
    both_ways(
        "82 a161 a178 a162 01",
        &pair(),
        &Value::map([("a", "x".into()), ("b", 1.into())]),
    );
    assert_eq!(
        decode("82 a162 01 a161 a178", &pair()),
        Ok(Value::map([("a", "x".into()), ("b", 1.into())])),
        "in any order"
    );
    assert_eq!(message(decode("81 a161 a178", &pair())), "b: the attribute is missing");
    assert_eq!(message(decode("80", &pair())), "a: the attribute is missing");
    assert_eq!(
        message(decode("83 a161 c0 a162 c0 a163 c0", &pair())),
        "c: there is no such attribute"
    );
    assert_eq!(
        message(decode("82 a161 c0 a161 c0", &pair())),
        "a: the key occurs twice"
    );

    let encoded = |entries: &[&str]| {
        let object = Value::map(entries.iter().map(|name| (*name, Value::Null)));
        object
            .encode_msgpack(&pair())
            .map(drop)
            .map_err(|error| error.to_string())
    };
    assert_eq!(encoded(&["a"]), Err("b: the attribute is missing".to_owned()));
    assert_eq!(
        encoded(&["a", "b", "c"]),
        Err("c: there is no such attribute".to_owned())
    );
    assert_eq!(encoded(&["a", "b"]), Ok(()));
}

#[test]
fn dynamic_values_carry_their_type() {
    let ty = Type::Dynamic;
    let string = Value::Dynamic(Box::new(Type::String), Box::new("x".into()));
    both_ways("92 c408 22737472696e6722 a178", &ty, &string);
    assert_eq!(
        decode("92 a8 22737472696e6722 a178", &ty),
        Ok(string),
        "the type as text"
    );
    both_ways("c0", &ty, &Value::Null);
    both_ways("d40000", &ty, &Value::unknown());
    both_ways(
        "92 c408 22737472696e6722 c0",
        &ty,
        &Value::Dynamic(Box::new(Type::String), Box::new(Value::Null)),
    );
    both_ways(
        "92 c408 22737472696e6722 d40000",
        &ty,
        &Value::Dynamic(Box::new(Type::String), Box::new(Value::unknown())),
    );
    both_ways(
        "92 c40f 5b226c697374222c22626f6f6c225d 91c3",
        &ty,
        &Value::Dynamic(
            Box::new(Type::list(Type::Bool)),
            Box::new(Value::List(vec![true.into()])),
        ),
    );
    // "dynamic" as the type of a dynamic value says nothing more.
    let twice = "92 c409 2264796e616d696322 92 c408 22737472696e6722 a178";
    assert_eq!(decode(twice, &ty), decode("92 c408 22737472696e6722 a178", &ty));
    assert_eq!(message(decode("93 c0 c0 c0", &ty)), "expected dynamic, found an array");
    assert_eq!(message(decode("92 01 c0", &ty)), "expected dynamic, found a number");
    assert_eq!(
        message(decode("92 c405 22666f6f22 c0", &ty)),
        "not a type: there is no type \"foo\""
    );
}

#[test]
fn strings_are_normalised_both_ways() {
    // e, U+0301 -> U+00E9
    assert_eq!(decode("a3 65cc81", &Type::String), Ok("\u{e9}".into()));
    assert_eq!(
        Value::from("e\u{301}").encode_msgpack(&Type::String),
        Ok(hex("a2 c3a9"))
    );
    let map = Type::map(Type::Bool);
    assert_eq!(
        decode("81 a3 65cc81 c3", &map),
        Ok(Value::map([("\u{e9}", true.into())]))
    );
    assert_eq!(
        message(decode("82 a365cc81 c3 a2c3a9 c3", &map)),
        "[\"\u{e9}\"]: the key occurs twice"
    );
    assert_eq!(
        decode("92 a365cc81 a2c3a9", &Type::set(Type::String)),
        Ok(Value::List(vec!["\u{e9}".into()]))
    );
}

#[test]
fn errors_name_their_place() {
    let ty = Type::object([
        ("stacks", Type::list(Type::map(pair()))),
        ("tags", Type::set(Type::Bool)),
    ]);
    assert_eq!(
        message(decode(
            "82 a6737461636b73 92 80 81 a16b 82 a161 c0 a162 c3 a474616773 c0",
            &ty
        )),
        "stacks[1][\"k\"].b: expected number, found a bool"
    );
    assert_eq!(
        message(decode("82 a6737461636b73 c0 a474616773 92 c3 90", &ty)),
        "tags[1]: expected bool, found an array"
    );
    assert_eq!(
        message(decode("81 01 c0", &ty)),
        "expected a string as key, found a number"
    );
    let value = Value::map([("stacks", Value::List(vec!["secret".into()])), ("tags", Value::Null)]);
    assert_eq!(
        message(value.encode_msgpack(&ty).map(|_| value)),
        "stacks[0]: expected map(object({a = string, b = number})), found a string"
    );
}

#[test]
fn malformed_input_is_told_apart() {
    assert_eq!(message(decode("", &Type::Bool)), "the input ends too early");
    assert_eq!(message(decode("c3 c3 c3", &Type::Bool)), "2 bytes follow the value");
    assert_eq!(
        message(decode("c1", &Type::Bool)),
        "the byte 0xc1 starts no msgpack value"
    );
    assert_eq!(message(decode("a1 ff", &Type::String)), "the text is not UTF-8");
    assert_eq!(
        message(decode("c401 61", &Type::String)),
        "expected string, found bytes"
    );
    assert_eq!(
        message(decode("91 c3", &Type::Tuple(vec![]))),
        "expected 0 elements, found 1"
    );
    // What is left of the input cannot hold what is claimed.
    assert_eq!(
        message(decode("dd ffffffff c3", &Type::list(Type::Bool))),
        "the input ends too early"
    );
    assert_eq!(
        message(decode("df 80000000 a161", &Type::map(Type::Bool))),
        "the input ends too early"
    );
}
