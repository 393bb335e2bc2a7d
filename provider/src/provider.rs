//! The provider: its configuration and its resources.

use tfplugin::Diagnostics;
use tfplugin::server::{Call, DynamicDataSource, DynamicResource, Provider, resource};

use crate::configuration::{Configuration, Shared};
use crate::resources::host::HostResource;
use crate::resources::stack::StackResource;

/// The provider `quickfra`.
#[derive(Default)]
pub struct Quickfra {
    shared: Shared,
}

impl Provider for Quickfra {
    type Config = Configuration;
    const NAME: &'static str = "quickfra";

    async fn configure(&self, _call: &Call, config: Configuration) -> Result<(), Diagnostics> {
        self.shared.configure(&config);
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![
            resource(HostResource::new(self.shared.clone())),
            resource(StackResource::new(self.shared.clone())),
        ]
    }

    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>> {
        Vec::new()
    }
}
