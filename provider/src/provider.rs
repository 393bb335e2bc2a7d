//! The provider: its configuration and its resources.

use tfplugin::Diagnostics;
use tfplugin::server::{
    Call, DynamicAction, DynamicDataSource, DynamicEphemeralResource, DynamicFunction, DynamicListResource,
    DynamicResource, Provider, action, data_source, ephemeral_resource, function, list_resource, resource,
};

use crate::actions::stack_restart::RestartAction;
use crate::configuration::{Configuration, Shared};
use crate::data_sources::status::{MonitorData, MonitorsData, ObjectsData, PageData};
use crate::ephemeral::credentials::CredentialsResource;
use crate::ephemeral::status_api_key::KeyValueResource;
use crate::functions::SshFingerprint;
use crate::resources::host::HostResource;
use crate::resources::stack::{StackList, StackResource};
use crate::resources::status::api_key::ApiKeyKind;
use crate::resources::status::docker_host::DockerHostKind;
use crate::resources::status::maintenance::MaintenanceKind;
use crate::resources::status::monitor::MonitorKind;
use crate::resources::status::notification::NotificationKind;
use crate::resources::status::object::{ObjectList, ObjectResource};
use crate::resources::status::page::PageKind;
use crate::resources::status::proxy::ProxyKind;
use crate::resources::status::remote_browser::RemoteBrowserKind;
use crate::resources::status::settings::SettingsKind;
use crate::resources::status::tag::TagKind;
use crate::resources::status::two_factor::TwoFactorKind;

/// The provider `quickfra`.
#[derive(Default)]
pub struct Quickfra {
    shared: Shared,
}

impl Provider for Quickfra {
    type Config = Configuration;
    const NAME: &'static str = "quickfra";
    /// Only what exists is read through the provider block's settings: a new machine and its stack are planned without
    /// them, so that one apply makes both.
    const DEFERS_WHILE_UNKNOWN: bool = false;

    async fn configure(&self, _call: &Call, config: Configuration) -> Result<(), Diagnostics> {
        self.shared.configure(&config);
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![
            resource(HostResource::new(self.shared.clone())),
            resource(StackResource::new(self.shared.clone())),
            resource(ObjectResource::<ApiKeyKind>::new(self.shared.clone())),
            resource(ObjectResource::<DockerHostKind>::new(self.shared.clone())),
            resource(ObjectResource::<MaintenanceKind>::new(self.shared.clone())),
            resource(ObjectResource::<NotificationKind>::new(self.shared.clone())),
            resource(ObjectResource::<PageKind>::new(self.shared.clone())),
            resource(ObjectResource::<ProxyKind>::new(self.shared.clone())),
            resource(ObjectResource::<RemoteBrowserKind>::new(self.shared.clone())),
            resource(ObjectResource::<SettingsKind>::new(self.shared.clone())),
            resource(ObjectResource::<TagKind>::new(self.shared.clone())),
            resource(ObjectResource::<MonitorKind>::new(self.shared.clone())),
            resource(ObjectResource::<TwoFactorKind>::new(self.shared.clone())),
        ]
    }

    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>> {
        vec![
            data_source(MonitorData::new(self.shared.clone())),
            data_source(MonitorsData::new(self.shared.clone())),
            data_source(ObjectsData::new(self.shared.clone())),
            data_source(PageData::new(self.shared.clone())),
        ]
    }

    fn list_resources(&self) -> Vec<Box<dyn DynamicListResource>> {
        vec![
            list_resource(StackList::new(self.shared.clone())),
            list_resource(ObjectList::<ApiKeyKind>::new(self.shared.clone())),
            list_resource(ObjectList::<DockerHostKind>::new(self.shared.clone())),
            list_resource(ObjectList::<MaintenanceKind>::new(self.shared.clone())),
            list_resource(ObjectList::<NotificationKind>::new(self.shared.clone())),
            list_resource(ObjectList::<PageKind>::new(self.shared.clone())),
            list_resource(ObjectList::<ProxyKind>::new(self.shared.clone())),
            list_resource(ObjectList::<RemoteBrowserKind>::new(self.shared.clone())),
            list_resource(ObjectList::<TagKind>::new(self.shared.clone())),
            list_resource(ObjectList::<MonitorKind>::new(self.shared.clone())),
        ]
    }

    fn functions(&self) -> Vec<Box<dyn DynamicFunction>> {
        vec![function(SshFingerprint)]
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn DynamicEphemeralResource>> {
        vec![
            ephemeral_resource(CredentialsResource::new(self.shared.clone())),
            ephemeral_resource(KeyValueResource::new(self.shared.clone())),
        ]
    }

    fn actions(&self) -> Vec<Box<dyn DynamicAction>> {
        vec![action(RestartAction::new(self.shared.clone()))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_accepts_every_schema() {
        let faults = tfplugin::server::check(&Quickfra::default());
        assert!(faults.is_empty(), "{faults:?}");
    }

    /// The reference page says a default by itself: a comment that says it too would say it twice.
    #[test]
    fn no_description_repeats_a_default() {
        use tfplugin::schema::{AttributeKind, Block};

        fn check(block: &Block, place: &str) {
            for attribute in &block.attributes {
                let place = format!("{place}.{}", attribute.name);
                let repeats = attribute.description.to_lowercase().contains("default");
                assert!(attribute.modifiers.default.is_none() || !repeats, "{place}");
                assert!(!attribute.description.is_empty(), "{place} has no description");
                if let AttributeKind::Nested(nested) = &attribute.kind {
                    check(&nested.block, &place);
                }
            }
            for nested in &block.blocks {
                check(&nested.block, &format!("{place}.{}", nested.name));
            }
        }
        let provider = Quickfra::default();
        for resource in provider.resources() {
            check(&resource.schema().block, resource.name());
        }
        for resource in provider.ephemeral_resources() {
            check(&resource.schema().block, resource.name());
        }
        for data_source in provider.data_sources() {
            check(&data_source.schema().block, data_source.name());
        }
        for action in provider.actions() {
            check(&action.schema().block, action.name());
        }
    }
}
