//! The adapter of the provider.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{
    DynamicAction, DynamicDataSource, DynamicEphemeralResource, DynamicFunction, DynamicListResource, DynamicProvider,
    DynamicResource,
};
use crate::diagnostics::Diagnostics;
use crate::schema::{Block, Model, Schema};
use crate::server::{Call, Provider, guard};
use crate::value::{Path, Value};

/// Makes a provider ready for the dispatch.
pub fn provider<P: Provider>(provider: P) -> Box<dyn DynamicProvider> {
    Box::new(Typed(provider))
}

struct Typed<P>(P);

impl<P: Provider> DynamicProvider for Typed<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            block: P::Config::schema(),
        }
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match P::Config::from_value(config, &Path::root()) {
            Ok(config) => {
                let mut diagnostics = Diagnostics::new();
                self.0.validate(&config, &mut diagnostics);
                diagnostics
            }
            Err(diagnostics) => diagnostics,
        }
    }

    fn configure<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let config = P::Config::from_value(&config, &Path::root())?;
            guard::run(call, self.0.configure(call, config)).await.into_result()
        }
        .boxed()
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        self.0.resources()
    }

    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>> {
        self.0.data_sources()
    }

    fn list_resources(&self) -> Vec<Box<dyn DynamicListResource>> {
        self.0.list_resources()
    }

    fn functions(&self) -> Vec<Box<dyn DynamicFunction>> {
        self.0.functions()
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn DynamicEphemeralResource>> {
        self.0.ephemeral_resources()
    }

    fn actions(&self) -> Vec<Box<dyn DynamicAction>> {
        self.0.actions()
    }

    fn meta(&self) -> Option<Block> {
        P::meta()
    }

    fn defers_while_unknown(&self) -> bool {
        P::DEFERS_WHILE_UNKNOWN
    }
}
