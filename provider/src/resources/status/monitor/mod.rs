//! `quickfra_status_monitor`: what Uptime Kuma checks.
//!
//! | module | what it does |
//! |---|---|
//! | `model` | the attributes that all types have, and the block of each type |
//! | [`kinds`] | the types, a folder of blocks; `types` lists them once, with their names and versions |
//! | `common`, `shapes`, `conditions`, `tags`, `extra` | fields in both directions |
//! | `wire` | what differs between the server's object and the fields |
//! | `checks`, `validate`, `parent` | what is refused before anything is sent |
//! | `outputs` | addresses |
//! | `open_headers` | the headers that an import may show |
//! | `users` | the user of SNMP, whom servers never tell |
//! | `kind` | the calls |

mod checks;
mod common;
mod conditions;
mod extra;
mod kind;
pub mod kinds;
mod model;
mod open_headers;
mod outputs;
mod parent;
mod shapes;
mod tags;
#[cfg(test)]
mod tests;
mod types;
mod users;
mod validate;
mod wire;

pub use conditions::Condition;
pub use kind::MonitorKind;
pub use model::Monitor;
pub use tags::TagPlace;
