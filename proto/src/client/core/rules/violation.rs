//! What a provider did against a rule.

use std::fmt;

use crate::value::Path;

/// A breach of one protocol rule at one place. Values are never part of it: they may be secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The number of the rule.
    pub rule: u8,
    /// Where in the object; the root for the object as a whole.
    pub path: Path,
    /// What is wrong.
    pub what: String,
}

impl Violation {
    /// A breach of `rule` at `path`.
    pub fn new(rule: u8, path: &Path, what: impl Into<String>) -> Self {
        Self {
            rule,
            path: path.clone(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, path, what } = self;
        if path.is_root() {
            write!(formatter, "rule {rule}: {what}")
        } else {
            write!(formatter, "rule {rule} at {path}: {what}")
        }
    }
}
