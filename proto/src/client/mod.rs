//! The other side of the protocol: starts a provider and calls it as core does. For tests; needs the feature `client`.

mod certificate;
pub mod core;
mod identity;
mod known;
mod managed;
mod process;
mod tls;

pub use identity::ClientIdentity;
pub use known::{CallError, Invocation, KnownProvider, OpenedObject};
pub use managed::{ListedObject, Object, PlannedObject};
pub use process::{ClientError, Plugin, Settings, ask_to_end, connect, connect_raw};

/// Whether a provider would start with that value of `PLUGIN_CLIENT_CERT`; for tests with hostile ones.
pub fn takes_certificate(pem: &str) -> bool {
    crate::wire::takes_certificate(pem)
}

/// The provider's methods.
pub type ProviderClient = crate::protocol::provider_client::ProviderClient<tonic::transport::Channel>;
