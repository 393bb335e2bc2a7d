//! One job on one channel, moved on step by step without ever blocking.
//!
//! libssh2 keeps unfinished sends in the session. Two rules follow, and [`super::link`] relies on them: a write that did
//! not go out whole is repeated, unchanged, before anything else is sent ([`Step::Stuck`]); everything else is sent
//! only while the socket has room for it, so that it goes out whole.

use std::io::{ErrorKind, Read, Write as _};
use std::os::fd::BorrowedFd;
use std::sync::atomic::Ordering;
use std::time::Instant;

use ssh2::{BlockDirections, Channel, Error, ErrorCode, Session};

use crate::host::error::{HostError, Peer};
use crate::host::run::Exit;
use crate::host::transport::{Counters, loader};

use super::socket::has_room;
use super::{Event, Job};

/// Writes and reads before it is another job's turn.
pub(super) const TURNS: usize = 16;

/// The session cannot be used any more, and why.
pub(super) struct Broken(pub(super) String);

/// How far a step came.
pub(super) enum Step {
    /// Something happened, and more may be possible at once.
    Moved,
    /// Nothing to do before something arrives.
    Waiting,
    /// Nothing to do before the socket has room.
    Full,
    /// A write must be repeated before anything else is sent.
    Stuck,
    /// The server opens no channel now. The job is untouched.
    Refused(String),
    /// The channel is closed, and the caller knows the result.
    Over,
}

/// What every step needs.
pub(super) struct Surroundings<'link> {
    pub(super) session: &'link Session,
    pub(super) socket: BorrowedFd<'link>,
    pub(super) counters: &'link Counters,
    pub(super) peer: &'link Peer,
    /// Room for one read.
    pub(super) buffer: &'link mut [u8],
}

/// How far the start of a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Nothing was sent.
    New,
    /// The server is being asked for a channel. This must go on until there is an answer.
    Opening,
    /// There is a channel.
    Open,
    /// The server is being asked to run the command, and reads what follows if it does.
    Asked,
    /// It runs the command.
    Granted,
}

/// A job and its channel.
pub(super) struct Exchange {
    job: Job,
    channel: Option<Channel>,
    stage: Stage,
    written: usize,
    stuck: bool,
    /// Whether nothing more is sent: all is, or the script does not want it.
    input_over: bool,
    received: usize,
    /// When the caller got the result while the channel was still open.
    closing: Option<Instant>,
}

impl Exchange {
    pub(super) fn new(job: Job) -> Self {
        Self {
            job,
            channel: None,
            stage: Stage::New,
            written: 0,
            stuck: false,
            input_over: false,
            received: 0,
            closing: None,
        }
    }

    /// Whether there is no channel yet. Only one may be opened at a time.
    pub(super) fn has_no_channel(&self) -> bool {
        self.channel.is_none()
    }

    pub(super) fn stuck(&self) -> bool {
        self.stuck
    }

    /// Since when only the close of the channel is awaited.
    pub(super) fn closing(&self) -> Option<Instant> {
        self.closing
    }

    /// The job, if the server was never asked to run it and somebody still waits.
    pub(super) fn into_untouched_job(self) -> Result<Job, Job> {
        let untouched = self.stage < Stage::Asked && self.closing.is_none();
        if untouched { Ok(self.job) } else { Err(self.job) }
    }

    /// Does what can be done now.
    pub(super) fn step(&mut self, around: &mut Surroundings<'_>, may_open: bool) -> Result<Step, Broken> {
        if self.stuck {
            // Even if nobody waits any more.
            self.write(around)?;
            return Ok(if self.stuck { Step::Stuck } else { Step::Moved });
        }
        let given_up = self.job.state.given_up.load(Ordering::Acquire);
        if given_up && self.closing.is_none() {
            self.closing = Some(Instant::now());
        }
        if !has_room(around.socket) {
            return Ok(Step::Full);
        }
        if self.channel.is_none() {
            if given_up && self.stage == Stage::New {
                return Ok(Step::Over);
            }
            return if may_open { self.open(around) } else { Ok(Step::Waiting) };
        }
        if self.closing.is_some() {
            return self.close();
        }
        self.converse(around)
    }

