//! The provider itself.

use std::future::{Future, ready};

use super::{
    Call, DynamicAction, DynamicDataSource, DynamicEphemeralResource, DynamicFunction, DynamicListResource,
    DynamicResource,
};
use crate::diagnostics::Diagnostics;
use crate::schema::{Block, Model};

/// A provider: its configuration, and what it offers. In an implementation `configure` is written as `async fn`.
pub trait Provider: Sized + Send + Sync + 'static {
    /// Its configuration; `()` for none.
    type Config: Model + Clone + Send + Sync;

    /// Its name, which the names of its resources start with: `quickfra`.
    const NAME: &'static str;

    /// Whether plans, reads and imports wait for a later run while some of the configuration is unknown, where core
    /// allows that. A provider that needs its configuration only for some of them says `false`, and lets those handlers
    /// call [`Call::defer`].
    const DEFERS_WHILE_UNKNOWN: bool = true;

    /// Checks a configuration offline; unknown values are never an error (protocol rule 41).
    fn validate(&self, config: &Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Takes the configuration. In a plan it may hold unknown values: that is an error only for the resource that
    /// needs one of them (protocol rule 41). No network here.
    fn configure(&self, call: &Call, config: Self::Config) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        let _ = (call, config);
        ready(Ok(()))
    }

    /// Its managed resources, each made with [`super::resource()`].
    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        Vec::new()
    }

    /// Its data sources, each made with [`super::data_source()`].
    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>> {
        Vec::new()
    }

    /// Its list resources, each made with [`super::list_resource()`].
    fn list_resources(&self) -> Vec<Box<dyn DynamicListResource>> {
        Vec::new()
    }

    /// Its functions, each made with [`super::function()`].
    fn functions(&self) -> Vec<Box<dyn DynamicFunction>> {
        Vec::new()
    }

    /// Its ephemeral resources, each made with [`super::ephemeral_resource()`].
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynamicEphemeralResource>> {
        Vec::new()
    }

    /// Its actions, each made with [`super::action()`].
    fn actions(&self) -> Vec<Box<dyn DynamicAction>> {
        Vec::new()
    }

    /// What a module may say to the provider in its `provider_meta` block: the schema of the model that
    /// [`Call::meta`] then reads.
    fn meta() -> Option<Block> {
        None
    }
}
