//! Waiting for sockets, and waking a thread that waits for one.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// The peer closed its side. Asked for where data alone is no reason to wake up.
#[cfg(target_os = "linux")]
pub(super) const CLOSED: PollFlags = PollFlags::RDHUP;
#[cfg(not(target_os = "linux"))]
pub(super) const CLOSED: PollFlags = PollFlags::empty();

/// The peer is gone for good.
pub(super) const GONE: PollFlags = PollFlags::HUP.union(PollFlags::ERR).union(CLOSED);

/// A pipe that ends another thread's wait.
pub(super) struct Wake {
    inner: UnixStream,
    outer: UnixStream,
}

impl Wake {
    pub(super) fn new() -> io::Result<Self> {
        let (inner, outer) = UnixStream::pair()?;
        inner.set_nonblocking(true)?;
        outer.set_nonblocking(true)?;
        Ok(Self { inner, outer })
    }

    /// Ends the present wait, or the next one.
    pub(super) fn wake(&self) {
        // If the pipe is full, the other thread will wake up anyway.
        let _ = (&self.outer).write(&[0]);
    }

    /// What to poll.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.inner.as_fd()
    }

    /// Forgets the calls so far.
    pub(super) fn clear(&self) {
        let mut bytes = [0; 64];
        while (&self.inner).read(&mut bytes).is_ok_and(|length| length == bytes.len()) {}
    }
}

/// Whoever polls with a waker of this is woken as the thread is.
impl std::task::Wake for Wake {
    fn wake(self: Arc<Self>) {
        Self::wake(&self);
    }
}

/// Waits for one of the events at either descriptor, at most for `limit`; returns what happened at each.
pub(super) fn wait(
    first: (BorrowedFd<'_>, PollFlags),
    second: (BorrowedFd<'_>, PollFlags),
    limit: Option<Duration>,
) -> io::Result<(PollFlags, PollFlags)> {
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    let mut fds = [
        PollFd::from_borrowed_fd(first.0, first.1),
        PollFd::from_borrowed_fd(second.0, second.1),
    ];
    match poll(&mut fds, limit.as_ref()) {
        Ok(_) => Ok((fds[0].revents(), fds[1].revents())),
        Err(Errno::INTR) => Ok((PollFlags::empty(), PollFlags::empty())),
        Err(error) => Err(error.into()),
    }
}

/// Whether a small packet can be sent whole at once.
///
/// libssh2 keeps some small packets on the stack: if one were sent in part, it could not be repeated reliably. A socket
/// is writable only while a good part of its buffer is free.
pub(super) fn has_room(socket: BorrowedFd<'_>) -> bool {
    let mut fds = [PollFd::from_borrowed_fd(socket, PollFlags::OUT)];
    poll(&mut fds, Some(&Timespec::default())).is_ok() && fds[0].revents().intersects(PollFlags::OUT | GONE)
}
