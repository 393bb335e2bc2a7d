//! What can go wrong between this process and a script on a machine.
//!
//! Every text names the way to the machine (address, port, user, and what was used to log in), since a misspelt key of
//! the `host` object cannot be found before the connection fails.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::address::{Machine, SshAddress};
use super::known_hosts::HostKeyProblem;

/// The machine an error is about, and how it was addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer(Arc<PeerText>);

#[derive(Debug, PartialEq, Eq)]
struct PeerText {
    way: String,
    login: Option<String>,
}

impl Peer {
    /// The machine Terraform runs on.
    pub fn local() -> Self {
        Self(Arc::new(PeerText {
            way: "this machine".to_owned(),
            login: None,
        }))
    }

    /// A machine behind ssh; `login` says which keys or other means log in there.
    pub fn ssh(address: &SshAddress, login: impl Into<String>) -> Self {
        let mut way = format!("{}@{} port {}", address.user, address.address, address.port);
        if let Some(bastion) = &address.bastion {
            // Writing to a string cannot fail.
            let _ = write!(
                way,
                " through {}@{} port {}",
                bastion.user, bastion.address, bastion.port
            );
        }
        Self(Arc::new(PeerText {
            way,
            login: Some(login.into()),
        }))
    }

    /// The machine, before anything is known about its login.
    pub fn of(machine: &Machine) -> Self {
        match machine {
            Machine::Local => Self::local(),
            Machine::Ssh(address) => {
                let mut peer = PeerText {
                    way: String::new(),
                    login: None,
                };
                peer.way.clone_from(&Self::ssh(address, "").0.way);
                Self(Arc::new(peer))
            }
        }
    }

    /// What logs in, or did: keys, agent, password.
    pub fn login(&self) -> Option<&str> {
        self.0.login.as_deref()
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.way)?;
        match &self.0.login {
            Some(login) => write!(formatter, " (login with {login})"),
            None => Ok(()),
        }
    }
}

/// Why a script did not run to its end. What the script itself reports is not among these.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HostError {
    /// The name has no address, or the resolver failed.
    #[error("{peer}: the address cannot be resolved: {reason}")]
    Resolve { peer: Peer, reason: String },
    /// No address of the machine accepted a TCP connection. One line of `attempts` for each address.
    #[error("{peer}: cannot connect: {}", attempts.join("; "))]
    Unreachable { peer: Peer, attempts: Vec<String> },
    /// Something accepted the connection, but no SSH session came of it.
    #[error("{peer}: connected, but no SSH session came of it: {reason}")]
    Handshake { peer: Peer, reason: String },
    /// The machine's host key is not one that was trusted before. Nothing was sent but the key exchange.
    #[error("{peer}: {problem}")]
    HostKey { peer: Peer, problem: Box<HostKeyProblem> },
    /// The configuration of the login cannot be used: an unreadable or protected key file, a bad `host_key`.
    #[error("{peer}: {reason}")]
    Configuration { peer: Peer, reason: String },
    /// The server accepted none of what was offered.
    #[error("{peer}: the login was refused.{}{}", list("Tried", tried), offer(offered.as_deref()))]
    Authentication {
        peer: Peer,
        /// One line for each thing tried: the method, the key with its fingerprint, and the answer.
        tried: Vec<String>,
        /// The methods the server would accept, as it says.
        offered: Option<String>,
    },
    /// The jump host could not be passed.
    #[error("{peer}: the way through the bastion failed: {cause}")]
    Bastion { peer: Peer, cause: Box<HostError> },
    /// The login works but becoming root does not.
    #[error("{peer}: {reason}")]
    Privilege { peer: Peer, reason: String },
    /// The server or the login shell did not start the script.
    #[error("{peer}: the script was not started: {reason}")]
    NotStarted { peer: Peer, reason: String },
    /// The connection ended while the run was in flight.
    #[error("{peer}: the connection was lost {}: {reason}", progress(*sent))]
    Lost { peer: Peer, sent: bool, reason: String },
    /// The deadline passed.
    #[error("{peer}: out of time after {}, {}", seconds(*after), progress(*sent))]
    Deadline { peer: Peer, sent: bool, after: Duration },
    /// The caller cancelled the run.
    #[error("{peer}: cancelled {}", progress(*sent))]
    Cancelled { peer: Peer, sent: bool },
    /// The script wrote more than its limit allows, and was given up.
    #[error("{peer}: the script wrote more than {limit} bytes")]
    OutputLimit { peer: Peer, limit: usize },
    /// No connection to a port of a container came about, though the machine itself can be reached.
    #[error("{peer}: no connection from there to {target}: {}", attempts.join("; "))]
    NoStream {
        peer: Peer,
        /// The port and the container.
        target: String,
        /// What was tried, each with what came of it.
        attempts: Vec<String>,
    },
    /// The session ended, and with it a stream that it carried.
    #[error("{peer}: the connection was lost, and a stream with it: {reason}")]
    StreamLost { peer: Peer, reason: String },
    /// The operating system refused something on this side: a thread, a pipe, a process.
    #[error("{peer}: this process could not {what}: {reason}")]
    Local {
        peer: Peer,
        what: &'static str,
        reason: String,
    },
}

impl HostError {
    /// Whether the script may have begun. If not, nothing on the machine has changed, and running it again is safe.
    pub fn sent(&self) -> bool {
        match self {
            Self::Lost { sent, .. } | Self::Deadline { sent, .. } | Self::Cancelled { sent, .. } => *sent,
            Self::OutputLimit { .. } | Self::StreamLost { .. } => true,
            _ => false,
        }
    }

    /// Whether there was no way to the machine at all, as opposed to a machine that answers but refuses.
    pub fn unreachable(&self) -> bool {
        match self {
            Self::Resolve { .. } | Self::Unreachable { .. } | Self::Handshake { .. } => true,
            Self::Bastion { cause, .. } => cause.unreachable(),
            Self::Lost { sent, .. } | Self::Deadline { sent, .. } => !sent,
            _ => false,
        }
    }
}

fn progress(sent: bool) -> &'static str {
    if sent {
        "while the script was running"
    } else {
        "before the script was sent"
    }
}

fn seconds(after: Duration) -> String {
    format!("{} s", after.as_secs())
}

fn list(title: &str, lines: &[String]) -> String {
    lines
        .iter()
        .fold(format!("\n{title}:"), |text, line| text + "\n  - " + line)
}

fn offer(offered: Option<&str>) -> String {
    offered
        .map(|methods| format!("\nThe server accepts: {methods}"))
        .unwrap_or_default()
}
