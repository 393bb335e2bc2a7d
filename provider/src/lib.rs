//! The Quickfra provider.

pub mod host;
pub mod secret;
