//! The thread of a machine: it connects when there is a job, serves jobs, and connects anew after a break.

use std::sync::Arc;

use rustix::event::PollFlags;

use crate::host::error::{HostError, Peer};

use super::link::Link;
use super::socket::wait;
use super::tunnel::Opening;
use super::{Event, Job, Queue, Shared, connect};

/// Hands something to do to the machine's thread, which is started if there is none.
pub(super) fn submit(shared: &Arc<Shared>, put: impl FnOnce(&mut Queue)) -> Result<(), HostError> {
    let mut queue = shared.queue();
    if !queue.served {
        let shared_with_thread = Arc::clone(shared);
        let name = format!("quickfra {}", shared.address);
        // The name is for debuggers; one with a NUL byte cannot be had, and no address has one.
        let spawned = std::thread::Builder::new()
            .name(name.replace('\0', ""))
            .spawn(move || Serving(shared_with_thread).serve());
        if let Err(error) = spawned {
            drop(queue);
            return Err(HostError::Local {
                peer: shared.peer(),
                what: "start a thread",
                reason: error.to_string(),
            });
        }
        queue.served = true;
    }
    put(&mut queue);
    drop(queue);
    shared.wake.wake();
    Ok(())
}

struct Serving(Arc<Shared>);

impl Serving {
    fn serve(self) {
        let shared = &self.0;
        while shared.wait_for_work() {
            match connect::connect(&shared.address, &shared.credentials, &shared.gates) {
                Ok(connected) => {
                    shared.counters.connection();
                    let mut queue = shared.queue();
                    queue.peer = Some(connected.peer.clone());
                    queue.host_key = Some(connected.host_key.clone());
                    drop(queue);
                    Link::new(connected, shared).serve();
                }
                Err(error) => shared.fail_all(&error),
            }
        }
    }
}

impl Drop for Serving {
    /// The thread ends, perhaps by a panic: whoever waits must learn of it, and the next job needs a new thread.
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.served = false;
        queue.jobs.clear();
        queue.openings.clear();
    }
}

impl Shared {
    /// The next job that somebody still waits for.
    pub(super) fn next_job(&self) -> Option<Job> {
        let mut queue = self.queue();
        std::iter::from_fn(|| queue.jobs.pop_front()).find(Job::wanted)
    }

    /// The next stream that somebody still wants.
    pub(super) fn next_opening(&self) -> Option<Opening> {
        let mut queue = self.queue();
        std::iter::from_fn(|| queue.openings.pop_front()).find(Opening::wanted)
    }

    /// Puts a stream that is asked for back to the front.
    pub(super) fn reopen(&self, opening: Opening) {
        self.queue().openings.push_front(opening);
    }

    /// Puts a job back to the front.
    pub(super) fn requeue(&self, job: Job) {
        self.queue().jobs.push_front(job);
    }

    /// Waits until there is something to do. False when there will be none.
    fn wait_for_work(&self) -> bool {
        loop {
            {
                let mut queue = self.queue();
                queue.jobs.retain(Job::wanted);
                queue.openings.retain(Opening::wanted);
                if !queue.jobs.is_empty() || !queue.openings.is_empty() {
                    return true;
                }
                if queue.closed {
                    return false;
                }
            }
            let wake = (self.wake.fd(), PollFlags::IN);
            if wait(wake, wake, None).is_err() {
                return false;
            }
            self.wake.clear();
        }
    }

    /// Nobody got a connection: all who waited for it learn the same.
    fn fail_all(&self, error: &HostError) {
        let mut queue = self.queue();
        let (jobs, openings) = (std::mem::take(&mut queue.jobs), std::mem::take(&mut queue.openings));
        drop(queue);
        for opening in openings {
            opening.fail(error.clone());
        }
        for job in jobs {
            let _ = job.events.send(Event::Ended(Err(error.clone())));
        }
    }
}

impl Job {
    fn wanted(&self) -> bool {
        !self.state.given_up.load(std::sync::atomic::Ordering::Acquire)
    }

    /// Tells the caller that the connection is gone.
    pub(super) fn lost(self, peer: &Peer, sent: bool, reason: &str) {
        let lost = HostError::Lost {
            peer: peer.clone(),
            sent,
            reason: reason.to_owned(),
        };
        // Nobody may be waiting any more.
        let _ = self.events.send(Event::Ended(Err(lost)));
    }
}
