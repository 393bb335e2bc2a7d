//! A session at work: up to two jobs at a time and any number of streams, moved on in one loop that waits for the socket.

use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use ssh2::Session;

use crate::host::error::{HostError, Peer};

use super::connect::Connected;
use super::exchange::{Broken, Exchange, Step, Surroundings};
use super::served::Served;
use super::socket::{CLOSED, GONE, has_room, wait};
use super::tunnel::Tunnel;
use super::{Event, Shared};

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
    /// In the order in which they came, so that the first one without a channel is the one that is being opened.
    running: Vec<Served>,
    /// Wakes this thread for a stream.
    waker: Waker,
    /// How many jobs the server takes at a time.
    places: usize,
    /// Refusals in a row, and until when no channel is asked for after the last one.
    refusals: u32,
    pause: Option<Instant>,
    /// Whether the server has opened a channel yet.
    opened: bool,
    buffer: Vec<u8>,
    heard: Instant,
    /// Whether anything took what arrived in the last turn.
    listened: bool,
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
            waker: Waker::from(Arc::clone(&shared.wake)),
            places: JOBS,
            refusals: 0,
            pause: None,
            opened: false,
            buffer: vec![0; BUFFER],
            heard: now,
            listened: false,
            pinged: now,
        }
    }

    /// Serves jobs and streams until the session breaks or no more will come.
    pub(super) fn serve(mut self) {
        let broken = loop {
            self.admit();
            // Streams outlive the handle to their machine.
            let over = self
                .running
                .iter()
                .all(|served| !served.is_job() && served.lingers(LINGER));
            if over && self.shared.queue().closed {
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

    /// Takes streams from the queue, and jobs while there are free places.
    fn admit(&mut self) {
        while let Some(opening) = self.shared.next_opening() {
            let tunnel = Tunnel::new(opening, self.waker.clone());
            self.running.push(Served::Stream(tunnel));
        }
        if self.pause.is_some_and(|until| Instant::now() < until) {
            return;
        }
        self.pause = None;
        while self.jobs() < self.places {
            let Some(job) = self.shared.next_job() else { return };
            self.running.push(Served::Job(Exchange::new(job)));
        }
    }

    /// How many jobs are at work.
    fn jobs(&self) -> usize {
        self.running.iter().filter(|served| served.is_job()).count()
    }

    fn turn(&mut self) -> Result<(), Broken> {
        self.shared.counters.turn();
        let (moved, full) = self.step_all()?;
        // A stream that lingers is in nobody's way.
        if self.jobs() > 0 && self.running.iter().all(|served| served.lingers(LINGER)) {
            return Err(Broken("the server does not close a channel".to_owned()));
        }
        let listening = self.running.iter().any(Served::listens);
        if listening && !self.listened {
            // Nothing was listened for until now.
            self.heard = Instant::now();
        }
        self.listened = listening;
        // Only what is taken may end the wait.
        let events = match (full, listening) {
            (true, _) => PollFlags::OUT,
            (false, true) => PollFlags::IN,
            (false, false) => CLOSED,
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
        if !listening && socket.intersects(GONE) {
            return Err(Broken("the server closed the connection".to_owned()));
        }
        Ok(())
    }

    /// Moves every job on. Returns whether any moved, and whether any waits for room in the socket.
    fn step_all(&mut self) -> Result<(bool, bool), Broken> {
        // What is half sent goes first, and alone.
        if let Some(stuck) = self.running.iter().position(Served::stuck)
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
                    if self.running.remove(index).is_job() {
                        (self.opened, self.refusals) = (true, 0);
                    }
                    moved = true;
                    continue;
                }
                Step::Refused(reason) => {
                    match self.running.remove(index) {
                        Served::Job(exchange) => self.refused(exchange, &reason),
                        Served::Stream(tunnel) => tunnel.refused(&reason),
                    }
                    moved = true;
                    continue;
                }
            }
            index += 1;
        }
        Ok((moved, full))
    }

    fn step(&mut self, index: usize) -> Result<Step, Broken> {
        let may_open = !self.running[..index].iter().any(Served::has_no_channel);
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
        let jobs = self.jobs();
        if jobs > 0 {
            self.places = jobs;
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
        if self.listened && self.heard.elapsed() > interval * SILENT {
            return Err(Broken(format!(
                "no sign of life for {} s",
                (interval * SILENT).as_secs()
            )));
        }
        let quiet_since = self.heard.max(self.pinged);
        if quiet_since.elapsed() >= interval {
            // A full socket means that something unanswered is on its way already.
            if has_room(self.socket.as_fd()) && !self.running.iter().any(Served::stuck) {
                self.session
                    .keepalive_send()
                    .map_err(|error| Broken(error.message().to_owned()))?;
            }
            self.pinged = Instant::now();
            return Ok(interval);
        }
        Ok(interval.saturating_sub(quiet_since.elapsed()))
    }

    /// Ends all that a session served that broke.
    fn break_off(self, reason: &str) {
        tracing::debug!(peer = %self.peer, reason, "connection lost");
        for served in self.running.into_iter().rev() {
            served.break_off(self.shared, &self.peer, reason);
        }
    }
}
