//! The user's half of a stream, and how it is asked for.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio::sync::oneshot;

use crate::host::error::HostError;
use crate::host::run::Exit;

use super::tunnel::{Opening, Way};
use super::{Shared, SshHost, owner};

/// Bytes that wait for the other side in each direction.
const PIPE: usize = 128 * 1024;
/// How much of a command's standard error is kept, in bytes.
const SAID: usize = 4096;

/// Why there is no stream.
#[derive(Debug)]
pub(in crate::host) enum NotOpened {
    /// The server forwards no connections.
    Forbidden(String),
    /// The connection or the command did not come about.
    Failed(String),
    /// There is no session.
    Host(HostError),
}

/// What both halves of a stream know beyond its bytes.
#[derive(Default)]
pub(super) struct Line {
    given_up: AtomicBool,
    broke: OnceLock<HostError>,
    exited: OnceLock<Exit>,
    said: Mutex<Vec<u8>>,
}

impl Line {
    /// Whether nobody uses the stream any more.
    pub(super) fn given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
    }

    /// The session broke. To be called before the pipe is closed.
    pub(super) fn broke(&self, error: HostError) {
        // Only the first reason counts.
        let _ = self.broke.set(error);
    }

    /// The command ended. To be called before the pipe is closed.
    pub(super) fn exited(&self, exit: Exit) {
        let _ = self.exited.set(exit);
    }

    /// Keeps the beginning of what the command wrote to its standard error.
    pub(super) fn said(&self, bytes: &[u8]) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let room = SAID.saturating_sub(said.len()).min(bytes.len());
        said.extend_from_slice(&bytes[..room]);
    }

    fn check(&self) -> io::Result<()> {
        match self.broke.get() {
            Some(error) => Err(io::Error::new(io::ErrorKind::ConnectionReset, error.clone())),
            None => Ok(()),
        }
    }
}

/// A stream over the session of a machine. It keeps the session alive; dropping it closes its channel.
pub(in crate::host) struct SshStream {
    pipe: DuplexStream,
    line: Arc<Line>,
    shared: Arc<Shared>,
}

impl SshHost {
    /// Asks the server to connect to an address.
    pub(in crate::host) async fn connect(&self, address: String, port: u16) -> Result<SshStream, NotOpened> {
        self.open(Way::Port { address, port }).await
    }

    /// Asks the server to run a command, whose standard streams are the stream.
    pub(in crate::host) async fn attach(&self, command: String) -> Result<SshStream, NotOpened> {
        self.open(Way::Command(command)).await
    }

    async fn open(&self, way: Way) -> Result<SshStream, NotOpened> {
        let (near, far) = duplex(PIPE);
        let line = Arc::new(Line::default());
        let (opened, answer) = oneshot::channel();
        let opening = Opening {
            way,
            pipe: far,
            line: Arc::clone(&line),
            opened,
            retried: false,
        };
        owner::submit(&self.shared, |queue| queue.openings.push_back(opening)).map_err(NotOpened::Host)?;
        // Gives up when this future is dropped, too.
        let stream = SshStream {
            pipe: near,
            line,
            shared: Arc::clone(&self.shared),
        };
        match answer.await {
            Ok(Ok(())) => Ok(stream),
            Ok(Err(refused)) => Err(refused),
            Err(_) => Err(NotOpened::Host(HostError::StreamLost {
                peer: self.shared.peer(),
                reason: "the connection's thread ended".to_owned(),
            })),
        }
    }

    /// Name of the user who logs in.
    pub(in crate::host) fn user(&self) -> &str {
        &self.shared.address.user
    }

    /// The machine, with what logged in or would.
    pub(in crate::host) fn peer(&self) -> crate::host::error::Peer {
        self.shared.peer()
    }
}

impl SshStream {
    /// How the command ended, and the beginning of its standard error. Known once the end was read.
    pub(in crate::host) fn ended(&self) -> (Exit, Vec<u8>) {
        let exit = self.line.exited.get().cloned().unwrap_or(Exit::Code(-1));
        let said = self.line.said.lock().unwrap_or_else(PoisonError::into_inner);
        (exit, said.clone())
    }
}

impl Drop for SshStream {
    fn drop(&mut self) {
        self.line.given_up.store(true, Ordering::Release);
        self.shared.wake.wake();
    }
}

impl AsyncRead for SshStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.pipe).poll_read(context, buffer))?;
        if buffer.filled().len() == before && buffer.remaining() > 0 {
            self.line.check()?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for SshStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.pipe).poll_write(context, bytes));
        if written.is_err() {
            self.line.check()?;
        }
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(context)
    }
}
