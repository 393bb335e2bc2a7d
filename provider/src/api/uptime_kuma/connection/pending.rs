//! The calls in flight.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::super::error::Ended;

/// Why a call gets no answer: whether it may have been sent, and how the connection ended.
type Lost = (bool, Ended);

/// All calls of one connection that wait for an answer.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: u64,
    calls: HashMap<u64, Call>,
    ended: Option<Ended>,
}

#[derive(Debug)]
struct Call {
    event: &'static str,
    reply: oneshot::Sender<Result<String, Lost>>,
    sent: bool,
}

/// A call that waits. Dropped, it is forgotten.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    id: u64,
    pending: &'a Pending,
    reply: oneshot::Receiver<Result<String, Lost>>,
}

impl Pending {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code that could panic runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a number to a call, unless the connection has ended.
    pub(super) fn register(&self, event: &'static str) -> Result<Waiting<'_>, Ended> {
        let mut state = self.state();
        if let Some(ended) = &state.ended {
            return Err(ended.clone());
        }
        let id = state.next;
        state.next += 1;
        let (reply, receiver) = oneshot::channel();
        state.calls.insert(
            id,
            Call {
                event,
                reply,
                sent: false,
            },
        );
        Ok(Waiting {
            id,
            pending: self,
            reply: receiver,
        })
    }

    /// Notes that a call is about to be written. False if nobody waits for it any more.
    pub(super) fn begin(&self, id: u64) -> bool {
        let mut state = self.state();
        let call = state.calls.get_mut(&id);
        call.is_some_and(|call| {
            call.sent = true;
            true
        })
    }

    /// What was called with that number, if anyone waits for the answer.
    pub(super) fn event(&self, id: u64) -> Option<&'static str> {
        self.state().calls.get(&id).map(|call| call.event)
    }

    /// Hands an answer to its caller, if there is one.
    pub(super) fn answer(&self, id: u64, body: &str) {
        if let Some(call) = self.state().calls.remove(&id) {
            // The caller may have gone this very moment.
            let _ = call.reply.send(Ok(body.to_owned()));
        }
    }

    /// Fails all calls, and those that come. What is said first counts.
    pub(super) fn end(&self, ended: &Ended) {
        let mut state = self.state();
        state.ended.get_or_insert_with(|| ended.clone());
        for (_, call) in state.calls.drain() {
            let _ = call.reply.send(Err((call.sent, ended.clone())));
        }
    }

    /// How the connection ended, if it did.
    pub(super) fn ended(&self) -> Option<Ended> {
        self.state().ended.clone()
    }
}

impl Waiting<'_> {
    /// The number of the call.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Whether the call may have been written.
    pub(super) fn sent(&self) -> bool {
        self.pending.state().calls.get(&self.id).is_none_or(|call| call.sent)
    }

    /// Waits for the answer.
    pub(super) async fn answer(&mut self) -> Result<String, Lost> {
        // The sender stays among the calls until it is used, so it is never dropped unused.
        (&mut self.reply).await.unwrap_or(Err((true, Ended::Dropped)))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.pending.state().calls.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_find_their_callers_in_any_order() {
        let pending = Pending::default();
        let (mut one, mut two) = (pending.register("add").unwrap(), pending.register("add").unwrap());
        assert!(one.id() < two.id());
        pending.answer(two.id(), "[2]");
        pending.answer(one.id(), "[1]");
        pending.answer(99, "[]");
        assert_eq!(one.answer().await.unwrap(), "[1]");
        assert_eq!(two.answer().await.unwrap(), "[2]");
    }

    #[tokio::test]
    async fn the_end_says_which_calls_may_have_been_sent() {
        let pending = Pending::default();
        let (mut one, mut two) = (pending.register("add").unwrap(), pending.register("add").unwrap());
        assert!(pending.begin(one.id()));
        assert!(one.sent() && !two.sent());
        pending.end(&Ended::Dropped);
        pending.end(&Ended::Released);
        assert_eq!(one.answer().await.unwrap_err(), (true, Ended::Dropped));
        assert_eq!(two.answer().await.unwrap_err(), (false, Ended::Dropped));
        assert_eq!(pending.register("add").unwrap_err(), Ended::Dropped);
    }

    #[test]
    fn a_call_that_was_given_up_is_not_begun() {
        let pending = Pending::default();
        let id = pending.register("add").unwrap().id();
        assert!(!pending.begin(id));
        assert!(pending.state().calls.is_empty());
    }
}
