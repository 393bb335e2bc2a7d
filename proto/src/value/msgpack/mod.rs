//! Values as msgpack, the format of every value in a message of the protocol (protocol rules 10 to 15).

mod decode;
mod encode;
mod reader;
mod unknown;

use super::{CodecError, Fault, Type, Value};
use reader::Reader;

impl Value {
    /// Reads a value of type `ty`. The whole input must be that value.
    ///
    /// Objects must have all their attributes and none more; strings are normalised; sets are sorted and coalesced.
    /// The memory used is bounded by the input's size, the stack by [`super::MAX_DEPTH`].
    pub fn decode_msgpack(msgpack: &[u8], ty: &Type) -> Result<Value, CodecError> {
        let mut reader = Reader::new(msgpack);
        let value = decode::decode(&mut reader, ty, 0)?;
        match reader.remaining() {
            0 => Ok(value),
            more => Err(Fault::Trailing(more).into()),
        }
    }

    /// Writes a value of type `ty`, byte for byte as go-cty would but for the order of sets. Fails where the value does not have the type.
    pub fn encode_msgpack(&self, ty: &Type) -> Result<Vec<u8>, CodecError> {
        let mut output = Vec::new();
        encode::encode(&mut output, self, ty, 0)?;
        Ok(output)
    }
}
