//! The service in process: a small provider with every feature, asked in the protocol's own messages.

mod action;
mod apply;
mod ask;
mod deferral;
mod ephemeral;
mod ephemeral_faults;
mod faults;
mod fixture;
mod function;
mod generate;
mod identity;
mod library;
mod library_ask;
mod life;
mod list;
mod moving;
mod offering;
mod plan;
mod read;
mod schema;
mod set;
mod stop;
mod upgrade;
mod validate;
