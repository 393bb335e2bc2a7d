//! Hostile input for `tfplugin`: each target takes bytes from anywhere and must answer or refuse them, in bounded time and
//! memory, without a panic.
//!
//! `cargo test -p tfplugin-hostile` runs every input of `fuzz/corpus/` and damaged copies of them. To search for new ones,
//! with a nightly compiler and `cargo install cargo-fuzz`, in `proto/hostile`:
//!
//! ```shell
//! cargo +nightly fuzz run msgpack -- -rss_limit_mb=1024 -timeout=10 -max_total_time=600
//! ```
//!
//! An input that breaks something is kept in the corpus, beside the mend.

#![expect(clippy::panic, clippy::missing_panics_doc, reason = "a panic is what is looked for")]

mod codec;
mod service;
#[path = "../../examples/shelf/main.rs"]
#[expect(dead_code, reason = "the example's own start is not used")]
mod shelf;
mod start;

pub use codec::{json, msgpack, type_json};
pub use service::{identity, request};
pub use start::{certificate, handshake};

/// A target: bytes in, nothing out.
pub type Target = fn(&[u8]);

/// All targets by the names of their folders in `corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("msgpack", msgpack),
    ("json", json),
    ("type_json", type_json),
    ("handshake", handshake),
    ("certificate", certificate),
    ("identity", identity),
    ("request", request),
];

/// Cuts bytes at the first zero: what is before it and what is behind it.
fn cut(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == 0) {
        Some(place) => (&data[..place], &data[place + 1..]),
        None => (data, &[]),
    }
}
