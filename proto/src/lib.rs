//! The plugin protocol of Terraform and OpenTofu, version 6, as a library: everything that a provider needs beside what it
//! is about. It serves protocol 6.11 without state stores, to Terraform from 1.0 on and to every OpenTofu.
//!
//! ```no_run
#![doc = include_str!("../examples/hello.rs")]
//! ```
//!
//! Start from what you want to do:
//!
//! | | |
//! |---|---|
//! | write a resource | [`guide::write_a_resource`] |
//! | test it | [`guide::test_a_resource`] |
//! | know what is kept for you, and what is left out | [`guide::rules`] |
//! | see a whole provider | `examples/shelf`; the smallest is `examples/hello.rs` |
//!
//! And where things stand:
//!
//! | module | what it does |
//! |---|---|
//! | [`server`] | typed traits for resources, data sources, ephemeral resources, functions, lists and actions; the dispatch that keeps core's rules for them |
//! | [`schema`] | models: one struct as schema, codec and documentation; validators; the checks of schemas; reference pages |
//! | [`value`] | types and values, exact numbers, unknowns with refinements, paths; `MessagePack` and JSON |
//! | [`diagnostics`] | errors and warnings with the attribute that they are about |
//! | [`wire`] | the process: handshake, mutual TLS, log lines, interruption, end, debug mode |
//! | [`protocol`] | the messages |
//! | `client` | with the feature `client`: the other side, for tests |
#![deny(missing_docs)]

// The code that `#[derive(Model)]` makes names this crate from outside; within the crate it has to as well.
extern crate self as tfplugin;

#[cfg(feature = "client")]
pub mod client;
pub mod diagnostics;
mod field;
#[cfg(any(doc, doctest))]
pub mod guide;
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
