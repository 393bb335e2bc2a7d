use std::{
    io,
    path::PathBuf,
    process::{Command, ExitStatus},
};

use acceptance::{harness::ProviderError, testbed::TestbedError};

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    #[error("cannot start {program}")]
    Start {
        program: String,
        #[source]
        source: io::Error,
    },
    #[error("{program} ended with {status}; what it found stands above")]
    Failed { program: String, status: ExitStatus },
    #[error("cannot read {path}")]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot write {path}")]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("there is no temporary folder")]
    Temporary(#[source] io::Error),
    #[error(
        "the pages in docs/ are not those that schemas and examples make; `cargo suite --only docs --write` mends most of it"
    )]
    Docs,
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Testbed(#[from] TestbedError),
    #[error("no shell script was found: the search is broken")]
    NoScripts,
}

/// Runs a command to its end with this program's own output, after printing it.
pub(crate) fn run(mut command: Command) -> Result<(), StepError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    println!("$ {program} {}", arguments.join(" "));
    super::flush();
    let status = command.status().map_err(|source| StepError::Start {
        program: program.clone(),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(StepError::Failed { program, status })
    }
}
