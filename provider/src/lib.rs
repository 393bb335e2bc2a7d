//! The Quickfra provider.

pub mod host;
