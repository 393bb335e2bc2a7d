//! The thread's half of a stream: one channel, and a pipe of bounded size to whoever uses the stream.
//!
//! Nothing is polled: the pipe wakes the thread when there is something to send or room for what arrived. What is not
//! taken by the reader stays with the server, since the channel's window is widened only by reading.

use std::io::{ErrorKind, Read as _, Write as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use ssh2::{Channel, ErrorCode};
use tokio::io::{AsyncRead as _, AsyncWrite as _, DuplexStream, ReadBuf};
use tokio::sync::oneshot;

use crate::host::error::{HostError, Peer};
use crate::host::run::Exit;

use super::Shared;
use super::exchange::{Broken, Step, Surroundings, TURNS, again, broken, sends_wait};
use super::stream::{Line, NotOpened};

/// What the server is asked for.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// A connection from the machine to an address, as RFC 4254, section 7.2, describes it.
    Port { address: String, port: u16 },
    /// The standard streams of a command.
    Command(String),
}

/// A stream that is asked for.
pub(super) struct Opening {
    pub(super) way: Way,
    pub(super) pipe: DuplexStream,
    pub(super) line: Arc<Line>,
    pub(super) opened: oneshot::Sender<Result<(), NotOpened>>,
    /// Whether it was asked for on a session that turned out to be dead.
    pub(super) retried: bool,
}

impl Opening {
    pub(super) fn wanted(&self) -> bool {
        !self.line.given_up()
    }

    /// Tells that there is no way to the machine.
    pub(super) fn fail(self, error: HostError) {
        // Nobody may be waiting any more.
        let _ = self.opened.send(Err(NotOpened::Host(error)));
    }
}

/// Bytes on their way through the thread.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    done: usize,
}

impl Held {
    fn is_empty(&self) -> bool {
        self.done == self.bytes.len()
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.done..]
    }

    fn fill(&mut self, bytes: &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.done = 0;
    }
}

/// How far the direction to the server has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sending {
    Open,
    /// The user sends no more; the server is still to be told.
    Over,
    Told,
}

pub(super) struct Tunnel {
    way: Way,
    pipe: DuplexStream,
    line: Arc<Line>,
    /// Whoever waits for the stream to open.
    opened: Option<oneshot::Sender<Result<(), NotOpened>>>,
    retried: bool,
    waker: Waker,
    channel: Option<Channel>,
    /// Whether the server is being asked for the channel. This must go on until there is an answer.
    asked: bool,
    up: Held,
    sending: Sending,
    stuck: bool,
    down: Held,
    /// Whether the user was told that the server sends no more.
    down_over: bool,
    closing: Option<Instant>,
}

impl Tunnel {
    pub(super) fn new(opening: Opening, waker: Waker) -> Self {
        Self {
            way: opening.way,
            pipe: opening.pipe,
            line: opening.line,
            opened: Some(opening.opened),
            retried: opening.retried,
            waker,
            channel: None,
            asked: false,
            up: Held::default(),
            sending: Sending::Open,
            stuck: false,
            down: Held::default(),
            down_over: false,
            closing: None,
        }
    }

    pub(super) fn has_no_channel(&self) -> bool {
        self.channel.is_none()
    }

    pub(super) fn stuck(&self) -> bool {
        self.stuck
    }

    pub(super) fn closing(&self) -> Option<Instant> {
        self.closing
    }

    /// Writing takes what arrives, too; so does waiting for the close.
    pub(super) fn listens(&self) -> bool {
        self.opened.is_some() || self.closing.is_some() || self.down.is_empty() || !self.up.is_empty()
    }

    pub(super) fn step(&mut self, around: &mut Surroundings<'_>, may_open: bool) -> Result<Step, Broken> {
        if self.stuck {
            // Even if nobody uses the stream any more.
            self.write(around)?;
            return Ok(if self.stuck { Step::Stuck } else { Step::Moved });
        }
        if self.line.given_up() && self.closing.is_none() {
            self.closing = Some(Instant::now());
        }
        if !super::socket::has_room(around.socket) {
            return Ok(Step::Full);
        }
        if self.channel.is_none() {
            if self.closing.is_some() && !self.asked {
                return Ok(Step::Over);
            }
            return if may_open { self.open(around) } else { Ok(Step::Waiting) };
        }
        if self.closing.is_some() {
            return self.close();
        }
        if self.opened.is_some() && !self.start(around)? {
            return Ok(Step::Waiting);
        }
        self.pass_on(around)
    }

