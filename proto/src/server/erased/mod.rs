//! Typed handlers behind untyped values: what the dispatch sees of a provider.
//!
//! The adapters here decode models, run the handler under its guard, and encode what it answers. Where a model cannot
//! hold a value exactly (a number of many digits in an `f64`), the original is put back unless the handler changed it.

mod action;
mod data_source;
mod ephemeral;
mod function;
mod identity;
mod list;
mod provider;
mod resource;
mod restore;

use futures_util::future::BoxFuture;

pub use self::action::{DynamicAction, action};
pub use self::data_source::data_source;
pub use self::ephemeral::{DynamicEphemeralResource, OpenAnswer, RenewAnswer, ephemeral_resource};
pub use self::function::{DynamicFunction, function};
pub use self::identity::DynamicIdentity;
pub use self::list::{DynamicListResource, list_resource};
pub use self::provider::provider;
pub use self::resource::resource;
use super::{Call, ImportBy, MoveFrom, Timeouts, Upgrade};
use crate::diagnostics::Diagnostics;
use crate::schema::{Block, Schema};
use crate::value::{Path, Value};

/// A managed resource of any model; made with [`resource()`].
pub trait DynamicResource: Send + Sync {
    /// Its type name.
    fn name(&self) -> &'static str;
    /// Its schema.
    fn schema(&self) -> Schema;
    /// Its default time limits.
    fn timeouts(&self) -> Timeouts;
    /// Checks a configuration offline.
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Plans a creation or an update.
    fn plan<'a>(&'a self, call: &'a Call, request: PlanRequest) -> BoxFuture<'a, Result<PlanAnswer, Diagnostics>>;
    /// Checks whether an object may be destroyed.
    fn plan_destroy<'a>(&'a self, call: &'a Call, prior: Value) -> BoxFuture<'a, Result<(), Diagnostics>>;
    /// Creates, updates or removes, as the request says.
    fn apply<'a>(&'a self, call: &'a Call, request: ApplyRequest) -> BoxFuture<'a, ApplyAnswer>;
    /// Looks at an object.
    fn read<'a>(
        &'a self,
        call: &'a Call,
        state: Value,
        private: &'a [u8],
    ) -> BoxFuture<'a, Result<ReadAnswer, Diagnostics>>;
    /// Finds an object by its id or identity.
    fn import<'a>(&'a self, call: &'a Call, by: ImportBy<'a, Value>) -> BoxFuture<'a, Result<ReadAnswer, Diagnostics>>;
    /// How its objects are identified; `None` where they are not.
    fn identity(&self) -> Option<DynamicIdentity> {
        None
    }
    /// What brings older states to the present form.
    fn upgrades(&self) -> Vec<Upgrade> {
        Vec::new()
    }
    /// The states of other resource types that it accepts.
    fn moves(&self) -> Vec<MoveFrom> {
        Vec::new()
    }
    /// Mends the configuration that is made from a state.
    fn generate(&self, state: &Value, config: Value) -> Result<Value, Diagnostics> {
        let _ = state;
        Ok(config)
    }
}

/// A data source of any model; made with [`data_source()`].
pub trait DynamicDataSource: Send + Sync {
    /// Its type name.
    fn name(&self) -> &'static str;
    /// Its schema.
    fn schema(&self) -> Schema;
    /// Its default time limits.
    fn timeouts(&self) -> Timeouts;
    /// Checks a configuration offline.
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Reads it.
    fn read<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<Value, Diagnostics>>;
}

/// A provider of any configuration; made with [`provider()`].
pub trait DynamicProvider: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// The schema of its configuration.
    fn schema(&self) -> Schema;
    /// Checks a configuration offline.
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Takes the configuration.
    fn configure<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<(), Diagnostics>>;
    /// Its managed resources.
    fn resources(&self) -> Vec<Box<dyn DynamicResource>>;
    /// Its data sources.
    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>>;
    /// Its list resources.
    fn list_resources(&self) -> Vec<Box<dyn DynamicListResource>>;
    /// The schema of a module's `provider_meta` block.
    fn meta(&self) -> Option<Block>;
    /// Whether calls wait while some of its configuration is unknown.
    fn defers_while_unknown(&self) -> bool;
    /// Its functions.
    fn functions(&self) -> Vec<Box<dyn DynamicFunction>>;
    /// Its ephemeral resources.
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynamicEphemeralResource>>;
    /// Its actions.
    fn actions(&self) -> Vec<Box<dyn DynamicAction>>;
}

/// What is to be planned.
#[derive(Debug)]
pub struct PlanRequest {
    /// What the user wrote.
    pub config: Value,
    /// What was there before.
    pub prior: Option<Value>,
    /// What is planned without the resource's own say.
    pub planned: Value,
    /// The stored private data.
    pub private: Vec<u8>,
    /// The private data that this plan left when it was made before.
    pub earlier: Option<Vec<u8>>,
}

/// What a resource plans.
#[derive(Debug)]
pub struct PlanAnswer {
    /// What will be there.
    pub planned: Value,
    /// The private data for the apply.
    pub private: Vec<u8>,
    /// What needs another object.
    pub replace: Vec<Path>,
}

/// What is to be done.
#[derive(Debug)]
pub struct ApplyRequest {
    /// What the user wrote; `None` for a removal.
    pub config: Option<Value>,
    /// What was there before; `None` for a creation.
    pub prior: Option<Value>,
    /// What was planned; `None` for a removal.
    pub planned: Option<Value>,
    /// The private data of the plan.
    pub private: Vec<u8>,
}

/// What was done.
#[derive(Debug)]
pub struct ApplyAnswer {
    /// What is there now.
    pub state: Option<Value>,
    /// Whether the handler did not end by itself, so that more may be there than `state` says.
    pub broken: bool,
    /// The private data to store.
    pub private: Vec<u8>,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

/// What is there.
#[derive(Debug)]
pub struct ReadAnswer {
    /// What was found; `None` when it is gone.
    pub state: Option<Value>,
    /// The private data to store.
    pub private: Vec<u8>,
}
