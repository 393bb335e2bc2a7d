//! What the acceptance tests of Quickfra stand on: disposable hosts, the real tools, and the harness around them.
//!
//! The commands `cargo quickstart`, `cargo suite` and `cargo testbed` live in this crate too.

pub mod harness;
pub mod prerequisites;
pub mod testbed;
pub mod tools;

/// Tells the person at the terminal what takes its time. Standard output stays free for results.
pub(crate) fn say(text: &str) {
    eprintln!("[testbed] {text}");
}
