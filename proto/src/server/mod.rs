//! Typed traits for what a provider offers, and the dispatch that keeps the protocol's rules for them.
//!
//! | trait | what it is | listed by | rules |
//! |---|---|---|---|
//! | [`Resource`] | an object that is made, changed and removed | [`Provider::resources`] | 16 to 33 |
//! | [`DataSource`] | something that is only read | [`Provider::data_sources`] | 36 |
//! | [`EphemeralResource`] | something that exists while a run needs it, and is stored nowhere | [`Provider::ephemeral_resources`] | 37 |
//! | [`ListResource`] | the objects of a resource that exist | [`Provider::list_resources`] | 39 |
//! | [`Function`] | a pure function | [`Provider::functions`] | 8, 38 |
//! | [`Action`] | something that is done and is no object, with progress | [`Provider::actions`] | 40 |
//!
//! Every handler that may wait runs under a guard: at the call's deadline it is asked to end and then cut, a panic ends
//! nothing but the handler, and `StopProvider` cancels what is in flight (rules 29 and 42).

mod action;
mod call;
mod check;
mod data_source;
mod deferral;
mod ephemeral;
mod erased;
mod function;
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

#[cfg(test)]
pub(crate) use action::LINES;
pub use action::{Action, ActionPlan, Progress};
pub use call::{Call, Capabilities};
pub use check::check;
pub use data_source::DataSource;
pub use deferral::Deferral;
pub use ephemeral::{EphemeralResource, Opened};
pub use erased::{
    ApplyAnswer, ApplyRequest, DynamicAction, DynamicDataSource, DynamicEphemeralResource, DynamicFunction,
    DynamicIdentity, DynamicListResource, DynamicProvider, DynamicResource, OpenAnswer, PlanAnswer, PlanRequest,
    ReadAnswer, RenewAnswer, action, data_source, ephemeral_resource, function, list_resource, provider, resource,
};
pub use function::Function;
pub use identity::{Identifies, ImportBy};
pub use list::{Enough, Found, ListResource, Listing, Sink};
pub use moving::{MoveFrom, MoveHandler, MoveSource, Moved};
pub use operation::Operation;
pub use provider::Provider;
pub use resource::{Change, Current, Imported, Plan, Resource};
pub use service::{Service, serve};
pub use timeouts::Timeouts;
pub use upgrade::Upgrade;
