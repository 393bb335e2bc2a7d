use std::{error::Error, io, path::PathBuf, process::ExitStatus};

use acceptance::{harness::ProviderError, testbed::TestbedError};

/// Why the quickstart could not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QuickstartError {
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Testbed(#[from] TestbedError),
    #[error("cannot write into the folder of the quickstart")]
    Folder(#[source] io::Error),
    #[error("{0} is not what the quickstart has written")]
    Record(PathBuf, #[source] serde_json::Error),
    #[error("the machine at {0} does not answer any more")]
    MachineGone(String),
    #[error("cannot start {0}")]
    Start(String, #[source] io::Error),
    #[error("{command} ended with {status}")]
    Ended { command: String, status: ExitStatus },
}

impl QuickstartError {
    /// The error and its causes in one line.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = self.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    }
}
