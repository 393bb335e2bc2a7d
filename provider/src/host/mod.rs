//! Reaching one machine, knowing it, changing it.

pub mod address;
pub mod error;
pub mod known_hosts;
pub mod run;
