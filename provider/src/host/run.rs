//! Running a script on a machine: what goes in, what comes out, and the trait that hides how it gets there.

use std::fmt;
use std::future::Future;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::error::HostError;

/// A constant shell script for a POSIX `sh`.
///
/// Nothing is ever pasted into it: what varies travels in the [`Input`], which the script reads from its standard
/// input. The script runs with `LC_ALL=C`. A process that it leaves behind must have its standard output and error
/// redirected; otherwise the run lasts as long as that process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script(&'static str);

impl Script {
    /// A script with this text. It may use the whole of POSIX `sh`, `exit` and `set -e` included, but no NUL byte.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The text as written.
    pub const fn text(self) -> &'static str {
        self.0
    }
}

/// What a script finds on its standard input: any bytes, of any length. Wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Input(Zeroizing<Vec<u8>>);

impl Input {
    /// Nothing: the script sees the end of its input at once.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Input {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Input {
    /// Shows the length only: an input may carry secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Input({} bytes)", self.0.len())
    }
}

/// What one run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// When the run ends with [`HostError::Deadline`], connecting and waiting for a free channel included.
    pub deadline: Option<Instant>,
    /// Bytes of standard output and standard error together, after which the run ends with
    /// [`HostError::OutputLimit`].
    pub output_limit: usize,
}

impl Limits {
    /// The limit on output that [`Limits::default`] sets: 16 MiB.
    pub const OUTPUT: usize = 16 * 1024 * 1024;

    /// The default limits with a deadline.
    pub fn until(deadline: Instant) -> Self {
        Self {
            deadline: Some(deadline),
            ..Self::default()
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: None,
            output_limit: Self::OUTPUT,
        }
    }
}

/// How a script ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// It ended by itself with this status, 0 to 255.
    Code(i32),
    /// A signal ended it. The name has no `SIG` in front, as in RFC 4254, section 6.10: `TERM`, `KILL`.
    Signal(String),
}

impl Exit {
    /// Whether the script ended with status 0.
    pub fn success(&self) -> bool {
        *self == Self::Code(0)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(formatter, "status {code}"),
            Self::Signal(name) => write!(formatter, "signal {name}"),
        }
    }
}

/// What a script that ran to its end left. A status other than 0 is not an error of the transport: the caller judges it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// How the script ended.
    pub status: Exit,
    /// All of its standard output.
    pub stdout: Vec<u8>,
    /// All of its standard error.
    pub stderr: Vec<u8>,
}

/// Something that runs scripts as root on one machine.
pub trait Run: Send + Sync {
    /// Runs `script` as root with `input` on its standard input, and waits for its end.
    ///
    /// Each line of the script's standard output goes to `on_line` as it arrives, without its line break and with what
    /// is not UTF-8 replaced; a line of more than 64 KiB is cut there. The whole output is returned at the end.
    ///
    /// When `cancel` fires, the deadline passes or the future is dropped, the run is given up: on this machine its
    /// process group is killed; on another its channel is closed, so that its next read from or write to the standard
    /// streams fails. [`HostError::sent`] says whether the script may have begun.
    fn run(
        &self,
        script: &Script,
        input: Input,
        limits: Limits,
        cancel: &CancellationToken,
        on_line: impl FnMut(&str) + Send,
    ) -> impl Future<Output = Result<Output, HostError>> + Send;
}
