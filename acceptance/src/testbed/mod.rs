//! Disposable machines and the services around them, all on this machine and all from package registries.
mod authority;
mod bed;
mod cache;
pub(crate) mod command;
mod engine;
mod error;
mod host;
mod images;
mod names;
mod network;
mod owner;
mod prune;
mod recipe;
mod registry;
mod relay;
mod wait;

pub use bed::{SHARED_VARIABLE, Status, Testbed};
pub(crate) use cache::write_file;
pub use cache::{Cache, Lock};
pub use engine::Engine;
pub use error::{Result, TestbedError};
pub use host::{HostOptions, TestHost, User};
pub use network::Subnet;
pub use owner::Owner;
pub use recipe::Recipe;
pub use relay::{Relay, Traffic};
