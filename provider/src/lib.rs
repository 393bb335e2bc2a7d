//! The Quickfra provider.

pub mod catalog;
pub mod host;
pub mod render;
pub mod secret;
