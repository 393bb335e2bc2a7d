//! A provider that offers what a test puts into it, and no resources.

use super::super::Service;
use super::fixture::Config;
use crate::Diagnostics;
use crate::server::{Call, DynamicAction, DynamicEphemeralResource, DynamicFunction, DynamicResource, Provider};

type Made<T> = Box<dyn Fn() -> Vec<Box<T>> + Send + Sync>;

/// The provider under test.
pub(super) struct Offering {
    pub(super) functions: Made<dyn DynamicFunction>,
    pub(super) ephemeral_resources: Made<dyn DynamicEphemeralResource>,
    pub(super) actions: Made<dyn DynamicAction>,
}

impl Default for Offering {
    fn default() -> Self {
        Self {
            functions: Box::new(Vec::new),
            ephemeral_resources: Box::new(Vec::new),
            actions: Box::new(Vec::new),
        }
    }
}

impl Offering {
    pub(super) fn service(self) -> Service {
        Service::new(self)
    }
}

impl Provider for Offering {
    type Config = Config;
    const NAME: &'static str = "test";

    async fn configure(&self, _: &Call, _: Config) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        Vec::new()
    }

    fn functions(&self) -> Vec<Box<dyn DynamicFunction>> {
        (self.functions)()
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn DynamicEphemeralResource>> {
        (self.ephemeral_resources)()
    }

    fn actions(&self) -> Vec<Box<dyn DynamicAction>> {
        (self.actions)()
    }
}
