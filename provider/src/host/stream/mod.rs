//! A byte stream to a port of a container, over the session that scripts use.

mod relay;

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::error::{HostError, Peer};
use super::pool::{Host, Transport};
use super::transport::child::ChildStream;
use super::transport::ssh::{NotOpened, SshStream};
pub(in crate::host) use relay::RELAY;

/// How long opening a stream may take, connecting to the machine included.
const TIME: Duration = Duration::from_mins(1);
/// How long an address may take on this machine, where containers answer at once or not at all.
const LOCAL_TIME: Duration = Duration::from_secs(2);

/// Where a stream leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamTarget {
    /// Name or id of the container.
    pub container: String,
    /// Its addresses, as the machine reaches them, in the order in which they are tried.
    pub addresses: Vec<IpAddr>,
    /// The TCP port inside the container.
    pub port: u16,
    /// What in the container can pass bytes on to the port, should the machine's ssh server forward no connections.
    pub relay: Option<Relay>,
}

/// What a container's image has that can pass bytes on to a port of the container's loopback interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relay {
    /// Node.js, as `node` in the search path. One more such process runs in the container for each stream, within the
    /// container's memory limit. When the service ends its side, the stream ends in both directions.
    Node,
}

impl fmt::Display for StreamTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "port {} of the container {}", self.port, self.container)
    }
}

/// A byte stream to a port of a container. Each direction can be closed alone; dropping it closes both.
pub struct HostStream(Inner);

enum Inner {
    Ssh(SshStream),
    Tcp(TcpStream),
    Child(Box<ChildStream>),
}

/// Why one way did not work.
enum Refusal {
    /// This one not; another may.
    Attempt(String),
    /// None will.
    Host(HostError),
}

pub(super) async fn open(
    host: &Host,
    target: &StreamTarget,
    cancel: &CancellationToken,
) -> Result<HostStream, HostError> {
    let mut attempts = Vec::new();
    let opened = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(HostError::Cancelled { peer: peer(host), sent: false }),
        opened = tokio::time::timeout(TIME, try_ways(host, target, &mut attempts)) => opened,
    };
    match opened {
        Ok(Ok(inner)) => return Ok(HostStream(inner)),
        Ok(Err(Refusal::Host(error))) => return Err(error),
        Ok(Err(Refusal::Attempt(reason))) => attempts.push(reason),
        Err(_) => attempts.push(format!("no answer within {} s", TIME.as_secs())),
    }
    Err(HostError::NoStream {
        peer: peer(host),
        target: target.to_string(),
        attempts,
    })
}

/// Tries the container's addresses, then the relay where that may help.
async fn try_ways(host: &Host, target: &StreamTarget, attempts: &mut Vec<String>) -> Result<Inner, Refusal> {
    if target.relay.is_none() || !host.relays().load(Ordering::Relaxed) {
        let relay_may_help = match connect(host, target, attempts).await? {
            Direct::Connected(inner) => return Ok(inner),
            Direct::Refused => false,
            Direct::Forbidden => {
                host.relays().store(true, Ordering::Relaxed);
                true
            }
            // Not remembered: the address may only be that of a container that is gone.
            Direct::Unroutable => true,
        };
        if !relay_may_help || target.relay.is_none() {
            let reason = attempts.pop().unwrap_or_else(|| "it has no address".to_owned());
            return Err(Refusal::Attempt(reason));
        }
    }
    relay::open(host, target).await
}

/// What came of trying the container's addresses.
enum Direct {
    Connected(Inner),
    /// Nothing listens there, or not at these addresses any more.
    Refused,
    /// The server forwards no connections.
    Forbidden,
    /// There is no way to these addresses from here.
    Unroutable,
}

async fn connect(host: &Host, target: &StreamTarget, attempts: &mut Vec<String>) -> Result<Direct, Refusal> {
    let mut outcome = Direct::Refused;
    for address in &target.addresses {
        let place = format!("{address} port {}", target.port);
        match host.transport() {
            Transport::Local => {
                let connecting = tokio::time::timeout(LOCAL_TIME, TcpStream::connect((*address, target.port)));
                let connected = connecting.await.unwrap_or_else(|elapsed| Err(elapsed.into()));
                match connected.and_then(|stream| stream.set_nodelay(true).map(|()| stream)) {
                    Ok(stream) => {
                        host.counters().stream();
                        return Ok(Direct::Connected(Inner::Tcp(stream)));
                    }
                    Err(error) => {
                        // Engines that run in a machine of their own, as on macOS, have addresses that lead nowhere.
                        if error.kind() != io::ErrorKind::ConnectionRefused {
                            outcome = Direct::Unroutable;
                        }
                        attempts.push(format!("{place}: {error}"));
                    }
                }
            }
            Transport::Ssh(ssh) => match ssh.connect(address.to_string(), target.port).await {
                Ok(stream) => return Ok(Direct::Connected(Inner::Ssh(stream))),
                Err(NotOpened::Host(error)) => return Err(Refusal::Host(error)),
                Err(NotOpened::Failed(reason)) => attempts.push(format!("{place}: {reason}")),
                Err(NotOpened::Forbidden(reason)) => {
                    attempts.push(format!(
                        "{place}: {reason}; see AllowTcpForwarding and PermitOpen in its sshd_config"
                    ));
                    return Ok(Direct::Forbidden);
                }
            },
            Transport::Failed(_) => return Err(Refusal::Host(failed(host))),
        }
    }
    Ok(outcome)
}

fn peer(host: &Host) -> Peer {
    match host.transport() {
        Transport::Ssh(ssh) => ssh.peer(),
        Transport::Local | Transport::Failed(_) => Peer::of(host.machine()),
    }
}

/// The error of a host that could not be set up.
fn failed(host: &Host) -> HostError {
    let reason = match host.transport() {
        Transport::Failed(reason) => reason.clone(),
        Transport::Local | Transport::Ssh(_) => String::new(),
    };
    HostError::Local {
        peer: peer(host),
        what: "make a pipe",
        reason,
    }
}

impl HostStream {
    fn inner(&mut self) -> Pin<&mut dyn Both> {
        match &mut self.0 {
            Inner::Ssh(stream) => Pin::new(stream),
            Inner::Tcp(stream) => Pin::new(stream),
            Inner::Child(stream) => Pin::new(stream),
        }
    }
}

trait Both: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Both for S {}

impl fmt::Debug for HostStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Inner::Ssh(_) => "HostStream(ssh)",
            Inner::Tcp(_) => "HostStream(tcp)",
            Inner::Child(_) => "HostStream(process)",
        })
    }
}

impl AsyncRead for HostStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner().poll_read(context, buffer)
    }
}

impl AsyncWrite for HostStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.inner().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_shutdown(context)
    }
}
