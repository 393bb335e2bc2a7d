//! What the provider offers.

use super::{Service, function, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::{self, get_metadata, get_provider_schema};
use crate::schema::Schema;

fn server_capabilities() -> protocol::ServerCapabilities {
    protocol::ServerCapabilities {
        plan_destroy: true,
        // Everything is known from the start, so core may use the schemas of another process.
        get_provider_schema_optional: true,
        // Both are answered for every resource, if only with a reason.
        move_resource_state: true,
        generate_resource_config: true,
    }
}

pub(super) fn metadata(service: &Service) -> get_metadata::Response {
    let resource = |name: &String| get_metadata::ResourceMetadata {
        type_name: name.clone(),
    };
    let data_source = |name: &String| get_metadata::DataSourceMetadata {
        type_name: name.clone(),
    };
    let function = |name: &String| get_metadata::FunctionMetadata { name: name.clone() };
    let ephemeral = |name: &String| get_metadata::EphemeralMetadata {
        type_name: name.clone(),
    };
    let list_resource = |name: &String| get_metadata::ListResourceMetadata {
        type_name: name.clone(),
    };
    let action = |name: &String| get_metadata::ActionMetadata {
        type_name: name.clone(),
    };
    get_metadata::Response {
        server_capabilities: Some(server_capabilities()),
        resources: service.resources.keys().map(resource).collect(),
        data_sources: service.data_sources.keys().map(data_source).collect(),
        list_resources: service.list_resources.keys().map(list_resource).collect(),
        functions: service.functions.keys().map(function).collect(),
        ephemeral_resources: service.ephemeral_resources.keys().map(ephemeral).collect(),
        actions: service.actions.keys().map(action).collect(),
        ..get_metadata::Response::default()
    }
}

fn action_schema(schema: &Schema) -> protocol::ActionSchema {
    protocol::ActionSchema {
        schema: Some(schema.into()),
    }
}

pub(super) fn schemas(service: &Service) -> get_provider_schema::Response {
    let faults: Diagnostics = service
        .faults
        .iter()
        .map(|fault| {
            let detail = format!("{fault}. This is a bug in the provider: please report it.");
            Diagnostic::error("Provider has a faulty schema", detail)
        })
        .collect();
    get_provider_schema::Response {
        provider: Some((&service.provider.schema).into()),
        resource_schemas: service
            .resources
            .iter()
            .map(|(name, one)| (name.clone(), (&one.schema).into()))
            .collect(),
        data_source_schemas: service
            .data_sources
            .iter()
            .map(|(name, one)| (name.clone(), (&one.schema).into()))
            .collect(),
        list_resource_schemas: service
            .list_resources
            .iter()
            .map(|(name, one)| (name.clone(), (&one.schema).into()))
            .collect(),
        provider_meta: service.meta.as_ref().map(|meta| (&meta.schema).into()),
        functions: function::functions(service).functions,
        ephemeral_resource_schemas: service
            .ephemeral_resources
            .iter()
            .map(|(name, one)| (name.clone(), (&one.schema).into()))
            .collect(),
        action_schemas: service
            .actions
            .iter()
            .map(|(name, one)| (name.clone(), action_schema(&one.schema)))
            .collect(),
        diagnostics: message::diagnostics(faults),
        server_capabilities: Some(server_capabilities()),
        ..get_provider_schema::Response::default()
    }
}
