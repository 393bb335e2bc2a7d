//! The `provider "quickfra"` block.

mod model;
mod shared;

pub use model::{Configuration, OnUnreachable, Ssh};
pub use shared::{Configured, Shared};
