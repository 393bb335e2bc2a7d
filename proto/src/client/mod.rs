//! The other side of the protocol: starts a provider and calls it as core does. For tests; needs the feature `client`.

mod certificate;
mod core;
mod identity;
mod process;
mod tls;

pub use self::core::{CallError, Core, Invocation, OpenedObject};
pub use identity::ClientIdentity;
pub use process::{ClientError, Plugin, Settings, ask_to_end, connect};

/// The provider's methods.
pub type ProviderClient = crate::protocol::provider_client::ProviderClient<tonic::transport::Channel>;
