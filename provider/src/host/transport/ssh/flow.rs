//! The two directions of a stream, between its channel and the pipe to its user.
//!
//! Nothing is polled: the pipe wakes the thread when there is something to send or room for what arrived. What is not
//! taken by the reader stays with the server, since the channel's window is widened only by reading.

use std::io::{ErrorKind, Read as _, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use ssh2::Channel;
use tokio::io::{AsyncRead as _, AsyncWrite as _, DuplexStream, ReadBuf};

use super::exchange::{Broken, Surroundings, TURNS, again, broken, sends_wait};
use super::held::Held;

/// How far the direction to the server has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sending {
    Open,
    /// The user sends no more; the server is still to be told.
    Over,
    Told,
}

pub(super) struct Flow {
    pipe: DuplexStream,
    waker: Waker,
    /// To the server.
    up: Held,
    sending: Sending,
    stuck: bool,
    /// To the user.
    down: Held,
    /// Whether the user was told that the server sends no more.
    down_over: bool,
}

impl Flow {
    pub(super) fn new(pipe: DuplexStream, waker: Waker) -> Self {
        Self {
            pipe,
            waker,
            up: Held::default(),
            sending: Sending::Open,
            stuck: false,
            down: Held::default(),
            down_over: false,
        }
    }

    /// The pipe of a flow of which nothing was moved.
    pub(super) fn into_pipe(self) -> DuplexStream {
        self.pipe
    }

    /// Whether a write must be repeated before anything else is sent.
    pub(super) fn stuck(&self) -> bool {
        self.stuck
    }

    /// Whether moving it takes what arrives at the session: writing does, too.
    pub(super) fn listens(&self) -> bool {
        self.down.is_empty() || !self.up.is_empty()
    }

    /// Whether all that was read from the channel is with the user.
    pub(super) fn handed_on(&self) -> bool {
        self.down.is_empty()
    }

    /// Sends what the user has written, as far as possible. Returns whether anything moved.
    pub(super) fn send(&mut self, channel: &mut Channel, around: &mut Surroundings<'_>) -> Result<bool, Broken> {
        let mut moved = false;
        for _ in 0..TURNS {
            let taken = self.take(around.buffer);
            moved |= self.write(channel, around)? || taken;
            if self.stuck || !taken || !self.up.is_empty() {
                break;
            }
        }
        Ok(moved)
    }

    /// Takes from the user what is to be sent, unless something is on its way. Returns whether anything changed.
    fn take(&mut self, buffer: &mut [u8]) -> bool {
        if !self.up.is_empty() || self.sending != Sending::Open {
            return false;
        }
        let mut buffer = ReadBuf::new(buffer);
        let mut context = Context::from_waker(&self.waker);
        match Pin::new(&mut self.pipe).poll_read(&mut context, &mut buffer) {
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.up.fill(buffer.filled()),
            Poll::Ready(_) => self.sending = Sending::Over,
            Poll::Pending => return false,
        }
        true
    }

    /// Sends what was taken. Returns whether any went out.
    pub(super) fn write(&mut self, channel: &mut Channel, around: &Surroundings<'_>) -> Result<bool, Broken> {
        let mut moved = false;
        for _ in 0..TURNS {
            if self.up.is_empty() {
                break;
            }
            match channel.write(self.up.rest()) {
                Ok(0) => break,
                Ok(length) => {
                    self.stuck = false;
                    self.up.hand_over(length);
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

    /// Tells the server when the user sends no more. Returns whether it did.
    pub(super) fn send_end(&mut self, channel: &mut Channel) -> Result<bool, Broken> {
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

    /// Hands on what has arrived, as long as the user takes it. Returns whether anything moved.
    pub(super) fn receive(&mut self, channel: &mut Channel, around: &mut Surroundings<'_>) -> Result<bool, Broken> {
        let mut moved = self.hand_on();
        for _ in 0..TURNS {
            if !self.down.is_empty() {
                break;
            }
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
                Poll::Ready(Ok(length)) => self.down.hand_over(length),
                // Nobody reads any more; the next step sees that.
                Poll::Ready(Err(_)) => self.down = Held::default(),
                Poll::Pending => break,
            }
            moved = true;
        }
        moved
    }

    /// Tells the user that the server sends no more.
    pub(super) fn hand_on_end(&mut self) {
        if !self.down_over {
            self.down_over = true;
            let mut context = Context::from_waker(&self.waker);
            // A pipe's half closes at once.
            let _ = Pin::new(&mut self.pipe).poll_shutdown(&mut context);
        }
    }

    /// Ends the user's half: what arrived is still read there, and then the end is.
    pub(super) fn let_go(&mut self) {
        self.pipe = tokio::io::duplex(1).0;
    }
}
