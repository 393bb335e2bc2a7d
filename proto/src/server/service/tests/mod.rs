//! The service in process: a small provider with every feature, asked in the protocol's own messages.

mod apply;
mod ask;
mod faults;
mod fixture;
mod life;
mod plan;
mod read;
mod schema;
mod set;
mod stop;
mod upgrade;
mod validate;
