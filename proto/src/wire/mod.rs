//! The process around a provider: how core starts it, speaks to it and ends it.
//!
//! A provider is a child process of Terraform or OpenTofu. It is told what it needs in [environment], answers with one
//! [handshake] line on standard output, and then serves gRPC over a unix socket (TCP on Windows) with mutual TLS, to
//! exactly the client that announced itself. Log lines go to standard error ([log]). The protocol of this layer is that
//! of go-plugin 1.8.
//!
//! # Other processes on the machine
//!
//! The socket stands in a new folder, with a name that cannot be guessed, which its owner alone can enter. Whoever
//! reaches it all the same, a process of the same user for example, is dropped unless it shows the announced
//! certificate, proves that it has the key, and begins HTTP/2, all within ten seconds. 128 clients may be at this at a
//! time; when one more comes, the one that came first is dropped, so that connections which are merely held cannot keep
//! core out. The client is as strict: it speaks to nobody but the server whose certificate stood in the handshake line,
//! so that another socket in the place of ours hears nothing.
//!
//! A client that was let in can make the process do whatever a provider does; against it there are limits only for what
//! goes wrong by itself: the length of a message ([`MESSAGE_LIMIT`]), the calls at a time and the faulty ones on a
//! connection. Without an announced certificate (`TF_DISABLE_PLUGIN_TLS`, debug mode) every process that reaches the
//! socket is such a client.
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
mod greeting;
pub mod handshake;
mod lifetime;
mod listener;
pub mod log;
mod options;
pub mod reattach;
mod server;
mod signature;
mod tls;
mod unfinished;
#[cfg(unix)]
mod unix_socket;
mod verifier;

/// Whether mutual TLS can be set up with the client's certificate.
#[cfg(feature = "client")]
pub(crate) fn takes_certificate(pem: &str) -> bool {
    tls::mutual_tls(pem).is_ok()
}

#[cfg(feature = "client")]
pub(crate) use signature::PinnedKey;

pub use listener::ListenerError;
pub use options::Options;
pub use server::{ServeError, serve};
pub use tls::TlsError;

/// Largest message in either direction, in bytes: 256 MiB, as in the Go SDK. gRPC's default of 4 MiB is less than a
/// large state.
pub const MESSAGE_LIMIT: usize = 256 << 20;
