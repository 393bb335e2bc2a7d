//! Reaching one machine, knowing it, changing it.

pub mod address;
pub mod apply;
pub mod credentials;
pub mod desired;
pub mod diff;
pub mod engine_error;
pub mod error;
pub mod frames;
pub mod key;
pub mod known_hosts;
pub mod pool;
pub mod probe;
pub mod run;
pub mod scripts;
pub mod secret_store;
pub mod secrets;
pub mod service;
pub mod snapshot;
pub mod stream;
mod transport;
