//! The Quickfra provider.

pub mod catalog;
pub mod host;
pub mod render;
