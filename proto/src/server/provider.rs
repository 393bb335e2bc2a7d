//! The provider itself.

use std::future::Future;

use super::{Call, DynamicAction, DynamicDataSource, DynamicEphemeralResource, DynamicFunction, DynamicResource};
use crate::diagnostics::Diagnostics;
use crate::schema::Model;

/// A provider: its configuration, and what it offers. In an implementation `configure` is written as `async fn`.
pub trait Provider: Sized + Send + Sync + 'static {
    /// Its configuration.
    type Config: Model + Clone + Send + Sync;

    /// Its name, which the names of its resources start with: `quickfra`.
    const NAME: &'static str;

    /// Checks a configuration offline; unknown values are never an error (protocol rule 41).
    fn validate(&self, config: &Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Takes the configuration. In a plan it may hold unknown values: that is an error only for the resource that
    /// needs one of them (protocol rule 41). No network here.
    fn configure(&self, call: &Call, config: Self::Config) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// Its managed resources, each made with [`super::resource()`].
    fn resources(&self) -> Vec<Box<dyn DynamicResource>>;

    /// Its data sources, each made with [`super::data_source()`].
    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>> {
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
}
