//! Messages and services of the plugin protocol, version 6.11, generated from `tfplugin6.proto`.
//!
//! Fields of type `bytes` are [`bytes::Bytes`], maps are ordered. The trait a provider implements is
//! [`provider_server::Provider`]; every method it leaves out answers `Unimplemented`.
#![allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::pedantic,
    missing_docs,
    unused_qualifications,
    unreachable_pub,
    reason = "generated code; its fields are described in tfplugin6.proto"
)]

use crate::value::{CodecError, Type, Value};

tonic::include_proto!("tfplugin6");

impl DynamicValue {
    /// A value in the form that both sides always read (protocol rule 11). Fails where it does not have the type.
    pub fn encoded(value: &Value, ty: &Type) -> Result<Self, CodecError> {
        Ok(Self {
            msgpack: value.encode_msgpack(ty)?.into(),
            ..Self::default()
        })
    }
}
