//! Uptime Kuma: what a person makes in it, as resources.

pub mod fields;
pub mod object;
mod random;
pub mod secrets;
pub mod server;
pub mod tag;
