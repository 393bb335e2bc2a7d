//! All machines of this process: one session each, however many resources use it.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::address::Machine;
use super::credentials::Credentials;
use super::error::{HostError, Peer};
use super::run::{Input, Limits, Output, Run, Script};
use super::stream::{HostStream, StreamTarget};
use super::transport::Counters;
pub use super::transport::Counts;
use super::transport::local;
use super::transport::ssh::{Gates, SshHost};

/// The machines that this process reaches with the same credentials.
pub struct Hosts {
    credentials: Arc<Credentials>,
    counters: Arc<Counters>,
    gates: Arc<Gates>,
    made: Mutex<HashMap<Machine, Host>>,
}

impl Hosts {
    /// A pool without any connection.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials: Arc::new(credentials),
            counters: Arc::default(),
            gates: Arc::default(),
            made: Mutex::default(),
        }
    }

    /// A handle to a machine. All handles to the same machine share one session, which is made at the first run and
    /// lives until the pool and all handles are gone.
    pub fn host(&self, machine: &Machine) -> Host {
        let mut hosts = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get(machine) {
            return host.clone();
        }
        let transport = match machine {
            Machine::Local => Transport::Local,
            Machine::Ssh(address) => {
                let made = SshHost::new(
                    address.clone(),
                    Arc::clone(&self.credentials),
                    Arc::clone(&self.counters),
                    Arc::clone(&self.gates),
                );
                match made {
                    Ok(host) => Transport::Ssh(host),
                    Err(error) => Transport::Failed(error.to_string()),
                }
            }
        };
        let inner = Inner {
            machine: machine.clone(),
            counters: Arc::clone(&self.counters),
            transport,
            relays: AtomicBool::new(false),
        };
        let host = Host(Arc::new(inner));
        hosts.insert(machine.clone(), host.clone());
        host
    }

    /// What all connections of the pool have cost so far.
    pub fn counts(&self) -> Counts {
        self.counters.counts()
    }
}

/// A machine to run scripts on. Cheap to clone.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    machine: Machine,
    counters: Arc<Counters>,
    transport: Transport,
    /// Whether the server was found to forward no connections, so that streams need a relay.
    relays: AtomicBool,
}

pub(super) enum Transport {
    Local,
    Ssh(SshHost),
    /// This process has no more descriptors.
    Failed(String),
}

impl Host {
    /// The machine.
    pub fn machine(&self) -> &Machine {
        &self.0.machine
    }

    /// The host key, as a line, that the machine presented and that was found to be trusted. None before the first
    /// session, and for this machine.
    pub fn host_key(&self) -> Option<String> {
        match &self.0.transport {
            Transport::Ssh(host) => host.host_key(),
            Transport::Local | Transport::Failed(_) => None,
        }
    }

    /// Opens a byte stream to a port of a container: a connection from the machine to the container's address, carried by
    /// the one session. Where the server forwards no connections, the stream goes through a process in the container
    /// instead; that is found out once and remembered. An address that does not answer holds up the start of scripts and of
    /// other streams until the server gives up on it: libssh2 opens one channel at a time.
    ///
    /// Streams take none of the places for scripts. A stream keeps the session alive: it works on when all handles to the
    /// machine are gone, and the session ends with the last one. Dropping the stream closes its channel; a lost connection
    /// fails its next read and write.
    pub async fn stream(&self, target: &StreamTarget, cancel: &CancellationToken) -> Result<HostStream, HostError> {
        super::stream::open(self, target, cancel).await
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.0.counters
    }

    /// Whether the server was found to forward no connections, so that streams need a relay.
    pub(super) fn relays(&self) -> &AtomicBool {
        &self.0.relays
    }
}

impl Run for Host {
    async fn run(
        &self,
        script: &Script,
        input: Input,
        limits: Limits,
        cancel: &CancellationToken,
        mut on_line: impl FnMut(&str) + Send,
    ) -> Result<Output, HostError> {
        let begun = Instant::now();
        let result = match &self.0.transport {
            Transport::Local => local::run(&self.0.counters, *script, input, limits, cancel, &mut on_line).await,
            Transport::Ssh(host) => host.run(*script, input, limits, cancel, &mut on_line).await,
            Transport::Failed(reason) => Err(HostError::Local {
                peer: Peer::of(&self.0.machine),
                what: "make a pipe",
                reason: reason.clone(),
            }),
        };
        let Counts {
            connections,
            channels,
            streams,
            execs,
            turns,
            bytes_in,
            bytes_out,
        } = self.0.counters.counts();
        tracing::debug!(
            machine = %self.0.machine,
            milliseconds = begun.elapsed().as_millis(),
            connections,
            channels,
            streams,
            execs,
            turns,
            bytes_in,
            bytes_out,
            "a run has ended; the counts are those of all runs so far"
        );
        result
    }
}
