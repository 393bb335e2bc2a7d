//! The service in process: a small provider with every feature, asked in the protocol's own messages.

mod action;
mod apply;
mod ask;
mod ephemeral;
mod ephemeral_faults;
mod faults;
mod fixture;
mod function;
mod life;
mod offering;
mod plan;
mod read;
mod schema;
mod set;
mod stop;
mod upgrade;
mod validate;
