//! What a provider says about itself, and how it was started.

use tokio_util::sync::CancellationToken;

use super::environment::Environment;
use super::log::level_from_environment;

/// How to serve. Made by [`Options::from_environment`] in `main`.
#[derive(Debug, Clone)]
pub struct Options {
    pub(super) address: String,
    pub(super) environment: Environment,
    pub(super) debug: bool,
    pub(super) log_level: tracing_subscriber::filter::LevelFilter,
    pub(super) shutdown: CancellationToken,
}

impl Options {
    /// Reads environment and arguments of this process, for the provider with the source address `address`, for example
    /// `registry.terraform.io/quickfra/quickfra`.
    ///
    /// The argument `--debug` (or `-debug`, as in providers written in Go) asks for the debug mode.
    pub fn from_environment(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            environment: Environment::of_process(),
            debug: std::env::args_os()
                .skip(1)
                .any(|argument| argument == "--debug" || argument == "-debug"),
            log_level: level_from_environment(address, |name| std::env::var(name).ok()),
            shutdown: CancellationToken::new(),
        }
    }

    /// Cancelled when the process is about to end: from then on, calls in flight have about one second left.
    pub fn shutdown(&self) -> CancellationToken {
        self.shutdown.clone()
    }
}
