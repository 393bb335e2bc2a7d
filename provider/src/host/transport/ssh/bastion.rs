//! One hop: a channel of the bastion's session carries the bytes of the machine's own session.
//!
//! libssh2 wants a socket, so a thread pumps between the channel and one end of a socket pair. The bastion sees only
//! encrypted bytes.

use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use ssh2::Channel;

use crate::host::address::SshAddress;
use crate::host::credentials::Credentials;
use crate::host::error::HostError;

use super::connect::{Connected, limit_time};
use super::exchange::sends_wait;
use super::held::Held;
use super::socket::{has_room, wait};

/// Bytes that are held in each direction.
const BUFFER: usize = 128 * 1024;

/// Asks the bastion for a connection to `target`. The stream that is returned stands for it.
pub(super) fn pass_through(
    outer: Connected,
    target: &SshAddress,
    credentials: &Credentials,
    deadline: Instant,
) -> Result<UnixStream, HostError> {
    let peer = outer.peer.clone();
    let local = |error: std::io::Error| HostError::Local {
        peer: peer.clone(),
        what: "make a tunnel",
        reason: error.to_string(),
    };
    limit_time(&outer.session, deadline);
    let channel = outer
        .session
        .channel_direct_tcpip(&target.address, target.port, None)
        .map_err(|error| HostError::Unreachable {
            peer: peer.clone(),
            attempts: vec![format!(
                "{} port {} from there: {} (is the port open, and AllowTcpForwarding on?)",
                target.address,
                target.port,
                error.message()
            )],
        })?;
    let (near, far) = UnixStream::pair().map_err(local)?;
    far.set_nonblocking(true).map_err(local)?;
    outer.session.set_blocking(false);
    let keepalive = credentials.keepalive;
    outer
        .session
        .set_keepalive(true, u32::try_from(keepalive.as_secs()).unwrap_or(u32::MAX).max(1));
    let pump = Pump {
        outer,
        channel,
        far,
        keepalive,
        up: Held::default(),
        down: Held::default(),
        up_over: false,
    };
    std::thread::Builder::new()
        .name("quickfra bastion".to_owned())
        .spawn(move || pump.run())
        .map_err(local)?;
    Ok(near)
}

struct Pump {
    outer: Connected,
    channel: Channel,
    far: UnixStream,
    keepalive: Duration,
    /// Towards the machine.
    up: Held,
    /// From the machine.
    down: Held,
    /// Whether the near end sends no more.
    up_over: bool,
}

impl Pump {
    fn run(mut self) {
        while self.turn().is_ok_and(|goes_on| goes_on) {}
        // The near end's reader must learn that nothing more comes.
        let _ = self.far.shutdown(Shutdown::Both);
    }

    /// Moves what can be moved, then waits. False when the tunnel is over.
    fn turn(&mut self) -> std::io::Result<bool> {
        let mut moved = self.move_up()?;
        // While a write is half sent, nothing else may be: a read may send a window's adjustment.
        let full = !self.up.is_empty() && sends_wait(&self.outer.session) || !has_room(self.outer.socket.as_fd());
        if !full {
            moved |= self.move_down()?;
        }
        if self.up_over && self.up.is_empty() || self.channel.eof() && self.down.is_empty() {
            return Ok(false);
        }
        // Only what the next turn can use ends the wait.
        let outer = match (full, self.down.is_empty()) {
            (true, _) => PollFlags::OUT,
            (false, true) => PollFlags::IN,
            (false, false) => PollFlags::empty(),
        };
        let mut far = PollFlags::empty();
        far.set(PollFlags::IN, self.up.is_empty());
        far.set(PollFlags::OUT, !self.down.is_empty());
        let limit = if moved { Duration::ZERO } else { self.keepalive };
        let (at_outer, at_far) = wait((self.outer.socket.as_fd(), outer), (self.far.as_fd(), far), Some(limit))?;
        if !moved && at_outer.is_empty() && at_far.is_empty() && !full {
            self.outer.session.keepalive_send()?;
        }
        let gone = |events: PollFlags| events.intersects(PollFlags::HUP | PollFlags::ERR);
        Ok(moved || !gone(at_outer) && !gone(at_far))
    }

    fn move_up(&mut self) -> std::io::Result<bool> {
        let mut moved = false;
        if self.up.is_empty() && !self.up_over {
            match self.up.fill_from(&mut self.far, BUFFER) {
                Ok(0) => self.up_over = true,
                Ok(_) => moved = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        while !self.up.is_empty() {
            match self.channel.write(self.up.rest()) {
                Ok(0) => break,
                Ok(length) => {
                    self.up.hand_over(length);
                    moved = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(moved)
    }

    fn move_down(&mut self) -> std::io::Result<bool> {
        let mut moved = false;
        if self.down.is_empty() && has_room(self.outer.socket.as_fd()) {
            match self.down.fill_from(&mut self.channel, BUFFER) {
                Ok(length) => moved |= length > 0,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        while !self.down.is_empty() {
            match self.far.write(self.down.rest()) {
                Ok(length) => {
                    self.down.hand_over(length);
                    moved = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(moved)
    }
}
