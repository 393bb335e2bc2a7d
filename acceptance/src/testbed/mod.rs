//! Disposable machines and the services around them, all on this machine and all from package registries.
//!
//! - A private container [`Engine`] runs everything. It has its own folders, socket and containerd below the user's cache
//!   folder, makes no firewall rules of its own, and lives on between test processes; `cargo testbed prune --all` ends it.
//! - A [`Testbed`] is a network 172.31.N.0/24 with an image registry, an ACME server and a DNS server. The tests of one
//!   process share one ([`Testbed::shared`]); `cargo suite` makes one for all processes and names it in
//!   [`SHARED_VARIABLE`]. The content of the registry and all images are made once and shared by all testbeds.
//! - A [`TestHost`] is a machine in it: a container with systemd and sshd. It is reached by its own address, so that ports
//!   are the real ones.
//! - A [`StatusServer`] is an Uptime Kuma beside the hosts, for what is not about a stack.
//! - Everything carries its [`Owner`]. What belongs to a process that has ended is removed when the next testbed is made.

mod authority;
mod bed;
mod cache;
pub(crate) mod command;
mod engine;
mod error;
mod host;
mod images;
mod installed;
mod isolation;
mod names;
mod network;
mod owner;
mod prune;
mod recipe;
mod registry;
mod relay;
mod services;
mod status_server;
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
pub use status_server::StatusServer;
