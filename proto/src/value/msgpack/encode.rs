//! From values to msgpack.

use std::collections::BTreeMap;

use rmp::encode;

use super::{CodecError, Fault, Type, Value, unknown};
use crate::value::{MAX_DEPTH, Number, Step, normalise, order};

pub(super) fn encode(output: &mut Vec<u8>, value: &Value, ty: &Type, depth: usize) -> Result<(), CodecError> {
    if depth > MAX_DEPTH {
        return Err(Fault::Depth.into());
    }
    match (ty, value) {
        (_, Value::Null) => output.push(0xc0),
        (ty, Value::Unknown(refinement)) => unknown::encode(output, refinement, ty)?,
        (Type::Bool, Value::Bool(value)) => output.push(if *value { 0xc3 } else { 0xc2 }),
        (Type::String, Value::String(text)) => write_text(output, text)?,
        (Type::Number, Value::Number(number)) => write_number(output, number)?,
        (Type::Dynamic, Value::Dynamic(carried, value)) => dynamic(output, value, carried, depth)?,
        (Type::List(element), Value::List(elements)) => list(output, elements, element, depth)?,
        (Type::Set(element), Value::List(_)) => {
            if let Value::List(elements) = order::canonical(value, ty).as_ref() {
                list(output, elements, element, depth)?;
            }
        }
        (Type::Tuple(types), Value::List(elements)) => tuple(output, elements, types, depth)?,
        (Type::Map(element), Value::Map(entries)) => map(output, entries, element, depth)?,
        (Type::Object(attributes), Value::Map(entries)) => object(output, entries, attributes, depth)?,
        (ty, value) => {
            return Err(Fault::Mismatch {
                expected: ty.to_string(),
                found: value.kind(),
            }
            .into());
        }
    }
    Ok(())
}

/// A number as go-cty writes it: what an i64 holds as an integer, what an f64 holds exactly and has decimal places as
/// a float, all others as text (protocol rule 12).
pub(super) fn write_number(output: &mut Vec<u8>, number: &Number) -> Result<(), Fault> {
    if let Some(integer) = number.to_i64() {
        encode::write_sint(output, integer).map(drop).map_err(|_| Fault::Size)
    } else if let Some(float) = number.to_f64_exact().filter(|_| !number.is_integer()) {
        encode::write_f64(output, float).map_err(|_| Fault::Size)
    } else {
        write_text(output, &number.to_string())
    }
}

pub(super) fn unsigned(output: &mut Vec<u8>, integer: u64) -> Result<(), Fault> {
    encode::write_uint(output, integer).map(drop).map_err(|_| Fault::Size)
}

pub(super) fn write_text(output: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    let text = normalise(text);
    encode::write_str_len(output, length(text.len())?).map_err(|_| Fault::Size)?;
    output.extend_from_slice(text.as_bytes());
    Ok(())
}

/// A length as the format's largest field holds it.
fn length(length: usize) -> Result<u32, Fault> {
    u32::try_from(length).map_err(|_| Fault::Size)
}

fn array_length(output: &mut Vec<u8>, count: usize) -> Result<(), Fault> {
    encode::write_array_len(output, length(count)?)
        .map(drop)
        .map_err(|_| Fault::Size)
}

fn map_length(output: &mut Vec<u8>, count: usize) -> Result<(), Fault> {
    encode::write_map_len(output, length(count)?)
        .map(drop)
        .map_err(|_| Fault::Size)
}

fn dynamic(output: &mut Vec<u8>, value: &Value, carried: &Type, depth: usize) -> Result<(), CodecError> {
    if *carried == Type::Dynamic {
        return encode(output, value, carried, depth + 1);
    }
    array_length(output, 2)?;
    let json = carried.to_json();
    encode::write_bin_len(output, length(json.len())?).map_err(|_| Fault::Size)?;
    output.extend_from_slice(&json);
    encode(output, value, carried, depth + 1)
}

fn list(output: &mut Vec<u8>, elements: &[Value], element: &Type, depth: usize) -> Result<(), CodecError> {
    array_length(output, elements.len())?;
    for (index, value) in (0..).zip(elements) {
        encode(output, value, element, depth + 1).map_err(|error| error.below(Step::Index(index)))?;
    }
    Ok(())
}

fn tuple(output: &mut Vec<u8>, elements: &[Value], types: &[Type], depth: usize) -> Result<(), CodecError> {
    if elements.len() != types.len() {
        return Err(Fault::Length {
            expected: types.len(),
            found: elements.len(),
        }
        .into());
    }
    array_length(output, types.len())?;
    for (index, (value, ty)) in (0..).zip(elements.iter().zip(types)) {
        encode(output, value, ty, depth + 1).map_err(|error| error.below(Step::Index(index)))?;
    }
    Ok(())
}

fn map(
    output: &mut Vec<u8>,
    entries: &BTreeMap<String, Value>,
    element: &Type,
    depth: usize,
) -> Result<(), CodecError> {
    map_length(output, entries.len())?;
    for (key, value) in entries {
        write_text(output, key)?;
        encode(output, value, element, depth + 1).map_err(|error| error.below(Step::Key(key.clone())))?;
    }
    Ok(())
}

fn object(
    output: &mut Vec<u8>,
    entries: &BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
    depth: usize,
) -> Result<(), CodecError> {
    let fault = |name: &String, fault: Fault| CodecError::from(fault).below(Step::Attribute(name.clone()));
    if let Some(unexpected) = entries.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(fault(unexpected, Fault::Unexpected));
    }
    map_length(output, attributes.len())?;
    for (name, ty) in attributes {
        let value = entries.get(name).ok_or_else(|| fault(name, Fault::Missing))?;
        write_text(output, name)?;
        encode(output, value, ty, depth + 1).map_err(|error| error.below(Step::Attribute(name.clone())))?;
    }
    Ok(())
}
