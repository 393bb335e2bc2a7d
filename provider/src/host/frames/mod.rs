//! The language between scripts and this program.
//!
//! A **request** is lines of a verb and its fields, encoded so that a shell reads them back byte for byte without running
//! anything; it ends with the number of its lines, and a tar stream may follow.
//!
//! An **answer** is records of named fields, each with its length in bytes in front, so that no content can look like
//! structure; it ends with the number of its records. An answer without its end is an error, never an absence.

mod answer;
mod request;

pub use answer::{Answer, FrameError, Record, Watcher};
pub use request::{NulByte, Request};

/// The first line of both directions: the name and version of the language.
const MAGIC: &str = "quickfra 1";

#[cfg(test)]
mod tests;
