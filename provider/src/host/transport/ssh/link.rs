//! A session at work: up to two jobs at a time, moved on in one loop that waits for the socket.

use std::os::fd::{AsFd as _, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use ssh2::Session;

use crate::host::error::{HostError, Peer};

use super::connect::Connected;
use super::exchange::{Broken, Exchange, Step, Surroundings};
use super::socket::{CLOSED, GONE, has_room, wait};
use super::{Event, Job, Shared};

/// Jobs at a time. sshd allows ten sessions by default (`MaxSessions`), and other processes are at it too.
const JOBS: usize = 2;
/// Signs of life without an answer after which the machine counts as gone.
const SILENT: u32 = 3;
/// How long the close of a channel is awaited while jobs wait for its place.
const LINGER: Duration = Duration::from_secs(5);
/// How often a server that opened channels before is asked again when it opens none, and how long after each refusal.
/// sshd may count a session that has just been closed for a moment longer.
const ASKED_AGAIN: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);
/// Room for one read. The window of a channel is 2 MiB.
const BUFFER: usize = 128 * 1024;

pub(super) struct Link<'shared> {
    shared: &'shared Shared,
    session: Session,
    socket: OwnedFd,
    peer: Peer,
    running: Vec<Exchange>,
    /// How many jobs the server takes at a time.
    places: usize,
    /// Refusals in a row, and until when no channel is asked for after the last one.
    refusals: u32,
    pause: Option<Instant>,
    /// Whether the server has opened a channel yet.
    opened: bool,
    buffer: Vec<u8>,
    heard: Instant,
    pinged: Instant,
}

impl<'shared> Link<'shared> {
    pub(super) fn new(connected: Connected, shared: &'shared Shared) -> Self {
        let Connected {
            session,
            socket,
            peer,
            host_key: _,
        } = connected;
        session.set_blocking(false);
        let interval = u32::try_from(shared.credentials.keepalive.as_secs())
            .unwrap_or(u32::MAX)
            .max(1);
        session.set_keepalive(true, interval);
        let now = Instant::now();
        Self {
            shared,
            session,
            socket,
            peer,
            running: Vec::new(),
            places: JOBS,
            refusals: 0,
            pause: None,
            opened: false,
            buffer: vec![0; BUFFER],
            heard: now,
            pinged: now,
        }
    }

    /// Serves jobs until the session breaks or no more will come.
    pub(super) fn serve(mut self) {
        let broken = loop {
            self.admit();
            if self.running.is_empty() && self.shared.queue().closed {
                // A courtesy to the server's log; it closes anyway.
                let _ = self.session.disconnect(None, "done", None);
                return;
            }
            match self.turn() {
                Ok(()) => {}
                Err(broken) => break broken,
            }
        };
        self.break_off(&broken.0);
    }

    /// Takes jobs from the queue while there are free places.
    fn admit(&mut self) {
        if self.pause.is_some_and(|until| Instant::now() < until) {
            return;
        }
        self.pause = None;
        while self.running.len() < self.places {
            let Some(job) = self.shared.next_job() else { return };
            if self.running.is_empty() {
                // Nothing was listened for while there was nothing to do.
                self.heard = Instant::now();
            }
            self.running.push(Exchange::new(job));
        }
    }

    fn turn(&mut self) -> Result<(), Broken> {
        let (moved, full) = self.step_all()?;
        if self
            .running
            .iter()
            .all(|exchange| exchange.closing().is_some_and(|since| since.elapsed() > LINGER))
            && !self.running.is_empty()
        {
            return Err(Broken("the server does not close a channel".to_owned()));
        }
        let events = match (self.running.is_empty(), full) {
            (true, _) => CLOSED,
            (false, false) => PollFlags::IN,
            // What has arrived is not taken before there is room, so it must not end the wait.
            (false, true) => PollFlags::OUT,
        };
        let limit = if moved { Duration::ZERO } else { self.keep_alive()? };
        let limit = self.pause.map_or(limit, |until| {
            limit.min(until.saturating_duration_since(Instant::now()))
        });
        let wake = &self.shared.wake;
        let (socket, woken) = wait((self.socket.as_fd(), events), (wake.fd(), PollFlags::IN), Some(limit))
            .map_err(|error| Broken(error.to_string()))?;
        if !woken.is_empty() {
            wake.clear();
        }
        if socket.contains(PollFlags::IN) {
            self.heard = Instant::now();
        }
        if self.running.is_empty() && socket.intersects(GONE) {
            return Err(Broken("the server closed the connection".to_owned()));
        }
        Ok(())
    }

