//! `quickfra_status_monitor`: what Uptime Kuma checks.
//!
//! | module | what it does |
//! |---|---|
//! | `model` | the attributes that all types have, and the block of each type |
//! | [`kinds`] | the types, a folder of blocks; `types` lists them once, with their names and versions |
//! | `common`, `shapes`, `conditions`, `tags`, `extra` | fields in both directions |
//! | `wire` | what differs between the server's object and the fields |
//! | `checks`, `validate`, `parent`, `references` | what is refused before anything is sent |
//! | `outputs` | addresses |
//! | `open_headers` | the headers that an import may show |
//! | `untold` | what the server never tells |
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
mod references;
mod shapes;
mod tags;
#[cfg(test)]
mod tests;
mod types;
mod untold;
mod validate;
mod wire;

pub use conditions::{Condition, InGroup, InGroups, Innermost};
pub use kind::MonitorKind;
pub use model::Monitor;
pub use tags::TagPlace;
