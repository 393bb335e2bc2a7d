//! Unknown values and what is known of them (protocol rule 13).

use super::{both_ways, decode, hex, message};
use crate::value::{Number, Refinement, Type, Value};

fn unknown(refinement: Refinement) -> Value {
    Value::Unknown(refinement)
}

#[test]
fn every_extension_is_an_unknown_value() {
    for bytes in [
        "d40000",
        "d400ff",
        "c70000",
        "d47f00",
        "c7020c8180",
        "d80000000000000000000000000000000000",
    ] {
        let result = decode(bytes, &Type::Dynamic);
        assert_eq!(result, Ok(Value::unknown()), "{bytes}");
    }
    for bytes in ["d50b8180", "c80001000a", "c90000000100ff"] {
        assert_eq!(decode(bytes, &Type::list(Type::Bool)), Ok(Value::unknown()), "{bytes}");
    }
    assert_eq!(
        Value::unknown().encode_msgpack(&Type::map(Type::Bool)),
        Ok(hex("d40000"))
    );
}

#[test]
fn refinements_go_both_ways() {
    both_ways("c7030c 81 01c2", &Type::String, &unknown(Refinement::not_null()));
    both_ways(
        "c7030c 81 01c2",
        &Type::object([("a", Type::Bool)]),
        &unknown(Refinement::not_null()),
    );
    both_ways(
        "d70c 82 01c2 02 a3 69642d",
        &Type::String,
        &unknown(Refinement::not_null().with_prefix("id-")),
    );
    both_ways(
        "c7090c 82 03 92 01 c3 04 92 05 c2",
        &Type::Number,
        &unknown(Refinement::none().with_lower_bound(1, true).with_upper_bound(5, false)),
    );
    both_ways(
        "c70d0c 82 05 02 06 cf0000000100000000",
        &Type::set(Type::Bool),
        &unknown(Refinement::none().with_shortest(2).with_longest(1 << 32)),
    );
}

#[test]
fn a_value_known_to_be_null_is_null() {
    assert_eq!(decode("c7030c 81 01c3", &Type::String), Ok(Value::Null));
}

#[test]
fn what_is_not_understood_is_left_out() {
    let cases = [
        // Key 9 with a nested value, then nullness.
        ("c70b0c 82 09 82 a161 91 c0 02 03 01c2", Type::Number),
        // A prefix for a number, lengths for a string.
        ("c7060c 82 02 a178 01c2", Type::Number),
        ("c7050c 82 05 01 01c2", Type::String),
        // Bytes after the map.
        ("c7050c 81 01c2 0000", Type::Bool),
    ];
    for (bytes, ty) in cases {
        assert_eq!(decode(bytes, &ty), Ok(unknown(Refinement::not_null())), "{bytes}");
    }
    assert_eq!(decode("c7030c 81 01c2", &Type::Dynamic), Ok(Value::unknown()));
    assert_eq!(
        decode("c7070c 81 03 92 cafff0", &Type::String)
            .map(drop)
            .map_err(|e| e.to_string()),
        Err("the input ends too early".to_owned())
    );
}

#[test]
fn malformed_refinements_are_told() {
    let wrong =
        |bytes: &str, ty: &Type| message(decode(bytes, ty)).replace("not a refinement of an unknown value: ", "");
    assert_eq!(wrong("c7020c 91c0", &Type::Bool), "it is no map");
    assert_eq!(wrong("c7030c 81 a0c2", &Type::Bool), "a key is no integer");
    assert_eq!(wrong("c7030c 81 0101", &Type::Bool), "the nullness is no bool");
    assert_eq!(wrong("c7030c 81 0201", &Type::String), "the prefix is no string");
    assert_eq!(
        wrong("c7030c 81 0301", &Type::Number),
        "a bound is no array of a number and a bool"
    );
    assert_eq!(
        wrong("c7050c 81 03 92 c0c3", &Type::Number),
        "a bound is no array of a number and a bool"
    );
    assert_eq!(
        wrong("c7030c 81 05ff", &Type::list(Type::Bool)),
        "a length is no natural number"
    );
    let oversize = format!("c804010c 81 02 da03fd {}", "61".repeat(1021));
    assert_eq!(wrong(&oversize, &Type::String), "it has more than 1024 bytes");
    assert_eq!(
        message(decode("91 c7020c 91c0", &Type::list(Type::Bool)))
            .split(':')
            .next(),
        Some("[0]")
    );
}

#[test]
fn only_what_fits_the_type_is_sent() {
    let all = Refinement::not_null()
        .with_prefix("x-")
        .with_lower_bound(1, true)
        .with_shortest(1);
    let sent = |ty: &Type| unknown(all.clone()).encode_msgpack(ty).unwrap();
    assert_eq!(sent(&Type::Dynamic), hex("d40000"));
    assert_eq!(sent(&Type::Bool), hex("c7030c 81 01c2"));
    assert_eq!(sent(&Type::String), hex("c7070c 82 01c2 02 a2 782d"));
    assert_eq!(sent(&Type::Number), hex("c7070c 82 01c2 03 92 01c3"));
    assert_eq!(sent(&Type::list(Type::Bool)), hex("c7050c 82 01c2 05 01"));
}

