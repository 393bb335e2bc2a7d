//! Values in messages.

use crate::diagnostics::Diagnostic;
use crate::protocol::DynamicValue;
use crate::value::{CodecError, Type, Value};

/// Reads a value; nothing sent is null.
pub(super) fn decode(sent: Option<&DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    let Some(sent) = sent else { return Ok(Value::Null) };
    let read = if !sent.msgpack.is_empty() {
        Value::decode_msgpack(&sent.msgpack, ty)
    } else if !sent.json.is_empty() {
        Value::decode_json(&sent.json, ty)
    } else {
        return Ok(Value::Null);
    };
    read.map_err(|error| unreadable("Value cannot be read", &error))
}

/// Reads an object that may be null.
pub(super) fn decode_object(sent: Option<&DynamicValue>, ty: &Type) -> Result<Option<Value>, Diagnostic> {
    decode(sent, ty).map(|value| Some(value).filter(|value| !value.is_null()))
}

/// Writes a value.
pub(super) fn encode(value: &Value, ty: &Type) -> Result<DynamicValue, Diagnostic> {
    DynamicValue::encoded(value, ty).map_err(|error| unreadable("Value cannot be written", &error))
}

/// Writes an object that may be null.
pub(super) fn encode_object(value: Option<&Value>, ty: &Type) -> Result<DynamicValue, Diagnostic> {
    encode(value.unwrap_or(&Value::Null), ty)
}

/// The error's path is part of its text; values are not.
pub(super) fn unreadable(summary: &str, error: &CodecError) -> Diagnostic {
    let diagnostic = Diagnostic::error(summary, format!("{error}."));
    if error.path.is_root() {
        diagnostic
    } else {
        diagnostic.at(error.path.clone())
    }
}
