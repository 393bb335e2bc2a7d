//! What was being done, and where: every error of a machine says both.

use crate::host::address::Machine;
use crate::host::error::Peer;

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Reading a machine.
    Reading,
    /// Changing it.
    Changing,
    /// Removing something from it.
    Removing,
    /// Restarting containers on it.
    Restarting,
}

impl Doing {
    /// As a person calls it: `the apply`.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Reading => "the look",
            Self::Changing => "the apply",
            Self::Removing => "the destroy",
            Self::Restarting => "the restart",
        }
    }
}

/// What was being done, to what, and on which machine.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// What was being done.
    pub doing: Doing,
    machine: &'a Machine,
    stack: Option<&'a str>,
}

impl<'a> Task<'a> {
    /// Something that is done to a machine as a whole.
    pub fn new(doing: Doing, machine: &'a Machine) -> Self {
        Self {
            doing,
            machine,
            stack: None,
        }
    }

    /// Something that is done to one stack on a machine.
    pub fn of_stack(doing: Doing, machine: &'a Machine, stack: &'a str) -> Self {
        Self {
            stack: Some(stack),
            ..Self::new(doing, machine)
        }
    }

    /// Where it is done, with the way to the machine: `Stack platform on root@203.0.113.7 port 22`.
    pub fn place(&self) -> String {
        let peer = Peer::of(self.machine);
        match self.stack {
            Some(stack) => format!("Stack {stack} on {peer}"),
            None => super::capitalise_unless_login(&peer.to_string()),
        }
    }

    /// What is done where, in the middle of a sentence: `the apply of stack platform on root@203.0.113.7 port 22`.
    pub(super) fn work(&self) -> String {
        let what = self.doing.noun();
        let peer = Peer::of(self.machine);
        match (self.stack, self.doing) {
            (Some(stack), _) => format!("{what} of stack {stack} on {peer}"),
            (None, Doing::Reading) => format!("{what} at {peer}"),
            (None, _) => format!("{what} on {peer}"),
        }
    }
}
