//! The way to a container's port where no connection can be made: a process in the container passes the bytes on.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::host::error::{HostError, Peer};
use crate::host::pool::{Host, Transport};
use crate::host::run::{Exit, Script};
use crate::host::transport::collector::Collector;
use crate::host::transport::ssh::NotOpened;
use crate::host::transport::{child, loader};

use super::{Inner, Refusal, StreamTarget};

/// Reads the container's name and the port, each a line; the rest of its input is the service's.
pub(in crate::host) const RELAY: Script = Script::new(concat!(
    "PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
    "IFS= read -r container && IFS= read -r port || exit 65\n",
    "exec docker exec -i \"$container\" node -e '\n",
    include_str!("../shell/relay.js"),
    "' \"$port\"\n",
));

/// What the relay says when it is connected. Everything after it is the service's.
const CONNECTED: &[u8] = b"quickfra: connected\n";
/// Bytes of a login shell's greetings that are read over.
const NOISE: usize = 64 * 1024;

/// Opens a stream through the container.
pub(super) async fn open(host: &Host, target: &StreamTarget) -> Result<Inner, Refusal> {
    let head = loader::head(RELAY);
    match host.transport() {
        Transport::Ssh(ssh) => {
            let command = loader::command(ssh.user(), head.len());
            let mut stream = ssh.attach(command).await.map_err(|reason| match reason {
                NotOpened::Host(error) => Refusal::Host(error),
                NotOpened::Failed(reason) | NotOpened::Forbidden(reason) => Refusal::Attempt(reason),
            })?;
            let noise = match greet(&mut stream, &head, target).await {
                Ok(()) => return Ok(Inner::Ssh(stream)),
                Err(NoGreeting::Broken(error)) => return Err(Refusal::Host(lost(ssh.peer(), &error))),
                Err(NoGreeting::Ended(noise)) => noise,
            };
            let (exit, said) = stream.ended();
            Err(refusal(&noise, &said, exit, &ssh.peer(), ssh.user(), target))
        }
        Transport::Local => {
            let peer = Peer::local();
            let mut stream = child::attach(host.counters(), head.len()).map_err(Refusal::Host)?;
            let noise = match greet(&mut stream, &head, target).await {
                Ok(()) => return Ok(Inner::Child(Box::new(stream))),
                Err(NoGreeting::Broken(error)) => return Err(Refusal::Host(lost(peer, &error))),
                Err(NoGreeting::Ended(noise)) => noise,
            };
            let (exit, said) = stream.ended().await;
            Err(refusal(&noise, &said, exit, &peer, &child::user(), target))
        }
        Transport::Failed(_) => Err(Refusal::Host(super::failed(host))),
    }
}

/// Why the relay did not say that it is connected.
enum NoGreeting {
    /// It ended; what it had said until then.
    Ended(Vec<u8>),
    Broken(std::io::Error),
}

/// Sends the relay and waits until it is connected.
async fn greet<S>(stream: &mut S, head: &[u8], target: &StreamTarget) -> Result<(), NoGreeting>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let lines = format!("{}\n{}\n", target.container, target.port);
    // A shell that gave up reads nothing; what it said is the reason.
    let sent = async {
        stream.write_all(&[head, lines.as_bytes()].concat()).await?;
        stream.flush().await
    };
    let _ = sent.await;
    let mut noise = Vec::new();
    // One byte at a time: what follows belongs to the service.
    while noise.len() < NOISE {
        match stream.read_u8().await {
            Ok(byte) => noise.push(byte),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Err(NoGreeting::Ended(noise)),
            Err(error) => return Err(NoGreeting::Broken(error)),
        }
        if noise.ends_with(CONNECTED) {
            return Ok(());
        }
    }
    Err(NoGreeting::Ended(noise))
}

fn lost(peer: Peer, error: &std::io::Error) -> HostError {
    HostError::StreamLost {
        peer,
        reason: error.to_string(),
    }
}

/// Why there was no relay, from what was said in its place.
fn refusal(noise: &[u8], said: &[u8], exit: Exit, peer: &Peer, user: &str, target: &StreamTarget) -> Refusal {
    let mut collector = Collector::default();
    collector.stdout(noise, &mut |_: &str| {});
    collector.stderr(said);
    match collector.finish(exit, peer, user, &mut |_: &str| {}) {
        Err(error) => Refusal::Host(error),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = match said.trim() {
                "" => format!("it ended with {}", output.status),
                said => said.to_owned(),
            };
            Refusal::Attempt(format!("docker exec in {}: {said}", target.container))
        }
    }
}
