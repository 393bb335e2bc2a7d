use std::path::PathBuf;

/// What can go wrong while a testbed is made, used or removed.
#[derive(Debug, thiserror::Error)]
pub enum TestbedError {
    /// A file or socket could not be used.
    #[error("{action} {}", path.display())]
    File {
        /// What was tried, as the beginning of a sentence that ends with the path: `cannot read`.
        action: &'static str,
        /// The file, folder or socket.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A program could not be started at all.
    #[error("cannot start `{program}`: is it installed? `cargo testbed prerequisites` installs what is missing")]
    Start {
        /// Name of the program.
        program: String,
        /// The reason.
        source: std::io::Error,
    },
    /// A program ran and failed.
    #[error("`{command}` ended with {status}\n{output}")]
    Command {
        /// The command line.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The end of what it printed.
        output: String,
    },
    /// Something did not become ready in its time.
    #[error("{what} was not ready after {seconds} s{detail}")]
    NotReady {
        /// What was waited for.
        what: String,
        /// How long, in seconds.
        seconds: u64,
        /// More about it, beginning with a line break, or empty.
        detail: String,
    },
    /// The machine cannot do what is asked; the text says what to do about it.
    #[error("{problem}: {remedy}")]
    Machine {
        /// What is wrong.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// A certificate could not be made.
    #[error("cannot make the certificate of {subject}")]
    Certificate {
        /// Whose certificate.
        subject: String,
        /// The reason.
        source: rcgen::Error,
    },
    /// A file of the testbed does not have the form it should have.
    #[error("{} is not what it should be", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: serde_json::Error,
    },
    /// A call that does not fit the testbed: an address outside its network, an unknown id.
    #[error("{0}")]
    Usage(String),
}

/// Result of everything in this module.
pub type Result<T, E = TestbedError> = std::result::Result<T, E>;
