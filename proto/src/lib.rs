//! The plugin protocol of Terraform and OpenTofu, version 6, as a library.

// The code that `#[derive(Model)]` makes names this crate from outside; within the crate it has to as well.
extern crate self as tfplugin;

#[cfg(feature = "client")]
pub mod client;
pub mod diagnostics;
mod field;
pub mod protocol;
pub mod schema;
mod secret;
pub mod server;
pub mod value;
pub mod wire;

pub use diagnostics::{Diagnostic, Diagnostics};
pub use field::Field;
pub use schema::{Identity, Model};
pub use secret::Secret;
pub use server::serve;
/// Makes a struct a [`schema::Identity`].
pub use tfplugin_derive::Identity;
/// Makes a struct a [`schema::Model`].
pub use tfplugin_derive::Model;
/// Makes a struct the [`schema::Parameters`] of a function.
pub use tfplugin_derive::Parameters;
