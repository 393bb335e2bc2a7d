//! The plugin protocol of Terraform and OpenTofu, version 6, as a library.

#[cfg(feature = "client")]
pub mod client;
pub mod protocol;
pub mod wire;
