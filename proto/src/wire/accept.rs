//! The accept loop: every client greets on its own, so that none can hold up another.

use std::io::{self, ErrorKind};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::connection::{Connection, ConnectionCount};
use super::greeting::greet;
use super::listener::{Listener, Transport};
use super::unfinished::Unfinished;

/// A client that has not shaken hands and begun HTTP/2 by then is dropped.
const GREETING_TIMEOUT: Duration = Duration::from_secs(10);

/// Pause after a failure to accept when there is nobody to drop: only time heals it.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Lets clients in and hands them to the HTTP/2 server.
pub(super) struct Door {
    pub(super) listener: Listener,
    /// `None` serves without encryption.
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) count: ConnectionCount,
    /// Without a limit of its own: each connection in it was let in, and costs a file descriptor.
    pub(super) connections: mpsc::UnboundedSender<Connection>,
    pub(super) shutdown: CancellationToken,
}

impl Door {
    /// Runs until the shutdown, then closes the listener, which removes the socket.
    pub(super) async fn keep(self) {
        self.shutdown.run_until_cancelled(self.admit_all()).await;
    }

    async fn admit_all(&self) {
        let mut unfinished = Unfinished::default();
        loop {
            unfinished.make_room().await;
            match self.listener.accept().await {
                Ok(stream) => unfinished.start(self.admit(stream)),
                Err(error) if is_of_one_client(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // The usual reason is a lack of file descriptors.
                    if !unfinished.drop_oldest().await {
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        }
    }

    fn admit(&self, stream: Transport) -> impl Future<Output = ()> + Send + use<> {
        let (tls, count, connections) = (self.tls.clone(), self.count.clone(), self.connections.clone());
        async move {
            let greeting = greet(stream, tls.as_ref(), &count);
            match tokio::time::timeout(GREETING_TIMEOUT, greeting).await {
                Ok(Ok(connection)) => {
                    // Fails only once the server has ended.
                    let _ = connections.send(connection);
                }
                Ok(Err(error)) => tracing::warn!(%error, "a client was refused"),
                Err(_) => tracing::warn!("a client that did not finish its greeting was dropped"),
            }
        }
    }
}

/// Whether a client was gone before it was accepted, which says nothing about the next one.
fn is_of_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}
