//! Machines behind ssh, through libssh2.
//!
//! A libssh2 session must not be used by two threads, not even in turn with clones of its handles (ssh2-rs issue 322). So
//! each machine has one thread that owns the session and all its channels. Jobs come to it through a queue, and what
//! happens to them goes back through a channel for each job, so that the async side never blocks.

mod authenticate;
mod bastion;
mod connect;
mod exchange;
mod flow;
mod gate;
mod held;
mod link;
mod owner;
mod served;
mod socket;
mod stream;
mod tunnel;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::host::address::SshAddress;
use crate::host::credentials::Credentials;
use crate::host::error::{HostError, Peer};
use crate::host::run::{Exit, Input, Limits, Output, Script};

use super::collector::Collector;
use super::{Counters, Given, loader};
pub(in crate::host) use gate::Gates;
use socket::Wake;
pub(in crate::host) use stream::{NotOpened, SshStream};
use tunnel::Opening;

/// A machine behind ssh. Nothing is connected before the first run; the session ends when this is dropped.
pub(in crate::host) struct SshHost {
    shared: Arc<Shared>,
}

/// What the thread of a machine and its callers have in common.
struct Shared {
    address: SshAddress,
    credentials: Arc<Credentials>,
    counters: Arc<Counters>,
    gates: Arc<Gates>,
    queue: Mutex<Queue>,
    wake: Arc<Wake>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Streams that are asked for.
    openings: VecDeque<Opening>,
    /// Whether there is a thread.
    served: bool,
    /// Whether no more jobs will come.
    closed: bool,
    /// What logged in, once something did.
    peer: Option<Peer>,
    /// The key that the machine presented when the last session came about.
    host_key: Option<String>,
}

/// One run, as the thread sees it.
struct Job {
    command: String,
    /// The script: the first part of standard input.
    head: Vec<u8>,
    input: Input,
    output_limit: usize,
    events: UnboundedSender<Event>,
    state: Arc<JobState>,
    /// Whether the job was begun on a session that turned out to be dead.
    retried: bool,
}

#[derive(Default)]
struct JobState {
    /// Set just before the server is asked to run the command.
    sent: AtomicBool,
    /// Set when nobody waits any more.
    given_up: AtomicBool,
}

/// What happens to a job.
enum Event {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    Ended(Result<Exit, HostError>),
}

/// Tells the thread that nobody waits for the job any more, however the wait ends.
struct Waiting {
    state: Arc<JobState>,
    shared: Arc<Shared>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.state.given_up.store(true, Ordering::Release);
        self.shared.wake.wake();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // The queue is whole after every statement, so a panic elsewhere leaves nothing half done in it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The machine, with what logged in or would.
    fn peer(&self) -> Peer {
        let known = self.queue().peer.clone();
        known.unwrap_or_else(|| Peer::ssh(&self.address, self.credentials.summary()))
    }
}

impl SshHost {
    /// The key that the machine presented and that was found to be trusted; none before the first session.
    pub(in crate::host) fn host_key(&self) -> Option<String> {
        self.shared.queue().host_key.clone()
    }

    pub(in crate::host) fn new(
        address: SshAddress,
        credentials: Arc<Credentials>,
        counters: Arc<Counters>,
        gates: Arc<Gates>,
    ) -> std::io::Result<Self> {
        let wake = Arc::new(Wake::new()?);
        Ok(Self {
            shared: Arc::new(Shared {
                address,
                credentials,
                counters,
                gates,
                queue: Mutex::default(),
                wake,
            }),
        })
    }

    /// Runs a script there, as root.
    pub(in crate::host) async fn run(
        &self,
        script: Script,
        input: Input,
        limits: Limits,
        cancel: &CancellationToken,
        on_line: &mut (impl FnMut(&str) + Send),
    ) -> Result<Output, HostError> {
        let shared = &self.shared;
        let given = Given::new(shared.peer(), limits.deadline);
        if cancel.is_cancelled() {
            return Err(given.cancelled(false));
        }
        let (events, mut received) = unbounded_channel();
        let state = Arc::new(JobState::default());
        let head = loader::head(script);
        let command = loader::command(&shared.address.user, head.len());
        let job = Job {
            command,
            head,
            input,
            output_limit: limits.output_limit,
            events,
            state: Arc::clone(&state),
            retried: false,
        };
        owner::submit(shared, |queue| queue.jobs.push_back(job))?;
        let waiting = Waiting {
            state,
            shared: Arc::clone(shared),
        };
        let sent = || waiting.state.sent.load(Ordering::Acquire);
        let mut collector = Collector::default();
        loop {
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(given.cancelled(sent())),
                () = given.passed() => return Err(given.deadline(sent())),
                event = received.recv() => event,
            };
            match event {
                Some(Event::Stdout(bytes)) => collector.stdout(&bytes, on_line),
                Some(Event::Stderr(bytes)) => collector.stderr(&bytes),
                Some(Event::Ended(Ok(exit))) => {
                    return collector.finish(exit, &shared.peer(), &shared.address.user, on_line);
                }
                Some(Event::Ended(Err(error))) => return Err(error),
                None => {
                    let reason = "the connection's thread ended".to_owned();
                    return Err(HostError::Lost {
                        peer: shared.peer(),
                        sent: sent(),
                        reason,
                    });
                }
            }
        }
    }
}

impl Drop for SshHost {
    fn drop(&mut self) {
        self.shared.queue().closed = true;
        self.shared.wake.wake();
    }
}
