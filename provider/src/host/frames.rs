//! The language between scripts and this program.

use thiserror::Error;

/// What is wrong with a script's answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// It ends before its end mark.
    #[error("it ends before its end")]
    Truncated,
}
