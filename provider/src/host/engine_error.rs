//! What can go wrong once a script runs on a machine: in its answer, or in what it was asked to do.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use super::desired::InvalidRelease;
use super::error::HostError;
use super::frames::{FrameError, NulByte};
use super::run::Exit;
use super::snapshot::Holder;

/// Why a machine could not be read or changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The script did not run to its end: no way to the machine, no login, a lost connection.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The script's answer cannot be read: cut off, or not in its format. Never taken for absence.
    #[error("the answer of the machine cannot be read (the script ended with {status}): {stderr}")]
    Answer {
        /// How the script ended.
        status: Exit,
        /// The end of what the script wrote to its standard error.
        stderr: String,
        /// What is wrong with the answer.
        source: FrameError,
    },
    /// The script of a change was ended on the machine before its end mark: killed, or out of memory. What it did until
    /// then is done.
    #[error("the script was ended{} ({status}): {stderr}", within(step.as_deref()))]
    Cut {
        /// The last step that it told of.
        step: Option<String>,
        /// How it ended.
        status: Exit,
        /// The end of what it wrote to its standard error.
        stderr: String,
    },
    /// The release itself is not sound: a mistake of the program, not of the user.
    #[error("the rendered release is not sound: {0}")]
    Release(#[from] InvalidRelease),
    /// A value cannot travel to the machine.
    #[error(transparent)]
    Value(#[from] NulByte),
    /// The files of the release do not fit into a tar stream.
    #[error("the files of the release cannot be packed: {0}")]
    Archive(String),
    /// Another transaction holds the stack. Nothing was changed.
    #[error("another apply is at work on this stack: {0}")]
    Busy(Holder),
    /// The machine is not fit for what was asked. Nothing was changed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Preflight(Vec<Problem>),
    /// A step failed.
    #[error(transparent)]
    Failed(#[from] Box<Failure>),
}

fn within(step: Option<&str>) -> String {
    step.map_or_else(String::new, |step| format!(" in the step {step}"))
}

/// Something that must be mended on the machine before anything can change there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{summary}. {remedy}")]
pub struct Problem {
    /// A short word for programs: `port`, `disk`, `engine`, `compose`, `root`, `os`, `secret`, `tool`.
    pub kind: String,
    /// What is wrong, one sentence without its full stop.
    pub summary: String,
    /// How to mend it, one sentence.
    pub remedy: String,
}

/// A transaction that did not reach its end, and what it left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why it ended.
    pub cause: Cause,
    /// The step that failed or was cut, such as `health`.
    pub step: String,
    /// How long the step had run.
    pub elapsed: Duration,
    /// What went wrong, for people.
    pub reason: String,
    /// The service that failed, where it was one.
    pub service: Option<String>,
    /// The last lines of that service's log, with generated secrets masked.
    pub log: Vec<String>,
    /// What the machine is left with.
    pub left: Left,
}

/// Why a transaction ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A step failed.
    Failed,
    /// The time that the apply was given is over.
    Deadline,
    /// The user stopped it.
    Cancelled,
}

/// What a failed transaction left on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing had been changed.
    Untouched,
    /// The previous release runs again.
    Previous,
    /// The previous release was brought back, but not everything in it is well.
    PreviousUnwell,
    /// There was no previous release: what had been started is stopped, the data stays.
    Stopped,
    /// The same release was in force before: it is left as it is.
    Same,
    /// Half done, and the way back failed too. The next apply heals it.
    Unfinished,
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, reason, .. } = self;
        match self.cause {
            Cause::Failed => {
                let seconds = self.elapsed.as_secs();
                write!(formatter, "the step {step} failed after {seconds} s: {reason}")
            }
            Cause::Deadline => write!(formatter, "out of time in the step {step}: {reason}"),
            Cause::Cancelled => write!(formatter, "cancelled in the step {step}"),
        }
    }
}
