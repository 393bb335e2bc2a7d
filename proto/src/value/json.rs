//! Values as JSON: the format of stored state, read when the state is upgraded (protocol rule 32).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{CodecError, Fault, MAX_DEPTH, Number, Step, Type, Value, normalise, order, type_json};

/// What to do with an attribute in the JSON that the type does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undeclared {
    /// Report it as an error.
    Refuse,
    /// Leave it out: an older schema had it.
    Drop,
}

impl Value {
    /// Reads a value of type `ty`. A missing attribute is null, an undeclared one an error.
    pub fn decode_json(json: &[u8], ty: &Type) -> Result<Value, CodecError> {
        Self::decode_json_with(json, ty, Undeclared::Refuse)
    }

    /// Reads a value of type `ty`. A missing attribute is null; what is undeclared goes by `undeclared`.
    pub fn decode_json_with(json: &[u8], ty: &Type, undeclared: Undeclared) -> Result<Value, CodecError> {
        // The parser's message tells line and column but nothing of the content.
        let json: Json = serde_json::from_slice(json).map_err(|error| Fault::Json(error.to_string()))?;
        Self::from_json(&json, ty, undeclared)
    }

    /// Like [`Value::decode_json_with`], from JSON that is parsed already.
    ///
    /// Like go-cty, it reads a number or bool from its text and a string from a number or bool, so that an attribute
    /// may change between them.
    pub fn from_json(json: &Json, ty: &Type, undeclared: Undeclared) -> Result<Value, CodecError> {
        read(json, ty, undeclared, 0)
    }

    /// Writes a value of type `ty`. Fails where it does not have the type, and for what JSON has no form for: unknown
    /// values and infinite numbers.
    pub fn encode_json(&self, ty: &Type) -> Result<Vec<u8>, CodecError> {
        let mut output = Vec::new();
        write(&mut output, self, ty, 0)?;
        Ok(output)
    }
}

fn read(json: &Json, ty: &Type, undeclared: Undeclared, depth: usize) -> Result<Value, CodecError> {
    if depth > MAX_DEPTH {
        return Err(Fault::Depth.into());
    }
    let number = |text: &str| text.parse::<Number>().map(Value::Number).map_err(Fault::Number);
    let elements = |parts: &[Json], element: &Type| {
        (0..)
            .zip(parts)
            .map(|(index, part)| {
                read(part, element, undeclared, depth + 1).map_err(|error| error.below(Step::Index(index)))
            })
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match (ty, json) {
        (_, Json::Null) => Value::Null,
        (Type::Bool, Json::Bool(value)) => Value::Bool(*value),
        (Type::Bool, Json::String(text)) if text == "true" || text == "1" => Value::Bool(true),
        (Type::Bool, Json::String(text)) if text == "false" || text == "0" => Value::Bool(false),
        (Type::Number, Json::Number(value)) => number(&value.to_string())?,
        (Type::Number, Json::String(text)) => number(text)?,
        (Type::String, Json::String(text)) => Value::String(normalise(text).into_owned()),
        (Type::String, Json::Number(value)) => Value::String(value.to_string()),
        (Type::String, Json::Bool(value)) => Value::String(value.to_string()),
        (Type::Dynamic, Json::Object(members)) => {
            let (Some(carried), Some(value), 2) = (members.get("type"), members.get("value"), members.len()) else {
                return Err(mismatch(ty, json).into());
            };
            let carried = type_json::read(carried, 0)?;
            let value = read(value, &carried, undeclared, depth + 1)?;
            if carried == Type::Dynamic {
                value
            } else {
                Value::Dynamic(Box::new(carried), Box::new(value))
            }
        }
        (Type::List(element), Json::Array(parts)) => Value::List(elements(parts, element)?),
        (Type::Set(element), Json::Array(parts)) => {
            let mut elements = elements(parts, element)?;
            order::coalesce(&mut elements);
            Value::List(elements)
        }
        (Type::Tuple(types), Json::Array(parts)) => {
            if parts.len() != types.len() {
                return Err(Fault::Length {
                    expected: types.len(),
                    found: parts.len(),
                }
                .into());
            }
            let elements = (0..).zip(parts.iter().zip(types)).map(|(index, (part, ty))| {
                read(part, ty, undeclared, depth + 1).map_err(|error| error.below(Step::Index(index)))
            });
            Value::List(elements.collect::<Result<_, _>>()?)
        }
        (Type::Map(element), Json::Object(members)) => {
            let entries = members.iter().map(|(key, part)| {
                let key = normalise(key).into_owned();
                match read(part, element, undeclared, depth + 1) {
                    Ok(value) => Ok((key, value)),
                    Err(error) => Err(error.below(Step::Key(key))),
                }
            });
            Value::Map(entries.collect::<Result<_, CodecError>>()?)
        }
        (Type::Object(attributes), Json::Object(members)) => {
            let unexpected = members.keys().find(|name| !attributes.contains_key(*name));
            if let (Some(name), Undeclared::Refuse) = (unexpected, undeclared) {
                return Err(CodecError::from(Fault::Unexpected).below(Step::Attribute(name.clone())));
            }
            let entries = attributes.iter().map(|(name, ty)| {
                let value = read(members.get(name).unwrap_or(&Json::Null), ty, undeclared, depth + 1)
                    .map_err(|error| error.below(Step::Attribute(name.clone())))?;
                Ok((name.clone(), value))
            });
            Value::Map(entries.collect::<Result<_, CodecError>>()?)
        }
        _ => return Err(mismatch(ty, json).into()),
    })
}

