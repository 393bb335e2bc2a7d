//! Bytes that were taken from one side and are not with the other yet.

use std::io::{self, Read};

/// Bytes on their way.
#[derive(Default)]
pub(super) struct Held {
    bytes: Vec<u8>,
    done: usize,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.done == self.bytes.len()
    }

    /// What is still to be handed over.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.done..]
    }

    /// So many bytes were handed over.
    pub(super) fn hand_over(&mut self, length: usize) {
        self.done += length;
    }

    /// Takes new bytes in place of the old ones.
    pub(super) fn fill(&mut self, bytes: &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.done = 0;
    }

    /// Takes up to `limit` new bytes in place of the old ones. Returns how many.
    pub(super) fn fill_from(&mut self, source: &mut impl Read, limit: usize) -> io::Result<usize> {
        self.bytes.resize(limit, 0);
        let read = source.read(&mut self.bytes);
        self.bytes.truncate(*read.as_ref().unwrap_or(&0));
        self.done = 0;
        read
    }
}
