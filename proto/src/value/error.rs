//! What can be wrong with an encoded value.

use std::fmt;

use super::{Path, Step};

/// A value that could not be read or written, and where in it the fault is.
///
/// The message names types and attributes but never a value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CodecError {
    /// Where the fault is. The elements of a set are counted by their position in the input.
    pub path: Path,
    /// What the fault is.
    pub fault: Fault,
}

/// What is wrong, without the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The input ends inside a value, or claims a length that it does not have.
    #[error("the input ends too early")]
    Truncated,
    /// A byte that starts no msgpack value.
    #[error("the byte 0xc1 starts no msgpack value")]
    Reserved,
    /// Something follows the value.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    /// A value of another shape than the type asks for.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// The type that was asked for.
        expected: String,
        /// The kind of value that was there.
        found: &'static str,
    },
    /// An object lacks an attribute (protocol rule 10).
    #[error("the attribute is missing")]
    Missing,
    /// An object has an attribute that its type does not have (protocol rule 10).
    #[error("there is no such attribute")]
    Unexpected,
    /// A key that occurs twice.
    #[error("the key occurs twice")]
    Duplicate,
    /// A tuple of another length than its type.
    #[error("expected {expected} elements, found {found}")]
    Length {
        /// The number of elements the type has.
        expected: usize,
        /// The number of elements that were there.
        found: usize,
    },
    /// Text that is not UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// Text that is no decimal number, or a number out of the range of [`super::Number`].
    #[error("{0}")]
    Number(super::NumberError),
    /// A type description that cannot be understood.
    #[error("not a type: {0}")]
    Type(String),
    /// Text that is not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// A refinement of an unknown value that cannot be understood.
    #[error("not a refinement of an unknown value: {0}")]
    Refinement(&'static str),
    /// An unknown value where the format has none.
    #[error("the value is not known, and JSON cannot say so")]
    Unknown,
    /// An infinite number where the format has none.
    #[error("the number is infinite, and JSON cannot say so")]
    Infinite,
    /// More levels than [`super::MAX_DEPTH`].
    #[error("the value has more than {} levels", super::MAX_DEPTH)]
    Depth,
    /// A string or collection too long for the format's length fields.
    #[error("the value is too large")]
    Size,
}

impl CodecError {
    /// The same fault seen from one level higher.
    #[must_use]
    pub(super) fn below(mut self, step: Step) -> Self {
        // Faults are rare and paths short: inserting at the front is cheaper than carrying a path along all good values.
        self.path.0.insert(0, step);
        self
    }
}

impl From<Fault> for CodecError {
    fn from(fault: Fault) -> Self {
        Self {
            path: Path::root(),
            fault,
        }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_root() {
            write!(f, "{}", self.fault)
        } else {
            write!(f, "{}: {}", self.path, self.fault)
        }
    }
}
