//! Uptime Kuma: what a person makes in it, as resources.

pub mod api_key;
pub mod docker_host;
pub mod fields;
mod items;
pub mod maintenance;
pub mod monitor;
pub mod notification;
pub mod object;
pub mod page;
pub mod proxy;
mod random;
#[cfg(test)]
mod recorded;
mod references;
pub mod remote_browser;
pub mod secrets;
pub mod server;
pub mod settings;
pub mod tag;
pub mod two_factor;
