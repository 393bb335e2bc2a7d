//! A provider in this process behind a connection with HTTP/2's own buffers and windows.

use std::io;

use futures_util::stream;
use hyper_util::rt::TokioIo;
use tfplugin::client::{KnownProvider, ProviderClient};
use tfplugin::protocol::provider_server::ProviderServer;
use tfplugin::server::{Provider, Service};
use tonic::transport::{Endpoint, Server};

/// The provider at the other end.
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
pub(crate) async fn connected(provider: impl Provider) -> KnownProvider {
    let (near, far) = tokio::io::duplex(4096);
    let server = Server::builder().add_service(ProviderServer::new(Service::new(provider)));
    tokio::spawn(server.serve_with_incoming(stream::iter([Ok::<_, io::Error>(far)])));
    let mut near = Some(near);
    let connector = tower::service_fn(move |_| {
        let near = near.take().ok_or(io::ErrorKind::NotConnected);
        async move { Ok::<_, io::Error>(TokioIo::new(near?)) }
    });
    // As in Go's client, a stream that nobody reads takes no room from the others.
    let endpoint = Endpoint::from_static("http://localhost").initial_connection_window_size(1 << 20);
    let channel = endpoint.connect_with_connector(connector).await.unwrap();
    KnownProvider::new(ProviderClient::new(channel)).await.unwrap()
}
