//! stub
use super::{CodecError, Fault, Type, Value};
/// What to do with an attribute in the JSON that the type does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undeclared {
    /// Report it as an error.
    Refuse,
    /// Leave it out: the state was written by an older schema.
    Drop,
}
impl Value {
    /// Reads a value of type `ty` from JSON. A missing attribute is null, an undeclared one an error.
    pub fn decode_json(json: &[u8], ty: &Type) -> Result<Value, CodecError> {
        Self::decode_json_with(json, ty, Undeclared::Refuse)
    }
    /// Reads a value of type `ty` from JSON. A missing attribute is null, what is undeclared goes by `undeclared`.
    pub fn decode_json_with(_json: &[u8], _ty: &Type, _undeclared: Undeclared) -> Result<Value, CodecError> {
        Err(Fault::Truncated.into())
    }
    /// Like [`Value::decode_json_with`], from JSON that is already parsed.
    pub fn from_json(_json: &serde_json::Value, _ty: &Type, _undeclared: Undeclared) -> Result<Value, CodecError> {
        Err(Fault::Truncated.into())
    }
    /// Writes a value of type `ty` as JSON. An unknown value is an error.
    pub fn encode_json(&self, _ty: &Type) -> Result<Vec<u8>, CodecError> {
        Err(Fault::Unknown.into())
    }
}
