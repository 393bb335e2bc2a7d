//! From msgpack to values.

use std::collections::BTreeMap;

use super::reader::{Reader, Token};
use super::{CodecError, Fault, Type, Value, unknown};
use crate::value::{MAX_DEPTH, Number, Step, normalise, order};

/// The most elements a collection reserves memory for before it has seen them. A claim is never larger than the input,
/// but claims nest, and an element in memory is larger than one byte.
const MAX_RESERVED: usize = 1024;

pub(super) fn decode(reader: &mut Reader, ty: &Type, depth: usize) -> Result<Value, CodecError> {
    if depth > MAX_DEPTH {
        return Err(Fault::Depth.into());
    }
    Ok(match (ty, reader.next()?) {
        (_, Token::Nil) => Value::Null,
        (ty, Token::Extension(body, code)) => unknown::decode(code, body, ty)?,
        (Type::Bool, Token::Bool(value)) => Value::Bool(value),
        (Type::String, Token::Text(bytes)) => Value::String(text(bytes)?),
        (Type::Number, token) => Value::Number(number(token)?),
        (Type::Dynamic, Token::Array(2)) => dynamic(reader, depth)?,
        (Type::List(element), Token::Array(length)) => Value::List(elements(reader, length, element, depth)?),
        (Type::Set(element), Token::Array(length)) => {
            let mut elements = elements(reader, length, element, depth)?;
            order::coalesce(&mut elements);
            Value::List(elements)
        }
        (Type::Tuple(types), Token::Array(length)) => tuple(reader, length, types, depth)?,
        (Type::Map(element), Token::Map(length)) => map(reader, length, element, depth)?,
        (Type::Object(attributes), Token::Map(length)) => object(reader, length, attributes, depth)?,
        (ty, token) => return Err(mismatch(ty, token).into()),
    })
}

fn mismatch(ty: &Type, token: Token) -> Fault {
    Fault::Mismatch {
        expected: ty.to_string(),
        found: token.kind(),
    }
}

/// A number in any of its forms: go-cty sends text for what no machine number holds, and floats only where exact.
pub(super) fn number(token: Token) -> Result<Number, Fault> {
    match token {
        Token::Integer(integer) => Ok(integer.into()),
        Token::Unsigned(integer) => Ok(integer.into()),
        Token::Float(float) => Number::from_f64_exact(float).map_err(Fault::Number),
        Token::Text(bytes) => std::str::from_utf8(bytes)
            .map_err(|_| Fault::Encoding)?
            .parse()
            .map_err(Fault::Number),
        other => Err(mismatch(&Type::Number, other)),
    }
}

pub(super) fn text(bytes: &[u8]) -> Result<String, Fault> {
    Ok(normalise(std::str::from_utf8(bytes).map_err(|_| Fault::Encoding)?).into_owned())
}

fn dynamic(reader: &mut Reader, depth: usize) -> Result<Value, CodecError> {
    let json = match reader.next()? {
        Token::Binary(json) | Token::Text(json) => json,
        other => return Err(mismatch(&Type::Dynamic, other).into()),
    };
    let ty = Type::from_json(json)?;
    let value = decode(reader, &ty, depth + 1)?;
    // "Dynamic" says nothing about the value; the value says itself what it is.
    Ok(if ty == Type::Dynamic {
        value
    } else {
        Value::Dynamic(Box::new(ty), Box::new(value))
    })
}

fn elements(reader: &mut Reader, length: usize, element: &Type, depth: usize) -> Result<Vec<Value>, CodecError> {
    let mut elements = Vec::with_capacity(length.min(MAX_RESERVED));
    for index in (0..).take(length) {
        elements.push(decode(reader, element, depth + 1).map_err(|error| error.below(Step::Index(index)))?);
    }
    Ok(elements)
}

fn tuple(reader: &mut Reader, length: usize, types: &[Type], depth: usize) -> Result<Value, CodecError> {
    if length != types.len() {
        return Err(Fault::Length {
            expected: types.len(),
            found: length,
        }
        .into());
    }
    let elements = (0..)
        .zip(types)
        .map(|(index, ty)| decode(reader, ty, depth + 1).map_err(|error| error.below(Step::Index(index))));
    elements.collect::<Result<_, _>>().map(Value::List)
}

fn key(reader: &mut Reader) -> Result<String, Fault> {
    match reader.next()? {
        Token::Text(bytes) => text(bytes),
        other => Err(Fault::Mismatch {
            expected: "a string as key".to_owned(),
            found: other.kind(),
        }),
    }
}

fn map(reader: &mut Reader, length: usize, element: &Type, depth: usize) -> Result<Value, CodecError> {
    let mut entries = BTreeMap::new();
    for _ in 0..length {
        let key = key(reader)?;
        let value = match decode(reader, element, depth + 1) {
            Ok(value) => value,
            Err(error) => return Err(error.below(Step::Key(key))),
        };
        if entries.contains_key(&key) {
            return Err(CodecError::from(Fault::Duplicate).below(Step::Key(key)));
        }
        entries.insert(key, value);
    }
    Ok(Value::Map(entries))
}

fn object(
    reader: &mut Reader,
    length: usize,
    attributes: &BTreeMap<String, Type>,
    depth: usize,
) -> Result<Value, CodecError> {
    let mut entries = BTreeMap::new();
    for _ in 0..length {
        let name = key(reader)?;
        let decoded = match attributes.get(&name) {
            None => Err(Fault::Unexpected.into()),
            Some(_) if entries.contains_key(&name) => Err(Fault::Duplicate.into()),
            Some(ty) => decode(reader, ty, depth + 1),
        };
        match decoded {
            Ok(value) => entries.insert(name, value),
            Err(error) => return Err(error.below(Step::Attribute(name))),
        };
    }
    match attributes.keys().find(|name| !entries.contains_key(*name)) {
        Some(missing) => Err(CodecError::from(Fault::Missing).below(Step::Attribute(missing.clone()))),
        None => Ok(Value::Map(entries)),
    }
}
