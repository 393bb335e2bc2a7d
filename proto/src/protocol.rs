//! Messages and services of the plugin protocol, version 6.11, generated from `tfplugin6.proto`.
//!
//! Fields of type `bytes` are [`bytes::Bytes`], maps are ordered. The trait a provider implements is
//! [`provider_server::Provider`]; every method it leaves out answers `Unimplemented`.
#![allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::pedantic,
    unused_qualifications,
    unreachable_pub,
    reason = "generated code"
)]

tonic::include_proto!("tfplugin6");
