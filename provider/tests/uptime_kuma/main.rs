//! The client of Uptime Kuma against a double of the server, in memory and in a time that only passes when everyone waits.
//! The double is held to recorded conversations with real servers (`recorded.rs`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod calls;
mod connections;
mod double;
mod keys;
mod live;
mod logins;
mod once;
mod recorded;
mod sent;
mod snapshots;
