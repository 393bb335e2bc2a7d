//! How many logins may be under way at one bastion.
//!
//! sshd drops connections at random when more than ten are not logged in yet (`MaxStartups 10:30:100`), and all machines
//! behind a bastion may be asked for at once.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::host::address::SshAddress;

/// Half of what sshd allows by default, since another process may be at it too.
const LOGINS: usize = 5;

/// One gate for each bastion.
#[derive(Default)]
pub(in crate::host) struct Gates(Mutex<HashMap<(String, u16), Arc<Gate>>>);

#[derive(Default)]
pub(super) struct Gate {
    inside: Mutex<usize>,
    left: Condvar,
}

/// The right to log in; given back when dropped.
pub(super) struct Pass(Arc<Gate>);

impl Gates {
    /// Waits until there is room for a login at this machine.
    pub(super) fn enter(&self, address: &SshAddress) -> Pass {
        let key = (address.address.clone(), address.port);
        let gate = Arc::clone(
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(key)
                .or_default(),
        );
        let inside = gate.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inside = gate
            .left
            .wait_while(inside, |inside| *inside >= LOGINS)
            .unwrap_or_else(PoisonError::into_inner);
        *inside += 1;
        drop(inside);
        Pass(gate)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        *self.0.inside.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.left.notify_one();
    }
}
