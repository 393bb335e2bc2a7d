//! The process around a provider: how core starts it, speaks to it and ends it.
//!
//! A provider is a child process of Terraform or OpenTofu. It is told what it needs in [environment], answers with one
//! [handshake] line on standard output, and then serves gRPC over a unix socket (TCP on Windows) with mutual TLS, to
//! exactly the client that announced itself. Log lines go to standard error ([log]). The protocol of this layer is that
//! of go-plugin 1.8.
//!
//! ```no_run
//! # use std::process::ExitCode;
//! use tfplugin::wire::{Options, serve};
//!
//! struct Bare;
//!
//! #[tonic::async_trait]
//! impl tfplugin::protocol::provider_server::Provider for Bare {}
//!
//! fn main() -> ExitCode {
//!     serve(Bare, Options::from_environment("registry.terraform.io/example/bare"))
//! }
//! ```

mod accept;
mod connection;
mod controller;
pub mod environment;
pub(crate) mod goplugin;
pub mod handshake;
mod lifetime;
mod listener;
pub mod log;
mod options;
pub mod reattach;
mod server;
mod tls;
#[cfg(unix)]
mod unix_socket;
mod verifier;

/// Whether mutual TLS can be set up with the client's certificate.
#[cfg(feature = "client")]
pub(crate) fn takes_certificate(pem: &str) -> bool {
    tls::mutual_tls(pem).is_ok()
}

pub use listener::ListenerError;
pub use options::Options;
pub use server::{ServeError, serve};
pub use tls::TlsError;

/// Largest message in either direction, in bytes: 256 MiB, as in the Go SDK. gRPC's default of 4 MiB is less than a
/// large state.
pub const MESSAGE_LIMIT: usize = 256 << 20;
