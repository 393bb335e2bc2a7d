//! Input that nobody with good intentions sends.

use proptest::collection::vec;
use proptest::prelude::*;

use super::arbitrary::{typed, types};
use super::hex;
use crate::value::{Fault, MAX_DEPTH, Type, Undeclared, Value};

proptest! {
    #[test]
    fn random_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200), ty in types()) {
        if let Ok(value) = Value::decode_msgpack(&bytes, &ty) {
            prop_assert_eq!(value.conforms(&ty), Ok(()));
        }
        let _ = Value::decode_json(&bytes, &ty);
        let _ = Type::from_json(&bytes);
    }

    #[test]
    fn random_json_is_read_or_refused(json in "[\\[\\]{}\",:0-9ntrue]{0,40}", ty in types()) {
        if let Ok(value) = Value::decode_json_with(json.as_bytes(), &ty, Undeclared::Drop) {
            prop_assert_eq!(value.conforms(&ty), Ok(()));
        }
    }

    #[test]
    fn a_truncated_value_is_refused((ty, value) in typed(true)) {
        let bytes = value.encode_msgpack(&ty)?;
        for length in 0..bytes.len() {
            prop_assert!(Value::decode_msgpack(&bytes[..length], &ty).is_err(), "{} of {}", length, bytes.len());
        }
    }

    #[test]
    fn a_damaged_value_is_read_or_refused((ty, value) in typed(true), place in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let mut bytes = value.encode_msgpack(&ty)?;
        *place.get_mut(&mut bytes) ^= 1_u8 << bit;
        if let Ok(value) = Value::decode_msgpack(&bytes, &ty) {
            prop_assert_eq!(value.conforms(&ty), Ok(()));
            prop_assert_eq!(Value::decode_msgpack(&value.encode_msgpack(&ty)?, &ty)?, value);
        }
    }
}

#[test]
fn a_refinement_that_contradicts_itself_is_not_kept() {
    // At least 256 elements and at most one.
    let bytes = [0xc7, 0x07, 0x0c, 0x82, 0x05, 0xcd, 0x01, 0x00, 0x06, 0x01];
    let ty = Type::list(Type::Bool);
    assert_eq!(Value::decode_msgpack(&bytes, &ty), Ok(Value::unknown()));
}

/// `levels` lists around a bool.
fn nested_type(levels: usize) -> Type {
    (0..levels).fold(Type::Bool, |inner, _| Type::list(inner))
}

fn nested_value(levels: usize) -> Value {
    (0..levels).fold(true.into(), |inner, _| Value::List(vec![inner]))
}

#[test]
fn depth_is_bounded() {
    let mut bytes = vec![0x91; MAX_DEPTH];
    bytes.push(0xc3);
    let (ty, value) = (nested_type(MAX_DEPTH), nested_value(MAX_DEPTH));
    assert_eq!(Value::decode_msgpack(&bytes, &ty), Ok(value.clone()));
    assert_eq!(value.encode_msgpack(&ty), Ok(bytes.clone()));
    assert_eq!(Type::from_json(&ty.to_json()), Ok(ty.clone()));
    assert_eq!(Value::decode_json(&value.encode_json(&ty).unwrap(), &ty), Ok(value));

    bytes.insert(0, 0x91);
    let (ty, value) = (nested_type(MAX_DEPTH + 1), nested_value(MAX_DEPTH + 1));
    assert_eq!(Value::decode_msgpack(&bytes, &ty).unwrap_err().fault, Fault::Depth);
    assert_eq!(value.encode_msgpack(&ty).unwrap_err().fault, Fault::Depth);
    assert_eq!(value.encode_json(&ty).unwrap_err().fault, Fault::Depth);
    assert_eq!(Type::from_json(&ty.to_json()).unwrap_err().fault, Fault::Depth);
    let json = format!("{}true{}", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
    assert_eq!(
        Value::decode_json(json.as_bytes(), &ty).unwrap_err().fault,
        Fault::Depth
    );
}

#[test]
fn dynamic_values_in_dynamic_values_are_bounded() {
    // [["list","dynamic"], [ ... the same again ... ]]
    let level = hex("92 c412 5b226c697374222c2264796e616d6963225d 91");
    let mut bytes = level.repeat(100_000);
    bytes.push(0xc0);
    assert_eq!(
        Value::decode_msgpack(&bytes, &Type::Dynamic).unwrap_err().fault,
        Fault::Depth
    );
    // ["dynamic", ["dynamic", ... ]]
    let mut bytes = hex("92 c409 2264796e616d696322").repeat(100_000);
    bytes.push(0xc0);
    assert_eq!(
        Value::decode_msgpack(&bytes, &Type::Dynamic).unwrap_err().fault,
        Fault::Depth
    );
}

#[test]
fn a_deep_type_description_does_not_reach_the_end_of_the_stack() {
    let json = format!("{}\"bool\"{}", "[\"list\",".repeat(100_000), "]".repeat(100_000));
    assert!(Type::from_json(json.as_bytes()).is_err());
    let json = "[".repeat(100_000);
    assert!(Value::decode_json(json.as_bytes(), &Type::list(Type::Bool)).is_err());
}

#[test]
fn a_refinement_nests_without_recursion() {
    // Key 9, unknown to us, with as many arrays inside each other as fit.
    let mut body = hex("81 09");
    body.extend(vec![0x91; 1000]);
    body.push(0xc0);
    let mut bytes = hex("c8 03eb 0c");
    bytes.extend(body);
    assert_eq!(Value::decode_msgpack(&bytes, &Type::Bool), Ok(Value::unknown()));
}

#[test]
fn claims_nested_in_claims_reserve_little() {
    // Each level claims as many elements as there are bytes left: all together would be far more than the machine has.
    let mut bytes = Vec::new();
    for _ in 0..MAX_DEPTH {
        bytes.extend(hex("dd 00f00000"));
    }
    bytes.extend(vec![0xc1; 0x00f0_0000]);
    let error = Value::decode_msgpack(&bytes, &nested_type(MAX_DEPTH)).unwrap_err();
    assert_eq!(error.fault, Fault::Reserved);
    assert_eq!(error.path.steps().len(), MAX_DEPTH);
}

#[test]
fn sets_in_sets_are_sorted_in_bounded_time() {
    // A full binary tree of sets: sorting the inner sets anew for each comparison would take hours.
    let levels = 16;
    let ty = (0..levels).fold(Type::Number, |inner, _| Type::set(inner));
    let mut next = 1_i64 << levels;
    let value = tree(levels, &mut next);
    let bytes = value.encode_msgpack(&ty).unwrap();
    let sorted = Value::decode_msgpack(&bytes, &ty).unwrap();
    assert!(sorted != value && sorted.equal(&value, &ty));
}

/// A set of two sets of two sets ... of numbers that count down.
fn tree(levels: u32, next: &mut i64) -> Value {
    if levels == 0 {
        *next -= 1;
        return (*next).into();
    }
    let first = tree(levels - 1, next);
    Value::List(vec![first, tree(levels - 1, next)])
}

#[test]
fn a_value_of_five_megabytes_goes_through() {
    let ty = Type::object([("content", Type::String), ("lines", Type::list(Type::String))]);
    let lines = (0..50_000).map(|line| Value::from(format!("{line:050}"))).collect();
    let value = Value::map([("content", "é".repeat(5 << 19).into()), ("lines", Value::List(lines))]);
    let bytes = value.encode_msgpack(&ty).unwrap();
    assert!(bytes.len() > 5 << 20);
    assert_eq!(Value::decode_msgpack(&bytes, &ty), Ok(value));
}
