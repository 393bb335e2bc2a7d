//! Typed traits for what a provider offers, and the dispatch that keeps the protocol's rules for them.

mod call;
mod check;
mod data_source;
mod erased;
mod guard;
mod operation;
mod private;
mod provider;
mod resource;
mod rules;
mod service;
mod timeouts;

pub use call::{Call, Capabilities};
pub use check::check;
pub use data_source::DataSource;
pub use erased::{
    ApplyAnswer, ApplyRequest, DynamicDataSource, DynamicProvider, DynamicResource, PlanAnswer, PlanRequest,
    ReadAnswer, data_source, provider, resource,
};
pub use operation::Operation;
pub use provider::Provider;
pub use resource::{Change, Current, Imported, Plan, Resource};
pub use service::{Service, serve};
pub use timeouts::Timeouts;
