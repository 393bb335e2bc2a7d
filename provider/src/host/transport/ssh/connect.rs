//! From an address to a session that is logged in. Everything here blocks, and ends within the connect timeout.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::os::fd::OwnedFd;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use ssh2::{ErrorCode, MethodType, Session};

use crate::host::address::SshAddress;
use crate::host::credentials::Credentials;
use crate::host::error::{HostError, Peer};
use crate::host::key::PublicKey;
use crate::host::known_hosts::KnownHosts;

use super::{Gates, authenticate, bastion};

/// How long one address is tried before the next is tried beside it (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// A session that is logged in.
pub(super) struct Connected {
    pub(super) session: Session,
    /// The session's socket, to wait for.
    pub(super) socket: OwnedFd,
    /// The machine, with what logged in.
    pub(super) peer: Peer,
    /// The key that the machine presented, as a line.
    pub(super) host_key: String,
}

/// Connects, checks the host key, logs in.
pub(super) fn connect(address: &SshAddress, credentials: &Credentials, gates: &Gates) -> Result<Connected, HostError> {
    let peer = Peer::ssh(address, credentials.summary());
    let deadline = Instant::now() + credentials.connect_timeout;
    let Some(outer) = &address.bastion else {
        return connect_directly(address, credentials, &peer, deadline);
    };
    let failed = |cause| HostError::Bastion {
        peer: peer.clone(),
        cause: Box::new(cause),
    };
    let pass = gates.enter(outer);
    let deadline = Instant::now() + credentials.connect_timeout;
    let outer_peer = Peer::ssh(outer, credentials.summary());
    let connected = connect_directly(outer, credentials, &outer_peer, deadline).map_err(failed)?;
    drop(pass);
    let stream = bastion::pass_through(connected, address, credentials, deadline).map_err(failed)?;
    log_in(stream.into(), address, credentials, &peer, deadline)
}

fn connect_directly(
    address: &SshAddress,
    credentials: &Credentials,
    peer: &Peer,
    deadline: Instant,
) -> Result<Connected, HostError> {
    let stream = reach(address, peer, deadline)?;
    let local = |error: io::Error| HostError::Local {
        peer: peer.clone(),
        what: "set up the socket",
        reason: error.to_string(),
    };
    // Before the handshake: with Nagle's algorithm it takes 130 ms more at a round trip of 50 ms.
    stream.set_nodelay(true).map_err(local)?;
    #[cfg(target_os = "linux")]
    {
        let milliseconds = u32::try_from((credentials.keepalive * 3).as_millis()).unwrap_or(u32::MAX);
        rustix::net::sockopt::set_tcp_user_timeout(&stream, milliseconds).map_err(|error| local(error.into()))?;
    }
    log_in(stream.into(), address, credentials, peer, deadline)
}

