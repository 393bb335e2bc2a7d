//! A connection that was let in, and the count of those that are open.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tonic::transport::server::Connected;

use super::greeting::PREFACE;
use super::listener::Transport;

/// A connection on which HTTP/2 has begun: its preface was read, and is read once more by the server.
pub(super) struct Connection {
    stream: Either<Transport, TlsStream<Transport>>,
    /// What the server has not read of it yet.
    preface: &'static [u8],
    _open: OpenConnection,
}

impl Connection {
    pub(super) fn plain(stream: Transport, count: &ConnectionCount) -> Self {
        Self {
            stream: Either::Left(stream),
            preface: PREFACE,
            _open: count.open(),
        }
    }

    pub(super) fn encrypted(stream: TlsStream<Transport>, count: &ConnectionCount) -> Self {
        Self {
            stream: Either::Right(stream),
            preface: PREFACE,
            _open: count.open(),
        }
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.preface.is_empty() {
            let (now, later) = self.preface.split_at(self.preface.len().min(buffer.remaining()));
            buffer.put_slice(now);
            self.preface = later;
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, data)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// How many connections are open.
#[derive(Debug, Clone, Default)]
pub(super) struct ConnectionCount(watch::Sender<usize>);

impl ConnectionCount {
    /// Counts one more until the guard is dropped.
    fn open(&self) -> OpenConnection {
        self.0.send_modify(|count| *count += 1);
        OpenConnection(self.0.clone())
    }

    /// To wait for a change.
    #[cfg_attr(
        not(unix),
        allow(dead_code, reason = "used where the end of the parent process can be seen")
    )]
    pub(super) fn watch(&self) -> watch::Receiver<usize> {
        self.0.subscribe()
    }
}

struct OpenConnection(watch::Sender<usize>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_while_they_live() {
        let count = ConnectionCount::default();
        let watch = count.watch();
        let first = count.open();
        let second = count.open();
        assert_eq!(*watch.borrow(), 2);
        drop(first);
        drop(second);
        assert_eq!(*watch.borrow(), 0);
    }
}