    /// Moves every job on. Returns whether any moved, and whether any waits for room in the socket.
    fn step_all(&mut self) -> Result<(bool, bool), Broken> {
        // What is half sent goes first, and alone.
        if let Some(stuck) = self.running.iter().position(Exchange::stuck)
            && matches!(self.step(stuck)?, Step::Stuck)
        {
            return Ok((false, true));
        }
        let (mut moved, mut full) = (false, false);
        let mut index = 0;
        while index < self.running.len() {
            match self.step(index)? {
                Step::Moved => moved = true,
                Step::Waiting => {}
                Step::Full => full = true,
                Step::Stuck => return Ok((moved, true)),
                Step::Over => {
                    self.running.remove(index);
                    (self.opened, self.refusals) = (true, 0);
                    moved = true;
                    continue;
                }
                Step::Refused(reason) => {
                    let job = self.running.remove(index);
                    self.refused(job, &reason);
                    moved = true;
                    continue;
                }
            }
            index += 1;
        }
        Ok((moved, full))
    }

    fn step(&mut self, index: usize) -> Result<Step, Broken> {
        let may_open = !self.running[..index].iter().any(Exchange::has_no_channel);
        let mut around = Surroundings {
            session: &self.session,
            socket: self.socket.as_fd(),
            counters: &self.shared.counters,
            peer: &self.peer,
            buffer: &mut self.buffer,
        };
        self.running[index].step(&mut around, may_open)
    }

    /// The server opens no channel: the job waits until another one has ended, or fails if there is none.
    fn refused(&mut self, exchange: Exchange, reason: &str) {
        let Ok(job) = exchange.into_untouched_job() else { return };
        if !self.running.is_empty() {
            self.places = self.running.len();
            self.shared.requeue(job);
        } else if self.opened && self.refusals < ASKED_AGAIN {
            self.refusals += 1;
            self.pause = Some(Instant::now() + PAUSE);
            self.shared.requeue(job);
        } else {
            let reason = format!("the server opens no session ({reason}); see MaxSessions in its sshd_config");
            let _ = job.events.send(Event::Ended(Err(HostError::NotStarted {
                peer: self.peer.clone(),
                reason,
            })));
        }
    }

    /// Sends a sign of life when it is time, and returns how long to wait for anything to happen.
    fn keep_alive(&mut self) -> Result<Duration, Broken> {
        let interval = self.shared.credentials.keepalive;
        if !self.running.is_empty() && self.heard.elapsed() > interval * SILENT {
            return Err(Broken(format!(
                "no sign of life for {} s",
                (interval * SILENT).as_secs()
            )));
        }
        let quiet_since = self.heard.max(self.pinged);
        if quiet_since.elapsed() >= interval {
            // A full socket means that something unanswered is on its way already.
            if has_room(self.socket.as_fd()) && !self.running.iter().any(Exchange::stuck) {
                self.session
                    .keepalive_send()
                    .map_err(|error| Broken(error.message().to_owned()))?;
            }
            self.pinged = Instant::now();
            return Ok(interval);
        }
        Ok(interval.saturating_sub(quiet_since.elapsed()))
    }

    /// Ends all jobs of a session that broke. Those of which nothing was sent get one more try on a new one.
    fn break_off(self, reason: &str) {
        tracing::debug!(peer = %self.peer, reason, "connection lost");
        for exchange in self.running.into_iter().rev() {
            match exchange.into_untouched_job() {
                Ok(job) if !job.retried => self.shared.requeue(Job { retried: true, ..job }),
                Ok(job) => job.lost(&self.peer, false, reason),
                Err(job) => job.lost(&self.peer, true, reason),
            }
        }
    }
}