/// A TCP connection to the first of the machine's addresses that answers.
fn reach(address: &SshAddress, peer: &Peer, deadline: Instant) -> Result<TcpStream, HostError> {
    let unresolved = |reason: String| HostError::Resolve {
        peer: peer.clone(),
        reason,
    };
    let places: Vec<SocketAddr> = (address.address.as_str(), address.port)
        .to_socket_addrs()
        .map_err(|error| unresolved(error.to_string()))?
        .collect();
    if places.is_empty() {
        return Err(unresolved("the name has no address".to_owned()));
    }
    let limit = deadline.saturating_duration_since(Instant::now());
    let (sender, receiver) = channel();
    let mut attempts = Vec::new();
    for (index, place) in places.iter().copied().enumerate() {
        let sender = sender.clone();
        let attempt = move || {
            let limit = deadline
                .saturating_duration_since(Instant::now())
                .max(Duration::from_millis(1));
            // Nobody receives when another address was quicker.
            let _ = sender.send((place, TcpStream::connect_timeout(&place, limit)));
        };
        std::thread::Builder::new()
            .name("quickfra connect".to_owned())
            .spawn(attempt)
            .map_err(|error| HostError::Local {
                peer: peer.clone(),
                what: "start a thread",
                reason: error.to_string(),
            })?;
        let last = index + 1 == places.len();
        while attempts.len() <= index {
            let wait = if last { limit + HEAD_START } else { HEAD_START };
            match receiver.recv_timeout(wait) {
                Ok((_, Ok(stream))) => return Ok(stream),
                Ok((place, Err(error))) => attempts.push(format!("{place}: {}", reason(&error, limit))),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
    }
    if attempts.is_empty() {
        attempts.push(silence(limit));
    }
    Err(HostError::Unreachable {
        peer: peer.clone(),
        attempts,
    })
}

fn reason(error: &io::Error, limit: Duration) -> String {
    if error.kind() == io::ErrorKind::TimedOut {
        silence(limit)
    } else {
        error.to_string()
    }
}

fn silence(limit: Duration) -> String {
    format!("no answer within {:.0} s", limit.as_secs_f64())
}

/// Key exchange, host key, authentication.
fn log_in(
    socket: OwnedFd,
    address: &SshAddress,
    credentials: &Credentials,
    peer: &Peer,
    deadline: Instant,
) -> Result<Connected, HostError> {
    let begun = Instant::now();
    let local = |reason: String| HostError::Local {
        peer: peer.clone(),
        what: "make an SSH session",
        reason,
    };
    let known = known_hosts(address, credentials, peer)?;
    let mut session = Session::new().map_err(|error| local(error.message().to_owned()))?;
    let kinds = known.kinds(&address.address, address.port);
    prefer(&session, &kinds).map_err(|error| local(error.message().to_owned()))?;
    session.set_tcp_stream(socket.try_clone().map_err(|error| local(error.to_string()))?);
    limit_time(&session, deadline);
    session.handshake().map_err(|error| HostError::Handshake {
        peer: peer.clone(),
        reason: match error.code() {
            ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_TIMEOUT | libssh2_sys::LIBSSH2_ERROR_SOCKET_TIMEOUT) => {
                format!(
                    "{} (is it an SSH server?)",
                    silence(deadline.saturating_duration_since(begun))
                )
            }
            _ => error.message().to_owned(),
        },
    })?;
    // Before anything is told that only the right machine may know.
    let shown = session
        .host_key()
        .and_then(|(blob, _)| PublicKey::from_blob(blob))
        .ok_or_else(|| HostError::Handshake {
            peer: peer.clone(),
            reason: "the server showed no host key".to_owned(),
        })?;
    known
        .check(&address.address, address.port, &shown)
        .map_err(|problem| HostError::HostKey {
            peer: peer.clone(),
            problem,
        })?;
    let login = authenticate::authenticate(&session, &address.user, credentials, peer, deadline)?;
    tracing::debug!(address = %address.address, port = address.port, user = %address.user, %login, "logged in");
    Ok(Connected {
        session,
        socket,
        peer: Peer::ssh(address, login),
        host_key: shown.line(),
    })
}

/// Bounds the next blocking call by the deadline.
pub(super) fn limit_time(session: &Session, deadline: Instant) {
    let left = deadline.saturating_duration_since(Instant::now()).as_millis();
    // 0 would mean forever.
    session.set_timeout(u32::try_from(left).unwrap_or(u32::MAX).max(1));
}

/// The host keys to trust: the pinned one alone, else those of the files.
fn known_hosts(address: &SshAddress, credentials: &Credentials, peer: &Peer) -> Result<KnownHosts, HostError> {
    let wrong = |reason: String| HostError::Configuration {
        peer: peer.clone(),
        reason,
    };
    if let Some(line) = &address.host_key {
        let key = PublicKey::from_line(line).ok_or_else(|| {
            wrong(format!(
                "host_key is no public key; expected is a type and base64, as in \"ssh-ed25519 AAAA...\" (the machine's \
                 /etc/ssh/ssh_host_*_key.pub), not {line:?}"
            ))
        })?;
        return Ok(KnownHosts::pinned(key));
    }
    let mut known = KnownHosts::default();
    for path in credentials.known_hosts_files() {
        let text =
            std::fs::read(&path).map_err(|error| wrong(format!("known_hosts file {}: {error}", path.display())))?;
        known.add(&String::from_utf8_lossy(&text), &path.display().to_string());
    }
    Ok(known)
}

/// Asks the server for a key of one of these types first: it shows only one of its keys, and that should be the known one.
fn prefer(session: &Session, kinds: &[&str]) -> Result<(), ssh2::Error> {
    let signatures = kinds.iter().flat_map(|kind| match *kind {
        // The type of an RSA key is the name of a signature that is no longer used.
        "ssh-rsa" => vec!["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
        kind => vec![kind],
    });
    let supported = session.supported_algs(MethodType::HostKey)?;
    let mut order: Vec<&str> = signatures.filter(|name| supported.contains(name)).collect();
    // A host certificate would be shown in place of the key, and could not be checked.
    order.extend(supported.iter().filter(|name| !name.contains("-cert-")));
    session.method_pref(MethodType::HostKey, &order.join(","))
}