fn mismatch(ty: &Type, json: &Json) -> Fault {
    let found = match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    };
    Fault::Mismatch {
        expected: ty.to_string(),
        found,
    }
}

fn write(output: &mut Vec<u8>, value: &Value, ty: &Type, depth: usize) -> Result<(), CodecError> {
    if depth > MAX_DEPTH {
        return Err(Fault::Depth.into());
    }
    match (ty, value) {
        (_, Value::Null) => output.extend_from_slice(b"null"),
        (_, Value::Unknown(_)) => return Err(Fault::Unknown.into()),
        (Type::Bool, Value::Bool(value)) => output.extend_from_slice(if *value { b"true" } else { b"false" }),
        (Type::Number, Value::Number(number)) if number.is_finite() => {
            output.extend_from_slice(number.to_string().as_bytes());
        }
        (Type::Number, Value::Number(_)) => return Err(Fault::Infinite.into()),
        (Type::String, Value::String(text)) => write_text(output, text),
        (Type::Dynamic, Value::Dynamic(carried, value)) if **carried == Type::Dynamic => {
            write(output, value, carried, depth + 1)?;
        }
        (Type::Dynamic, Value::Dynamic(carried, value)) => {
            output.extend_from_slice(b"{\"value\":");
            write(output, value, carried, depth + 1)?;
            output.extend_from_slice(b",\"type\":");
            output.extend_from_slice(&carried.to_json());
            output.push(b'}');
        }
        (Type::List(element), Value::List(elements)) => {
            array(output, elements.iter().map(|part| (part, &**element)), depth)?;
        }
        (Type::Set(element), Value::List(_)) => {
            if let Value::List(elements) = order::canonical(value, ty).as_ref() {
                array(output, elements.iter().map(|part| (part, &**element)), depth)?;
            }
        }
        (Type::Tuple(types), Value::List(elements)) => {
            if elements.len() != types.len() {
                return Err(Fault::Length {
                    expected: types.len(),
                    found: elements.len(),
                }
                .into());
            }
            array(output, elements.iter().zip(types), depth)?;
        }
        (Type::Map(element), Value::Map(entries)) => {
            object(
                output,
                entries.iter().map(|(key, part)| (key, part, &**element)),
                Step::Key,
                depth,
            )?;
        }
        (Type::Object(attributes), Value::Map(entries)) => {
            let parts = attribute_values(entries, attributes)?;
            object(output, parts.into_iter(), Step::Attribute, depth)?;
        }
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

/// Each attribute with its value and type; an error where one is missing or undeclared.
fn attribute_values<'v>(
    entries: &'v BTreeMap<String, Value>,
    attributes: &'v BTreeMap<String, Type>,
) -> Result<Vec<(&'v String, &'v Value, &'v Type)>, CodecError> {
    let fault = |name: &String, fault: Fault| CodecError::from(fault).below(Step::Attribute(name.clone()));
    if let Some(unexpected) = entries.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(fault(unexpected, Fault::Unexpected));
    }
    let value = |name| entries.get(name).ok_or_else(|| fault(name, Fault::Missing));
    attributes
        .iter()
        .map(|(name, ty)| Ok((name, value(name)?, ty)))
        .collect()
}

fn write_text(output: &mut Vec<u8>, text: &str) {
    // `Json`'s Display is compact JSON, and cannot fail for a string.
    output.extend_from_slice(Json::from(normalise(text)).to_string().as_bytes());
}

fn array<'v>(
    output: &mut Vec<u8>,
    parts: impl Iterator<Item = (&'v Value, &'v Type)>,
    depth: usize,
) -> Result<(), CodecError> {
    output.push(b'[');
    for (index, (part, ty)) in (0..).zip(parts) {
        if index > 0 {
            output.push(b',');
        }
        write(output, part, ty, depth + 1).map_err(|error| error.below(Step::Index(index)))?;
    }
    output.push(b']');
    Ok(())
}

fn object<'v>(
    output: &mut Vec<u8>,
    parts: impl Iterator<Item = (&'v String, &'v Value, &'v Type)>,
    step: impl Fn(String) -> Step,
    depth: usize,
) -> Result<(), CodecError> {
    output.push(b'{');
    for (position, (name, part, ty)) in parts.enumerate() {
        if position > 0 {
            output.push(b',');
        }
        write_text(output, name);
        output.push(b':');
        write(output, part, ty, depth + 1).map_err(|error| error.below(step(name.clone())))?;
    }
    output.push(b'}');
    Ok(())
}