    fn open(&mut self, around: &Surroundings<'_>) -> Result<Step, Broken> {
        self.asked = true;
        let channel = match &self.way {
            Way::Port { address, port } => around.session.channel_direct_tcpip(address, *port, None),
            Way::Command(_) => around.session.channel_session(),
        };
        match channel {
            Ok(channel) => {
                self.channel = Some(channel);
                Ok(Step::Moved)
            }
            Err(error) if again(&error) => Ok(Step::Waiting),
            Err(error) if error.code() == ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_CHANNEL_FAILURE) => {
                Ok(Step::Refused(error.message().to_owned()))
            }
            Err(error) => Err(broken(&error)),
        }
    }

    /// Begins the work of a channel that was opened. Returns whether it has begun.
    fn start(&mut self, around: &Surroundings<'_>) -> Result<bool, Broken> {
        if let (Way::Command(command), Some(channel)) = (&self.way, &mut self.channel) {
            match channel.exec(command) {
                Ok(()) => {
                    around.counters.channel();
                    around.counters.exec();
                }
                Err(error) if again(&error) => return Ok(false),
                Err(error) if error.code() == ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) => {
                    self.refuse(NotOpened::Failed(
                        "the server does not let this user run commands".to_owned(),
                    ));
                    self.closing = Some(Instant::now());
                    return Ok(false);
                }
                Err(error) => return Err(broken(&error)),
            }
        }
        around.counters.stream();
        if let Some(opened) = self.opened.take() {
            // Nobody may be waiting any more; the next step sees that.
            let _ = opened.send(Ok(()));
        }
        Ok(true)
    }

    /// Tells that there will be no stream.
    fn refuse(&mut self, reason: NotOpened) {
        if let Some(opened) = self.opened.take() {
            let _ = opened.send(Err(reason));
        }
    }

    /// The server opens no channel for it.
    pub(super) fn refused(mut self, reason: &str) {
        // What sshd answers for AllowTcpForwarding and PermitOpen, and servers without any forwarding.
        let forbidden = reason.contains("administratively prohibited") || reason.contains("unknown channel type");
        let reason = match &self.way {
            Way::Port { .. } if forbidden => NotOpened::Forbidden(reason.to_owned()),
            Way::Port { .. } => NotOpened::Failed(reason.to_owned()),
            Way::Command(_) => NotOpened::Failed(format!(
                "the server opens no session ({reason}); see MaxSessions in its sshd_config"
            )),
        };
        self.refuse(reason);
    }

    fn pass_on(&mut self, around: &mut Surroundings<'_>) -> Result<Step, Broken> {
        let mut moved = false;
        for _ in 0..TURNS {
            let taken = self.take(around);
            let written = self.write(around)?;
            if self.stuck {
                return Ok(Step::Stuck);
            }
            moved |= taken || written;
            if !self.up.is_empty() || self.sending != Sending::Open || !taken {
                break;
            }
        }
        if !super::socket::has_room(around.socket) {
            return Ok(Step::Full);
        }
        moved |= self.tell_end()?;
        moved |= self.read(around)?;
        if self.down.is_empty() && self.remote_end()? {
            return self.close();
        }
        Ok(if moved { Step::Moved } else { Step::Waiting })
    }

    /// Takes from the user what is to be sent, unless something is on its way. Returns whether anything changed.
    fn take(&mut self, around: &mut Surroundings<'_>) -> bool {
        if !self.up.is_empty() || self.sending != Sending::Open {
            return false;
        }
        let mut context = Context::from_waker(&self.waker);
        let mut buffer = ReadBuf::new(around.buffer);
        match Pin::new(&mut self.pipe).poll_read(&mut context, &mut buffer) {
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.up.fill(buffer.filled()),
            Poll::Ready(_) => self.sending = Sending::Over,
            Poll::Pending => return false,
        }
        true
    }

    /// Sends as much as possible. Returns whether any went out.
    fn write(&mut self, around: &Surroundings<'_>) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        let mut moved = false;
        for _ in 0..TURNS {
            if self.up.is_empty() {
                break;
            }
            match channel.write(self.up.rest()) {
                Ok(0) => break,
                Ok(length) => {
                    self.stuck = false;
                    self.up.done += length;
                    around.counters.sent(length);
                    moved = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.stuck = sends_wait(around.session);
                    break;
                }
                Err(error) => return Err(Broken(error.to_string())),
            }
        }
        Ok(moved)
    }

    fn tell_end(&mut self) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        if self.sending != Sending::Over || !self.up.is_empty() {
            return Ok(false);
        }
        match channel.send_eof() {
            Ok(()) => self.sending = Sending::Told,
            Err(error) if again(&error) => return Ok(false),
            Err(error) => return Err(broken(&error)),
        }
        Ok(true)
    }

    /// Hands on what has arrived, as long as the user takes it. Returns whether any was handed on.
    fn read(&mut self, around: &mut Surroundings<'_>) -> Result<bool, Broken> {
        let mut moved = self.hand_on();
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        if matches!(self.way, Way::Command(_)) {
            match channel.stderr().read(around.buffer) {
                Ok(length) => {
                    self.line.said(&around.buffer[..length]);
                    moved |= length > 0;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(Broken(error.to_string())),
            }
        }
        for _ in 0..TURNS {
            let Some(channel) = self.channel.as_mut().filter(|_| self.down.is_empty()) else {
                break;
            };
            match channel.read(around.buffer) {
                Ok(0) => break,
                Ok(length) => {
                    around.counters.received(length);
                    self.down.fill(&around.buffer[..length]);
                    self.hand_on();
                    moved = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(Broken(error.to_string())),
            }
        }
        Ok(moved)
    }

    /// Puts what is held into the pipe. Returns whether any fitted.
    fn hand_on(&mut self) -> bool {
        let mut context = Context::from_waker(&self.waker);
        let mut moved = false;
        while !self.down.is_empty() {
            match Pin::new(&mut self.pipe).poll_write(&mut context, self.down.rest()) {
                Poll::Ready(Ok(length)) => self.down.done += length,
                // Nobody reads any more; the next step sees that.
                Poll::Ready(Err(_)) => self.down = Held::default(),
                Poll::Pending => break,
            }
            moved = true;
        }
        moved
    }

    /// Tells the user when the server sends no more. Returns whether the channel is over.
    fn remote_end(&mut self) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        if !channel.eof() {
            return Ok(false);
        }
        if !self.down_over && matches!(self.way, Way::Port { .. }) {
            self.down_over = true;
            let mut context = Context::from_waker(&self.waker);
            // A pipe's half closes at once.
            let _ = Pin::new(&mut self.pipe).poll_shutdown(&mut context);
        }
        match channel.wait_close() {
            Ok(()) => {}
            Err(error) if again(&error) => return Ok(false),
            Err(error) => return Err(broken(&error)),
        }
        if matches!(self.way, Way::Command(_)) {
            let signal = channel.exit_signal().ok().and_then(|signal| signal.exit_signal);
            let code = channel.exit_status().unwrap_or(-1);
            self.line.exited(signal.map_or(Exit::Code(code), Exit::Signal));
        }
        self.let_go();
        Ok(true)
    }

    /// Ends the user's half: what arrived is still read there, and then the end is.
    fn let_go(&mut self) {
        self.pipe = tokio::io::duplex(1).0;
        self.closing = Some(Instant::now());
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

    /// The session broke. A stream without a channel is asked for once more on a new one.
    pub(super) fn break_off(mut self, shared: &Shared, peer: &Peer, reason: &str) {
        if self.channel.is_none() && !self.retried && self.closing.is_none() {
            if let Some(opened) = self.opened.take() {
                shared.reopen(Opening {
                    way: self.way,
                    pipe: self.pipe,
                    line: self.line,
                    opened,
                    retried: true,
                });
            }
            return;
        }
        let error = || HostError::StreamLost {
            peer: peer.clone(),
            reason: reason.to_owned(),
        };
        if self.closing.is_none() {
            // Before the pipe closes, so that whoever sees the end sees why.
            self.line.broke(error());
        }
        self.refuse(NotOpened::Host(error()));
    }
}