    fn open(&mut self, around: &Surroundings<'_>) -> Result<Step, Broken> {
        self.stage = Stage::Opening;
        match around.session.channel_session() {
            Ok(channel) => {
                around.counters.channel();
                self.channel = Some(channel);
                self.stage = Stage::Open;
                Ok(Step::Moved)
            }
            Err(error) => match error.code() {
                ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_EAGAIN) => Ok(Step::Waiting),
                ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_CHANNEL_FAILURE) => {
                    self.stage = Stage::New;
                    Ok(Step::Refused(error.message().to_owned()))
                }
                _ => Err(broken(&error)),
            },
        }
    }

    fn converse(&mut self, around: &mut Surroundings<'_>) -> Result<Step, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(Step::Waiting);
        };
        if self.stage < Stage::Granted {
            if self.stage < Stage::Asked {
                self.stage = Stage::Asked;
                self.job.state.sent.store(true, Ordering::Release);
                around.counters.exec();
            }
            match channel.exec(&self.job.command) {
                Ok(()) => self.stage = Stage::Granted,
                // The answer is not awaited: the server reads what follows in order, and a round trip is saved.
                Err(error) if again(&error) => {}
                Err(error) if error.code() == ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) => {
                    let reason = "the server does not let this user run commands".to_owned();
                    self.end(Err(HostError::NotStarted {
                        peer: around.peer.clone(),
                        reason,
                    }));
                    return Ok(Step::Moved);
                }
                Err(error) => return Err(broken(&error)),
            }
        }
        let mut moved = self.write(around)?;
        if self.stuck {
            return Ok(Step::Stuck);
        }
        if !has_room(around.socket) {
            return Ok(Step::Full);
        }
        moved |= self.send_end_of_input()?;
        moved |= self.read(around)?;
        if self.closing.is_none() && self.stage == Stage::Granted && self.remote_end()? {
            return self.close();
        }
        Ok(if moved { Step::Moved } else { Step::Waiting })
    }

    /// Sends input as far as possible. Returns whether any went out.
    fn write(&mut self, around: &Surroundings<'_>) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        let (head, input) = (&self.job.head, self.job.input.as_bytes());
        let mut moved = false;
        for _ in 0..TURNS {
            let rest = if self.written < head.len() {
                &head[self.written..]
            } else {
                &input[self.written - head.len()..]
            };
            if rest.is_empty() || self.input_over {
                break;
            }
            match channel.write(rest) {
                Ok(length) => {
                    self.stuck = false;
                    self.written += length;
                    around.counters.sent(length);
                    moved |= length > 0;
                    if length == 0 {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.stuck = sends_wait(around.session);
                    break;
                }
                // The script ended without reading everything.
                Err(_) if channel.eof() => {
                    self.stuck = false;
                    self.input_over = true;
                }
                Err(error) => return Err(Broken(error.to_string())),
            }
        }
        Ok(moved)
    }

    fn send_end_of_input(&mut self) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        if self.input_over || self.written < self.job.head.len() + self.job.input.as_bytes().len() {
            return Ok(false);
        }
        match channel.send_eof() {
            Ok(()) => self.input_over = true,
            Err(error) if again(&error) => return Ok(false),
            Err(_) if channel.eof() => self.input_over = true,
            Err(error) => return Err(broken(&error)),
        }
        Ok(true)
    }

    /// Takes what has arrived. Returns whether anything had.
    fn read(&mut self, around: &mut Surroundings<'_>) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        let mut moved = false;
        for (stream, event) in [(0, Event::Stdout as fn(Vec<u8>) -> Event), (1, Event::Stderr)] {
            let mut source = channel.stream(stream);
            for _ in 0..TURNS {
                let length = match source.read(around.buffer) {
                    Ok(0) => break,
                    Ok(length) => length,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(Broken(error.to_string())),
                };
                moved = true;
                self.received += length;
                around.counters.received(length);
                // Nobody may be listening any more; the next step sees that.
                let _ = self.job.events.send(event(around.buffer[..length].to_vec()));
                if self.received > self.job.output_limit.saturating_add(2 * loader::START.len()) {
                    let limit = self.job.output_limit;
                    self.end(Err(HostError::OutputLimit {
                        peer: around.peer.clone(),
                        limit,
                    }));
                    return Ok(true);
                }
            }
        }
        Ok(moved)
    }

    /// Whether the script has ended; then the caller is told how.
    fn remote_end(&mut self) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        if !channel.eof() {
            return Ok(false);
        }
        // The status comes before the close, but may come after the end of the output.
        match channel.wait_close() {
            Ok(()) => {}
            Err(error) if again(&error) => return Ok(false),
            Err(error) => return Err(broken(&error)),
        }
        let signal = channel.exit_signal().ok().and_then(|signal| signal.exit_signal);
        let code = channel.exit_status().unwrap_or(-1);
        self.end(Ok(signal.map_or(Exit::Code(code), Exit::Signal)));
        Ok(true)
    }

    fn end(&mut self, result: Result<Exit, HostError>) {
        self.closing = Some(Instant::now());
        // Nobody may be waiting any more.
        let _ = self.job.events.send(Event::Ended(result));
    }

    fn close(&mut self) -> Result<Step, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(Step::Over);
        };
        match channel.close() {
            Ok(()) => Ok(Step::Over),
            Err(error) if again(&error) => Ok(Step::Waiting),
            Err(error) => Err(broken(&error)),
        }
    }
}

pub(super) fn again(error: &Error) -> bool {
    error.code() == ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_EAGAIN)
}

pub(super) fn sends_wait(session: &Session) -> bool {
    matches!(
        session.block_directions(),
        BlockDirections::Outbound | BlockDirections::Both
    )
}

pub(super) fn broken(error: &Error) -> Broken {
    Broken(error.message().to_owned())
}