#[test]
fn contradictions_are_not_sent() {
    let numbers = |lower, upper, inclusive| {
        let range = Refinement::not_null()
            .with_lower_bound(lower, true)
            .with_upper_bound(upper, inclusive);
        unknown(range).encode_msgpack(&Type::Number).unwrap().len()
    };
    assert_eq!([numbers(2, 1, true), numbers(1, 1, false)], [6, 6], "only the nullness");
    assert!(numbers(1, 1, true) > 6 && numbers(1, 2, false) > 6);
    let lengths = |shortest, longest| {
        let range = Refinement::not_null().with_shortest(shortest).with_longest(longest);
        unknown(range).encode_msgpack(&Type::list(Type::Bool)).unwrap().len()
    };
    assert_eq!(lengths(2, 1), 6, "only the nullness");
    assert!(lengths(1, 1) > 6 && lengths(0, 0) > 6);
}

#[test]
fn facts_that_say_nothing_are_none() {
    let nothing = Refinement::none()
        .with_shortest(0)
        .with_lower_bound(Number::NEGATIVE_INFINITY, true)
        .with_upper_bound(Number::INFINITY, false)
        .with_prefix("");
    assert!(nothing.is_none());
    assert_eq!(nothing, Refinement::default());
}

#[test]
fn a_prefix_loses_what_may_still_change() {
    let kept = |text: &str| Refinement::none().with_prefix(text).prefix().to_owned();
    assert_eq!(kept("https://"), "https://");
    assert_eq!(kept("cafe"), "caf");
    assert_eq!(kept("a="), "a", "a stroke may follow");
    assert_eq!(kept("ab\u{e9}\u{e9}"), "a");
    assert_eq!(kept("e\u{301}-"), "\u{e9}-");
    assert_eq!(kept("\u{e9}"), "");
}

#[test]
fn a_long_prefix_is_cut_and_stays_readable() {
    for text in [
        format!("{}-", "a".repeat(400)),
        format!("{}-", "\u{e9}".repeat(400)),
        "b-".repeat(300),
    ] {
        let bytes = unknown(Refinement::none().with_prefix(&text))
            .encode_msgpack(&Type::String)
            .unwrap();
        let Ok(Value::Unknown(read)) = Value::decode_msgpack(&bytes, &Type::String) else {
            panic!("not unknown")
        };
        assert!(
            text.starts_with(read.prefix()) && read.prefix().len() <= 256,
            "{}",
            read.prefix()
        );
    }
    let ascii = unknown(Refinement::none().with_prefix(&"b-".repeat(300)))
        .encode_msgpack(&Type::String)
        .unwrap();
    assert_eq!(ascii.len(), 4 + 1 + 1 + 3 + 256);
}

#[test]
fn an_absurdly_long_bound_is_left_out() {
    let long: Number = "1e300".parse().unwrap();
    let refined = unknown(Refinement::not_null().with_lower_bound(long, true));
    assert_eq!(refined.encode_msgpack(&Type::Number), Ok(hex("c7030c 81 01c2")));
}

#[test]
fn a_final_value_is_held_to_the_promise() {
    let breaks = |value: Value, refinement: Refinement| value.conforms_to_refinement(&refinement).unwrap_err();
    let holds = |value: Value, refinement: Refinement| value.conforms_to_refinement(&refinement).unwrap();

    assert_eq!(
        breaks(Value::Null, Refinement::not_null()),
        "the planned value promised not to be null"
    );
    holds(Value::Null, Refinement::none().with_prefix("x-"));
    holds("".into(), Refinement::not_null());
    holds(Value::unknown(), Refinement::not_null());

    let prefix = || Refinement::none().with_prefix("id-");
    assert_eq!(
        breaks("ID-1".into(), prefix()),
        "the planned value promised to start with \"id-\""
    );
    holds("id-1".into(), prefix());

    let range = || Refinement::none().with_lower_bound(1, false).with_upper_bound(5, true);
    assert_eq!(
        breaks(1.into(), range()),
        "the planned value promised to be more than 1"
    );
    assert_eq!(breaks(6.into(), range()), "the planned value promised to be at most 5");
    holds(5.into(), range());
    let range = || Refinement::none().with_lower_bound(1, true).with_upper_bound(5, false);
    assert_eq!(breaks(0.into(), range()), "the planned value promised to be at least 1");
    assert_eq!(
        breaks(5.into(), range()),
        "the planned value promised to be less than 5"
    );
    holds(1.into(), range());

    let length = || Refinement::none().with_shortest(1).with_longest(2);
    let list = |count| Value::List(vec![Value::Null; count]);
    assert_eq!(
        breaks(list(0), length()),
        "the planned value promised at least 1 elements and has 0"
    );
    assert_eq!(
        breaks(list(3), length()),
        "the planned value promised at most 2 elements and has 3"
    );
    holds(list(2), length());
    holds(Value::map([("a", Value::Null)]), length());

    let typed = Value::Dynamic(Box::new(Type::String), Box::new(Value::Null));
    assert_eq!(
        breaks(typed, Refinement::not_null()),
        "the planned value promised not to be null"
    );
}
