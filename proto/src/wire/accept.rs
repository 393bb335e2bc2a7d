//! The accept loop: every connection shakes hands on its own, so that none can hold up another.

use std::io;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::connection::{Connection, ConnectionCount};
use super::listener::{Listener, Transport};

/// A client that has not finished the TLS handshake by then is dropped.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Pause after a failure to accept; the usual one is a lack of file descriptors, which only time heals.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Lets clients in and hands them to the HTTP/2 server.
pub(super) struct Door {
    pub(super) listener: Listener,
    /// `None` serves without encryption.
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) count: ConnectionCount,
    pub(super) connections: mpsc::Sender<Connection>,
    pub(super) shutdown: CancellationToken,
}

impl Door {
    /// Runs until the shutdown, then closes the listener, which removes the socket.
    pub(super) async fn keep(self) {
        self.shutdown.run_until_cancelled(self.admit_all()).await;
    }

    async fn admit_all(&self) {
        loop {
            match self.listener.accept().await {
                Ok(stream) => self.admit(stream),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn admit(&self, stream: Transport) {
        let (tls, count, connections) = (self.tls.clone(), self.count.clone(), self.connections.clone());
        tokio::spawn(async move {
            let connection = match tls {
                None => Connection::plain(stream, &count),
                Some(acceptor) => match shake_hands(&acceptor, stream, &count).await {
                    Ok(connection) => connection,
                    Err(error) => {
                        tracing::warn!(%error, "a client was refused");
                        return;
                    }
                },
            };
            // Fails only once the server has ended.
            let _ = connections.send(connection).await;
        });
    }
}

async fn shake_hands(acceptor: &TlsAcceptor, stream: Transport, count: &ConnectionCount) -> io::Result<Connection> {
    let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await??;
    Ok(Connection::encrypted(stream, count))
}
