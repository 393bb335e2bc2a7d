//! How a session gets a byte stream to the server.

use std::fmt;
use std::io;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::super::connection::{Address, Connection};
use super::super::error::Error;
use super::super::limits::Limits;

/// A byte stream to the server.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Makes byte streams. TLS, and the trust in a certificate, are its matter.
type Dial = dyn Fn() -> BoxFuture<'static, io::Result<Box<dyn Stream>>> + Send + Sync;

/// A server, and the way to it.
#[derive(Clone)]
pub struct Endpoint {
    /// Where the server is on the other end of the stream.
    pub address: Address,
    dial: Arc<Dial>,
}

impl Endpoint {
    /// A server that `dial` makes streams to: one at first, one after each connection that ended, and one for each request
    /// over plain HTTP.
    pub fn new<D, F, S>(address: Address, dial: D) -> Self
    where
        D: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = io::Result<S>> + Send + 'static,
        S: Stream + 'static,
    {
        let dial = move || -> BoxFuture<'static, io::Result<Box<dyn Stream>>> {
            let dialled = dial();
            Box::pin(async move { Ok(Box::new(dialled.await?) as Box<dyn Stream>) })
        };
        let dial = Arc::new(dial);
        Self { address, dial }
    }

    /// Makes a connection that is not logged in, such as for the first administrator.
    pub async fn connect(&self, limits: &Limits) -> Result<Connection, Error> {
        let dialled = timeout(limits.handshake, self.stream()).await;
        let late = |_| Error::NotReady(limits.handshake);
        let stream = dialled.map_err(late)?.map_err(Error::Dial)?;
        Connection::open(stream, &self.address, limits).await
    }

    /// Makes a stream.
    pub(in crate::api) async fn stream(&self) -> io::Result<Box<dyn Stream>> {
        (self.dial)().await
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Endpoint").field(&self.address).finish()
    }
}
