//! Test hosts, the harness around the real `terraform` and `tofu`, and the tools that both need.

pub mod prerequisites;
pub mod testbed;
pub mod tools;

/// Tells the person at the terminal what takes its time. Standard output stays free for results.
pub(crate) fn say(text: &str) {
    eprintln!("[testbed] {text}");
}
