//! How a core reaches a provider.

use std::convert::Infallible;

use tonic::body::Body;
use tonic::codegen::{StdError, http};
use tonic::transport::Channel;
use tower::util::BoxCloneService;
use tower::{Service as _, ServiceExt as _};

use crate::protocol::provider_client::ProviderClient;
use crate::protocol::provider_server::{self, ProviderServer};
use crate::wire::MESSAGE_LIMIT;

/// A connection of any kind.
type Line = BoxCloneService<http::Request<Body>, http::Response<Body>, StdError>;

/// The provider's methods over a connection of any kind.
pub(super) type Provider = ProviderClient<Line>;

/// A provider in another process.
pub(super) fn over(channel: Channel) -> Provider {
    client(channel.map_err(StdError::from).boxed_clone())
}

/// A provider in this process, without a socket.
pub(super) fn within<P: provider_server::Provider>(service: P) -> Provider {
    let server = ProviderServer::new(service)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    let server = tower::service_fn(move |request: http::Request<Body>| {
        let mut server = server.clone();
        async move { server.call(request).await.map_err(|never: Infallible| match never {}) }
    });
    client(server.boxed_clone())
}

fn client(line: Line) -> Provider {
    ProviderClient::new(line)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}
