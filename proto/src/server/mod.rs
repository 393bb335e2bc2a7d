//! Typed traits for what a provider offers, and the dispatch that keeps the protocol's rules for them.

mod call;
mod check;
mod data_source;
mod deferral;
mod erased;
mod guard;
mod identity;
mod list;
mod moving;
mod operation;
mod private;
mod provider;
mod resource;
mod rules;
mod service;
mod timeouts;
mod upgrade;

pub use call::{Call, Capabilities};
pub use check::check;
pub use data_source::DataSource;
pub use deferral::Deferral;
pub use erased::{
    ApplyAnswer, ApplyRequest, DynamicDataSource, DynamicIdentity, DynamicListResource, DynamicProvider,
    DynamicResource, PlanAnswer, PlanRequest, ReadAnswer, data_source, list_resource, provider, resource,
};
pub use identity::{Identifies, ImportBy};
pub use list::{Enough, Found, ListResource, Listing, Sink};
pub use moving::{MoveFrom, MoveHandler, MoveSource, Moved};
pub use operation::Operation;
pub use provider::Provider;
pub use resource::{Change, Current, Imported, Plan, Resource};
pub use service::{Service, serve};
pub use timeouts::Timeouts;
pub use upgrade::Upgrade;
