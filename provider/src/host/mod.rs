//! Reaching one machine, knowing it, changing it.

pub mod address;
pub mod credentials;
pub mod error;
pub mod key;
pub mod known_hosts;
pub mod pool;
pub mod run;
mod transport;
