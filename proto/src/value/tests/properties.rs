//! What holds for every value.

use std::convert::Infallible;

use proptest::prelude::*;

use super::arbitrary::{numbers, typed, typed_pair, types};
use crate::value::{Number, Type, Value};

proptest! {
    #[test]
    fn a_value_survives_msgpack((ty, value) in typed(true)) {
        prop_assert_eq!(value.conforms(&ty), Ok(()));
        let bytes = value.encode_msgpack(&ty)?;
        let read = Value::decode_msgpack(&bytes, &ty)?;
        prop_assert_eq!(read.encode_msgpack(&ty)?, bytes);
        prop_assert!(read.equal(&value, &ty));
        prop_assert_eq!(read, value);
    }

    #[test]
    fn a_known_value_survives_json((ty, value) in typed(false)) {
        prop_assert!(value.is_wholly_known());
        let json = value.encode_json(&ty)?;
        prop_assert_eq!(Value::decode_json(&json, &ty)?, value);
    }

    #[test]
    fn a_type_survives_json(ty in types()) {
        prop_assert_eq!(Type::from_json(&ty.to_json())?, ty);
    }

    #[test]
    fn a_number_survives_its_text(number in numbers()) {
        prop_assert_eq!(number.to_string().parse::<Number>()?, number);
    }

    #[test]
    fn numbers_order_like_floats(a in any::<f64>(), b in any::<f64>()) {
        if let (Ok(exact_a), Ok(exact_b)) = (Number::from_f64_exact(a), Number::from_f64_exact(b)) {
            prop_assert_eq!(Some(exact_a.cmp(&exact_b)), a.partial_cmp(&b));
        }
    }

    #[test]
    fn equal_values_have_equal_bytes((ty, a, b) in typed_pair()) {
        prop_assert_eq!(a.equal(&b, &ty), a.encode_msgpack(&ty)? == b.encode_msgpack(&ty)?);
    }

    #[test]
    fn sets_are_equal_in_any_order((ty, a, b) in typed_pair()) {
        let set = Type::set(ty);
        let one = Value::List(vec![a.clone(), b.clone()]);
        let other = Value::List(vec![b, a]);
        prop_assert!(one.equal(&other, &set));
        prop_assert_eq!(one.encode_msgpack(&set)?, other.encode_msgpack(&set)?);
    }

    #[test]
    fn every_visited_part_is_at_its_path((ty, value) in typed(true)) {
        let mut visited = 0_usize;
        value.walk(&ty, &mut |path, ty, part| {
            visited += 1;
            prop_assert_eq!(value.at(path), Some(part), "{}", path);
            prop_assert_eq!(part.conforms(ty), Ok(()));
            Ok::<_, TestCaseError>(true)
        })?;
        prop_assert!(visited > 0);
    }

    #[test]
    fn changing_nothing_changes_nothing((ty, value) in typed(true)) {
        let mut seen = Vec::new();
        let rebuilt = value.clone().transform(&ty, &mut |path, ty, part| {
            seen.push((path.to_string(), ty.clone()));
            Ok::<_, Infallible>(part)
        });
        prop_assert_eq!(rebuilt.as_ref(), Ok(&value));
        let mut visited = Vec::new();
        value.walk(&ty, &mut |path, ty, _| {
            visited.push((path.to_string(), ty.clone()));
            Ok::<_, TestCaseError>(true)
        })?;
        seen.sort();
        visited.sort();
        prop_assert_eq!(seen, visited, "both see the same parts");
    }
}
