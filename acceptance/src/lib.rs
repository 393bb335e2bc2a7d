//! What the acceptance tests of Quickfra stand on: disposable hosts, the real tools, and the harness around them.
//!
//! The commands `cargo quickstart`, `cargo suite` and `cargo testbed` live in this crate too.

pub mod harness;
pub mod tools;
