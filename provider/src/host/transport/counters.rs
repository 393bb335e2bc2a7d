//! What the connections of this process cost, for tests and benchmarks: counts are exact where seconds are not.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts that only grow, shared by all machines of a pool.
#[derive(Debug, Default)]
pub(in crate::host) struct Counters {
    connections: AtomicU64,
    channels: AtomicU64,
    streams: AtomicU64,
    execs: AtomicU64,
    turns: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

/// The counts at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Logins that succeeded, those at bastions not among them.
    pub connections: u64,
    /// Channels that were opened for scripts.
    pub channels: u64,
    /// Streams that were asked for, whichever way.
    pub streams: u64,
    /// Scripts that were started, on this machine too.
    pub execs: u64,
    /// How often threads of machines have looked for something to do. Those that wait do not.
    pub turns: u64,
    /// Bytes of output that arrived, of streams too.
    pub bytes_in: u64,
    /// Bytes of scripts and input that were sent, of streams too.
    pub bytes_out: u64,
}

impl Counters {
    /// Reads all counts.
    pub(in crate::host) fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            connections: read(&self.connections),
            channels: read(&self.channels),
            streams: read(&self.streams),
            execs: read(&self.execs),
            turns: read(&self.turns),
            bytes_in: read(&self.bytes_in),
            bytes_out: read(&self.bytes_out),
        }
    }

    pub(super) fn connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn channel(&self) {
        self.channels.fetch_add(1, Ordering::Relaxed);
    }

    pub(in crate::host) fn stream(&self) {
        self.streams.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn exec(&self) {
        self.execs.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn turn(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn received(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn sent(&self, bytes: usize) {
        self.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}
