//! The Terraform and OpenTofu plugin protocol 6 as a library.

// The code that `#[derive(Model)]` makes names this crate from outside; within the crate it has to as well.
extern crate self as tfplugin;

pub mod diagnostics;
mod field;
pub mod schema;
mod secret;
pub mod server;
pub mod value;

pub use diagnostics::{Diagnostic, Diagnostics};
pub use field::Field;
pub use schema::Model;
pub use secret::Secret;
/// Makes a struct a [`schema::Model`].
pub use tfplugin_derive::Model;
