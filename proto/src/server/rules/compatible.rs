//! Whether core would accept a result after its plan (protocol rules 13 and 27).

use std::collections::BTreeMap;

use super::Violation;
use crate::value::{Path, Type, Value};

/// What the result does that the plan did not promise. Both have the type.
pub(in crate::server) fn check(planned: &Value, actual: &Value, ty: &Type) -> Vec<Violation> {
    let mut found = Vec::new();
    compare(planned, actual, ty, &Path::root(), &mut found);
    found
}

fn compare(planned: &Value, actual: &Value, ty: &Type, path: &Path, found: &mut Vec<Violation>) {
    let mut add = |rule, what: &str| found.push(Violation::new(rule, path, what));
    match (planned, actual) {
        (Value::Unknown(promised), _) => {
            if let Err(broken) = actual.conforms_to_refinement(promised) {
                add(13, &broken);
            }
        }
        // That is a fault of its own, found by looking for unknowns.
        (_, Value::Unknown(_)) => {}
        (planned, actual) if planned.is_null() && actual.is_null() => {}
        (planned, _) if planned.is_null() => add(27, "there was no value in the plan, and there is one now"),
        (_, actual) if actual.is_null() => add(27, "there was a value in the plan, and there is none now"),
        (Value::Dynamic(planned_type, planned), Value::Dynamic(actual_type, actual)) => {
            if planned_type == actual_type || !planned.is_wholly_known() {
                compare(planned, actual, actual_type, path, found);
            } else {
                add(27, "the value has another type than planned");
            }
        }
        (Value::Map(planned), Value::Map(actual)) => match ty {
            Type::Map(element) => compare_maps(planned, actual, element, path, found),
            Type::Object(attributes) => {
                for (name, ty) in attributes {
                    let member = |object: &BTreeMap<String, Value>| object.get(name).cloned().unwrap_or_default();
                    compare(&member(planned), &member(actual), ty, &path.attribute(name), found);
                }
            }
            _ => add(27, "the value has another type than planned"),
        },
        (Value::List(planned), Value::List(actual)) => compare_lists(planned, actual, ty, path, found),
        (planned, actual) if planned.equal(actual, ty) => {}
        _ => add(27, "the value is not the planned one"),
    }
}

fn compare_maps(
    planned: &BTreeMap<String, Value>,
    actual: &BTreeMap<String, Value>,
    element: &Type,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    for (key, planned) in planned {
        match actual.get(key) {
            Some(actual) => compare(planned, actual, element, &path.key(key), found),
            None => found.push(Violation::new(27, &path.key(key), "the planned element is missing")),
        }
    }
    for key in actual.keys().filter(|key| !planned.contains_key(*key)) {
        found.push(Violation::new(27, &path.key(key), "the element was not planned"));
    }
}

fn compare_lists(planned: &[Value], actual: &[Value], ty: &Type, path: &Path, found: &mut Vec<Violation>) {
    if let Type::Set(element) = ty {
        return compare_sets(planned, actual, element, path, found);
    }
    if planned.len() != actual.len() {
        let what = format!(
            "{} elements were planned, and there are {}",
            planned.len(),
            actual.len()
        );
        return found.push(Violation::new(27, path, what));
    }
    for (position, (planned, actual)) in planned.iter().zip(actual).enumerate() {
        let element = match ty {
            Type::List(element) => element,
            Type::Tuple(elements) => elements.get(position).unwrap_or(&Type::Dynamic),
            _ => &Type::Dynamic,
        };
        let place = i64::try_from(position).unwrap_or(i64::MAX);
        compare(planned, actual, element, &path.index(place), found);
    }
}

/// Each planned element needs an actual one that could be it, and the other way round. Several planned elements may
/// become one while any of them holds unknowns.
fn compare_sets(planned: &[Value], actual: &[Value], element: &Type, path: &Path, found: &mut Vec<Violation>) {
    let fits = |planned: &Value, actual: &Value| check(planned, actual, element).is_empty();
    if planned
        .iter()
        .any(|planned| !actual.iter().any(|actual| fits(planned, actual)))
    {
        found.push(Violation::new(27, path, "a planned element of the set is missing"));
    } else if actual
        .iter()
        .any(|actual| !planned.iter().any(|planned| fits(planned, actual)))
        || actual.len() > planned.len()
    {
        found.push(Violation::new(27, path, "an element of the set was not planned"));
    }
}
