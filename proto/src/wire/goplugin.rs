//! Messages and services of go-plugin, generated from `goplugin.proto`.
#![allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::pedantic,
    unused_qualifications,
    unreachable_pub,
    dead_code,
    reason = "generated code"
)]

tonic::include_proto!("plugin");
