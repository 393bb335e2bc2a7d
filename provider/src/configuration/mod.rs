//! The `provider "quickfra"` block.

mod model;
mod shared;

pub use model::{Configuration, OnUnreachable, Ssh, Status, StatusLogin};
pub use shared::{Configured, Shared};
