//! The thread's half of a stream: one channel, from the request for it to its close.

use std::io::{ErrorKind, Read as _};
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use ssh2::{Channel, ErrorCode};
use tokio::io::DuplexStream;
use tokio::sync::oneshot;

use crate::host::error::{HostError, Peer};
use crate::host::run::Exit;

use super::Shared;
use super::exchange::{Broken, Step, Surroundings, again, broken};
use super::flow::Flow;
use super::socket::has_room;
use super::stream::{Line, NotOpened};

/// What the server is asked for.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// A connection from the machine to an address, as RFC 4254, section 7.2, describes it.
    Port { address: String, port: u16 },
    /// The standard streams of a command.
    Command(String),
}

/// Whoever waits for a stream to open.
type Opened = oneshot::Sender<Result<(), NotOpened>>;

/// A stream that is asked for.
pub(super) struct Opening {
    pub(super) way: Way,
    pub(super) pipe: DuplexStream,
    pub(super) line: Arc<Line>,
    pub(super) opened: Opened,
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

pub(super) struct Tunnel {
    way: Way,
    flow: Flow,
    line: Arc<Line>,
    opened: Option<Opened>,
    retried: bool,
    channel: Option<Channel>,
    /// Whether the server is being asked for the channel. This must go on until there is an answer.
    asked: bool,
    /// Since when only the close of the channel is awaited.
    closing: Option<Instant>,
}

impl Tunnel {
    pub(super) fn new(opening: Opening, waker: Waker) -> Self {
        Self {
            way: opening.way,
            flow: Flow::new(opening.pipe, waker),
            line: opening.line,
            opened: Some(opening.opened),
            retried: opening.retried,
            channel: None,
            asked: false,
            closing: None,
        }
    }

    /// Whether there is no channel yet. Only one may be opened at a time.
    pub(super) fn has_no_channel(&self) -> bool {
        self.channel.is_none()
    }

    pub(super) fn stuck(&self) -> bool {
        self.flow.stuck()
    }

    pub(super) fn closing(&self) -> Option<Instant> {
        self.closing
    }

    /// Whether the next step takes what arrives at the session.
    pub(super) fn listens(&self) -> bool {
        self.opened.is_some() || self.closing.is_some() || self.flow.listens()
    }

    /// Does what can be done now.
    pub(super) fn step(&mut self, around: &mut Surroundings<'_>, may_open: bool) -> Result<Step, Broken> {
        if let Some(channel) = &mut self.channel
            && self.flow.stuck()
        {
            // Even if nobody uses the stream any more.
            self.flow.write(channel, around)?;
            return Ok(if self.flow.stuck() { Step::Stuck } else { Step::Moved });
        }
        if self.line.given_up() && self.closing.is_none() {
            self.closing = Some(Instant::now());
        }
        if !has_room(around.socket) {
            return Ok(Step::Full);
        }
        if self.channel.is_none() {
            if self.closing.is_some() && !self.asked {
                return Ok(Step::Over);
            }
            return if may_open { self.open(around) } else { Ok(Step::Waiting) };
        }
        if self.opened.is_some() && self.closing.is_none() && !self.start(around)? {
            return Ok(Step::Waiting);
        }
        if self.closing.is_some() {
            return self.close();
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

    /// Begins the work of a channel that was opened. Returns whether there is an answer.
    fn start(&mut self, around: &Surroundings<'_>) -> Result<bool, Broken> {
        if let (Way::Command(command), Some(channel)) = (&self.way, &mut self.channel) {
            match channel.exec(command) {
                Ok(()) => {
                    around.counters.channel();
                    around.counters.exec();
                }
                Err(error) if again(&error) => return Ok(false),
                Err(error) if error.code() == ErrorCode::Session(libssh2_sys::LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) => {
                    let reason = "the server does not let this user run commands".to_owned();
                    self.refuse(NotOpened::Failed(reason));
                    self.closing = Some(Instant::now());
                    return Ok(true);
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
        let Some(channel) = &mut self.channel else {
            return Ok(Step::Waiting);
        };
        let mut moved = self.flow.send(channel, around)?;
        if self.flow.stuck() {
            return Ok(Step::Stuck);
        }
        if !has_room(around.socket) {
            return Ok(Step::Full);
        }
        moved |= self.flow.send_end(channel)?;
        if matches!(self.way, Way::Command(_)) {
            moved |= note(channel, &self.line, around)?;
        }
        moved |= self.flow.receive(channel, around)?;
        if self.flow.handed_on() && self.remote_end()? {
            return self.close();
        }
        Ok(if moved { Step::Moved } else { Step::Waiting })
    }

    /// Tells the user when the server sends no more. Returns whether the channel is over.
    fn remote_end(&mut self) -> Result<bool, Broken> {
        let Some(channel) = &mut self.channel else {
            return Ok(false);
        };
        if !channel.eof() {
            return Ok(false);
        }
        let is_command = matches!(self.way, Way::Command(_));
        if !is_command {
            self.flow.hand_on_end();
        }
        match channel.wait_close() {
            Ok(()) => {}
            Err(error) if again(&error) => return Ok(false),
            Err(error) => return Err(broken(&error)),
        }
        if is_command {
            let signal = channel.exit_signal().ok().and_then(|signal| signal.exit_signal);
            let code = channel.exit_status().unwrap_or(-1);
            self.line.exited(signal.map_or(Exit::Code(code), Exit::Signal));
        }
        self.flow.let_go();
        self.closing = Some(Instant::now());
        Ok(true)
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
                    pipe: self.flow.into_pipe(),
                    line: self.line,
                    opened,
                    retried: true,
                });
            }
            return;
        }
        let error = HostError::StreamLost {
            peer: peer.clone(),
            reason: reason.to_owned(),
        };
        if self.closing.is_none() {
            // Before the pipe closes, so that whoever sees the end sees why.
            self.line.broke(error.clone());
        }
        self.refuse(NotOpened::Host(error));
    }
}

/// Keeps what a command writes to its standard error. Returns whether there was any.
fn note(channel: &Channel, line: &Line, around: &mut Surroundings<'_>) -> Result<bool, Broken> {
    match channel.stderr().read(around.buffer) {
        Ok(length) => {
            line.said(&around.buffer[..length]);
            Ok(length > 0)
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(Broken(error.to_string())),
    }
}
