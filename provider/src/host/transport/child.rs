//! A process on the machine Terraform runs on whose standard streams are a stream.

use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};

use rustix::process::{Pid, geteuid};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr};

use crate::host::error::{HostError, Peer};
use crate::host::run::Exit;

use super::Counters;
use super::local::{Group, command, exit};

/// How much of its standard error is read, in bytes.
const SAID: u64 = 4096;

/// The standard input and output of a process, which is killed when this is dropped.
pub(in crate::host) struct ChildStream {
    socket: UnixStream,
    child: Child,
    stderr: Option<ChildStderr>,
    _group: Group,
}

/// Starts a shell that reads a script of that length from its standard input, as root.
pub(in crate::host) fn attach(counters: &Counters, head_length: usize) -> Result<ChildStream, HostError> {
    let failed = |error: io::Error| HostError::Local {
        peer: Peer::local(),
        what: "start a shell",
        reason: error.to_string(),
    };
    // A socket can be closed in one direction.
    let (near, far) = std::os::unix::net::UnixStream::pair().map_err(failed)?;
    near.set_nonblocking(true).map_err(failed)?;
    let output = far.try_clone().map_err(failed)?;
    let mut child = command(head_length)
        .stdin(OwnedFd::from(far))
        .stdout(OwnedFd::from(output))
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    counters.exec();
    counters.stream();
    Ok(ChildStream {
        socket: UnixStream::from_std(near).map_err(failed)?,
        stderr: child.stderr.take(),
        _group: Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed()))),
        child,
    })
}

/// Name of the user who runs this.
pub(in crate::host) fn user() -> String {
    if geteuid().is_root() {
        return "root".to_owned();
    }
    std::env::var("USER").unwrap_or_else(|_| "this".to_owned())
}

impl ChildStream {
    /// How the process ended, and the beginning of its standard error. To be asked once its end was read.
    pub(in crate::host) async fn ended(mut self) -> (Exit, Vec<u8>) {
        let mut said = Vec::new();
        if let Some(stderr) = self.stderr.take() {
            // What cannot be read is not shown.
            let _ = stderr.take(SAID).read_to_end(&mut said).await;
        }
        let exit = self.child.wait().await.map_or(Exit::Code(-1), exit);
        (exit, said)
    }
}

impl AsyncRead for ChildStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for ChildStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
