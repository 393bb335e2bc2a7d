//! Comparing what should be with what is: pure.

use std::fmt;

use super::desired::{Item, Release};
use super::snapshot::{Snapshot, StackSnapshot};

/// One difference between what should be and what is. Displays as a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Another release is in force, or none.
    Release {
        /// What is in force.
        from: Option<String>,
        /// What should be.
        to: String,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self:?}")
    }
}

/// What must change so that the items are as desired. Empty: nothing.
pub fn diff(desired: &[Item], observed: &Snapshot) -> Vec<Change> {
    let _ = (desired, observed);
    todo!()
}

/// What must change so that the release is in force and whole. Empty: nothing. `None`: the stack is not there.
pub fn diff_release(release: &Release, observed: Option<&StackSnapshot>) -> Vec<Change> {
    let _ = (release, observed);
    todo!()
}

/// What is not as the release in force says, without knowing what should be next: for refresh.
pub fn drift(observed: &StackSnapshot) -> Vec<Change> {
    let _ = observed;
    todo!()
}
