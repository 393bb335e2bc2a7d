use std::{env, io, path::PathBuf, process::Stdio, sync::OnceLock};

use super::cargo;

/// Package and binary of the provider.
const PACKAGE: &str = "terraform-provider-quickfra";

/// Environment variable that names a provider binary to test instead of building one.
const PROVIDER_VARIABLE: &str = "QUICKFRA_PROVIDER";

/// How the provider is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, with overflow checks and debug assertions: for tests and the quickstart.
    Development,
    /// As it is published: for benchmarks.
    Release,
}

/// Why there is no binary to run.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ProviderError {
    #[error("cannot start cargo: {0}")]
    Start(String),
    #[error("cargo could not build {0} ({1}); its messages stand above")]
    Build(String, String),
    #[error("cargo built {0}, but named no executable in its messages")]
    NoExecutable(String),
}

/// Builds the provider and returns the path of its binary. Cargo's progress goes to stderr.
///
/// # Errors
/// When cargo cannot be started or the build fails.
pub fn build_provider(profile: Profile) -> Result<PathBuf, ProviderError> {
    build(PACKAGE, &[], PACKAGE, profile)
}

/// Builds an example of a package of the workspace and returns the path of its binary.
///
/// # Errors
/// Those of [`build_provider`].
pub fn build_example(package: &str, example: &str, profile: Profile) -> Result<PathBuf, ProviderError> {
    build(package, &["--example", example], example, profile)
}

fn build(package: &str, what: &[&str], name: &str, profile: Profile) -> Result<PathBuf, ProviderError> {
    let start = |error: io::Error| ProviderError::Start(error.to_string());
    let mut command = cargo(&[
        "build",
        "--package",
        package,
        "--message-format=json-render-diagnostics",
    ]);
    command.args(what).stdin(Stdio::null()).stderr(Stdio::inherit());
    if profile == Profile::Release {
        command.arg("--release");
    }
    let output = command.output().map_err(start)?;
    if !output.status.success() {
        return Err(ProviderError::Build(name.to_owned(), output.status.to_string()));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| ProviderError::NoExecutable(name.to_owned()))
}

/// The provider under test: the binary that `QUICKFRA_PROVIDER` names, else one built now. It is built once in a
/// process, so that a test never runs a stale one.
///
/// # Errors
/// Those of [`build_provider`].
pub fn provider_binary() -> Result<PathBuf, ProviderError> {
    static BINARY: OnceLock<Result<PathBuf, ProviderError>> = OnceLock::new();
    if let Some(named) = env::var_os(PROVIDER_VARIABLE) {
        return Ok(PathBuf::from(named));
    }
    BINARY.get_or_init(|| build_provider(Profile::Development)).clone()
}
