//! Which host keys are trusted.

use thiserror::Error;

/// Why a machine's host key was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HostKeyProblem {
    /// Nothing is known about the machine's key.
    #[error("unknown host key")]
    Unknown,
}
