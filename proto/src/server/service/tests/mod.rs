//! The service in process: a small provider with every feature, asked in the protocol's own messages.

mod apply;
mod ask;
mod deferral;
mod faults;
mod fixture;
mod generate;
mod identity;
mod library;
mod library_ask;
mod life;
mod list;
mod moving;
mod plan;
mod read;
mod schema;
mod set;
mod stop;
mod upgrade;
mod validate;
