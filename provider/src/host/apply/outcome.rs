//! What a transaction tells while it runs and when it is done.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::host::snapshot::StackSnapshot;

/// One line of progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The step: `lock`, `preflight`, `stage`, `secrets`, `check`, `pull`, `journal`, `start`, `health`, `first-run`,
    /// `live`, `switch`, `prune`, `certificates`, `rollback`.
    pub step: String,
    /// Whether it begins or ends.
    pub state: ProgressState,
    /// Time since the script began.
    pub elapsed: Duration,
}

/// Whether a step begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressState {
    /// It begins.
    Started,
    /// It is done.
    Done,
    /// It failed.
    Failed,
}

/// A release that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The stack as it is now, read by the same script: no other probe is needed.
    pub stack: StackSnapshot,
    /// The last log lines of each service that was well when its health was looked at and is not any more, with generated
    /// secrets masked.
    pub logs: BTreeMap<String, Vec<String>>,
    /// The machine's own id, see [`Facts::machine_id`](crate::host::snapshot::Facts::machine_id).
    pub machine_id: String,
    /// What the user should know although the apply succeeded.
    pub warnings: Vec<String>,
    /// What was changed, in words.
    pub changed: Vec<String>,
    /// How long the script ran.
    pub elapsed: Duration,
}
