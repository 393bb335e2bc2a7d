//! Reaching one machine, knowing it, changing it.

pub mod address;
pub mod apply;
pub mod desired;
pub mod diff;
pub mod engine_error;
pub mod error;
pub mod frames;
pub mod known_hosts;
pub mod probe;
pub mod run;
pub mod snapshot;
