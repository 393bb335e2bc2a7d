//! Tests of the codecs: vectors for each wire rule, properties over random values, and hostile input.

mod arbitrary;
mod hostile;
mod json;
mod numbers;
mod properties;
mod refinements;
mod shape;
mod vectors;

use super::{CodecError, Path, Type, Value};

/// Bytes from hexadecimal digits; blanks are for the reader.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn decode(text: &str, ty: &Type) -> Result<Value, CodecError> {
    Value::decode_msgpack(&hex(text), ty)
}

/// Checks that the bytes and the value are each other's encoding.
#[track_caller]
fn both_ways(text: &str, ty: &Type, value: &Value) {
    assert_eq!(decode(text, ty).as_ref(), Ok(value), "decoding {text}");
    assert_eq!(value.encode_msgpack(ty), Ok(hex(text)), "encoding for {text}");
}

/// The message of the error, with its path.
#[track_caller]
fn message(result: Result<Value, CodecError>) -> String {
    result.unwrap_err().to_string()
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn attribute(name: &str) -> Path {
    Path::root().attribute(name)
}
