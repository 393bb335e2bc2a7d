//! What the provider offers, as a release understands it.

use std::collections::BTreeMap;

use crate::client::core::rules::Violation;
use crate::client::core::{FunctionShape, Release, Shape};
use crate::protocol::{self, ServerCapabilities};
use crate::protocol::{get_provider_schema, get_resource_identity_schemas};

/// The schemas of a provider.
#[derive(Debug, Clone, Default)]
pub struct Schemas {
    /// Of its own configuration.
    pub provider: Shape,
    /// Of its managed resources.
    pub resources: BTreeMap<String, ResourceShape>,
    /// Of its data sources.
    pub data_sources: BTreeMap<String, Shape>,
    /// Of its ephemeral resources.
    pub ephemeral_resources: BTreeMap<String, Shape>,
    /// Of its lists.
    pub lists: BTreeMap<String, Shape>,
    /// Of its actions.
    pub actions: BTreeMap<String, Shape>,
    /// Its functions.
    pub functions: BTreeMap<String, FunctionShape>,
    /// What it can do.
    pub capabilities: ServerCapabilities,
}

/// The schema of a managed resource.
#[derive(Debug, Clone, Default)]
pub struct ResourceShape {
    /// Version of the stored form.
    pub version: i64,
    /// Its attributes and blocks.
    pub shape: Shape,
    /// Its identity with the version of its stored form, if it has one and the release knows identities.
    pub identity: Option<(i64, Shape)>,
}

impl Schemas {
    /// Reads what was answered; what core would refuse is left out and told.
    pub(in crate::client) fn read(release: Release, answer: &get_provider_schema::Response) -> (Self, Vec<Violation>) {
        let mut found = Vec::new();
        let mut read = |schema: &protocol::Schema| match Shape::read(schema) {
            Ok(mut shape) => {
                release.understands(&mut shape);
                Some(shape)
            }
            Err(violations) => {
                found.extend(violations);
                None
            }
        };
        let mut all = |schemas: &BTreeMap<String, protocol::Schema>| {
            let shapes = schemas.iter().map(|(name, schema)| Some((name.clone(), read(schema)?)));
            shapes.flatten().collect::<BTreeMap<_, _>>()
        };
        let mut resources = all(&answer.resource_schemas);
        let data_sources = all(&answer.data_source_schemas);
        let ephemeral_resources = all(&answer.ephemeral_resource_schemas);
        let lists = all(&answer.list_resource_schemas);
        let actions = answer
            .action_schemas
            .iter()
            .map(|(name, action)| (name.clone(), action.schema.clone().unwrap_or_default()));
        let actions = all(&actions.collect());
        let provider = answer.provider.as_ref().and_then(&mut read);
        if answer.provider.is_none() {
            found.push(Violation::new(
                8,
                &crate::value::Path::root(),
                "there is no provider schema",
            ));
        }
        let mut functions = BTreeMap::new();
        for (name, function) in &answer.functions {
            match FunctionShape::read(function) {
                Ok(shape) => drop(functions.insert(name.clone(), shape)),
                Err(violations) => found.extend(violations),
            }
        }
        let resources = answer.resource_schemas.iter().filter_map(|(name, schema)| {
            let resource = ResourceShape {
                version: schema.version,
                shape: resources.remove(name)?,
                identity: None,
            };
            Some((name.clone(), resource))
        });
        let schemas = Self {
            provider: provider.unwrap_or_default(),
            resources: resources.collect(),
            data_sources,
            ephemeral_resources,
            lists,
            actions,
            functions,
            capabilities: answer.server_capabilities.unwrap_or_default(),
        };
        (schemas, found)
    }

    /// Adds what was answered about identities.
    pub(in crate::client) fn add_identities(
        &mut self,
        answer: &get_resource_identity_schemas::Response,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        for (name, schema) in &answer.identity_schemas {
            let Some(resource) = self.resources.get_mut(name) else {
                let what = format!("there is an identity schema of `{name}`, which is no resource");
                found.push(Violation::new(7, &crate::value::Path::root(), what));
                continue;
            };
            match Shape::read_identity(schema) {
                Ok(shape) => resource.identity = Some((schema.version, shape)),
                Err(violations) => found.extend(violations),
            }
        }
        found
    }
}
