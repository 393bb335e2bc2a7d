use std::{fmt, process::ExitStatus, time::Duration};

/// A command that has come to its end.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The command line, as a person would type it.
    pub command: String,
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    /// From the start of the process to its end.
    pub elapsed: Duration,
}

impl Finished {
    /// Exit code, or `None` when a signal ended the process.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Name of the tool's subcommand, such as `plan`.
    pub fn subcommand(&self) -> &str {
        self.command.split(' ').nth(1).unwrap_or_default()
    }
}

/// The transcript: what was run, how it ended, and all that it printed.
impl fmt::Display for Finished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "$ {}\n[{}]", self.command, self.status)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(formatter, "--- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}
