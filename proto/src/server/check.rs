//! Whether core would accept a provider's schemas; for a unit test of the provider.

use super::{DynamicDataSource, DynamicResource, Provider, upgrade};
use crate::schema::check::{SchemaError, SchemaFault, Subject, check_schema};
use crate::schema::identity::check_identity;
use crate::schema::{Model, Schema};
use crate::value::Path;

/// All faults of a provider's schemas (protocol rules 1 to 9, 32 and 39); empty when they are good. One fault would make
/// core refuse the whole provider, so every provider has a unit test that calls this.
///
/// It also takes the stored object of every [`super::Upgrade`] to the present form.
pub fn check<P: Provider>(provider: &P) -> Vec<SchemaError> {
    let mut found = check_schemas(provider);
    for resource in provider.resources() {
        let schema = resource.schema();
        let ty = schema.block.implied_type();
        let failures = upgrade::failures(&resource.upgrades(), schema.version, &ty);
        found.extend(at_root(resource.name(), failures));
        if let Some(identity) = resource.identity() {
            let failures = upgrade::failures(&identity.upgrades, identity.schema.version, &identity.ty);
            found.extend(at_root(&format!("identity of {}", resource.name()), failures));
        }
    }
    found
}

fn at_root(owner: &str, faults: Vec<SchemaFault>) -> impl Iterator<Item = SchemaError> {
    faults.into_iter().map(move |fault| SchemaError {
        owner: owner.to_owned(),
        path: Path::root(),
        fault,
    })
}

/// The part of [`check`] that is quick enough for every start.
pub(super) fn check_schemas<P: Provider>(provider: &P) -> Vec<SchemaError> {
    let config = Schema {
        version: 0,
        block: P::Config::schema(),
    };
    let mut found = check_schema(P::NAME, Subject::Provider, &config);
    let (resources, data_sources) = (provider.resources(), provider.data_sources());
    if let Some(block) = P::meta() {
        found.extend(check_schema(
            P::NAME,
            Subject::ProviderMeta,
            &Schema { version: 0, block },
        ));
    }
    for resource in &resources {
        let schema = resource.schema();
        found.extend(check_schema(resource.name(), Subject::Resource, &schema));
        found.extend(at_root(
            resource.name(),
            upgrade::gaps(&resource.upgrades(), schema.version),
        ));
        if let Some(identity) = resource.identity() {
            found.extend(check_identity(resource.name(), &identity.schema));
            let gaps = upgrade::gaps(&identity.upgrades, identity.schema.version);
            found.extend(at_root(&format!("identity of {}", resource.name()), gaps));
        }
    }
    for data_source in &data_sources {
        found.extend(check_schema(
            data_source.name(),
            Subject::DataSource,
            &data_source.schema(),
        ));
    }
    let lists = provider.list_resources();
    for list in &lists {
        found.extend(check_schema(list.name(), Subject::ListResource, &list.schema()));
        let listed = resources.iter().find(|resource| resource.name() == list.name());
        if listed.and_then(|resource| resource.identity()).is_none() {
            found.extend(at_root(list.name(), vec![SchemaFault::ListWithoutIdentity]));
        }
    }
    found.extend(check_names(
        P::NAME,
        resources.iter().map(|one| DynamicResource::name(one.as_ref())),
    ));
    found.extend(check_names(P::NAME, lists.iter().map(|one| one.name())));
    found.extend(check_names(
        P::NAME,
        data_sources.iter().map(|one| DynamicDataSource::name(one.as_ref())),
    ));
    found
}

/// Names of one kind: each once, and starting with the provider's.
fn check_names<'a>(provider: &str, names: impl Iterator<Item = &'a str>) -> Vec<SchemaError> {
    let mut seen = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    let mut add = |name: &str, fault| {
        found.push(SchemaError {
            owner: name.to_owned(),
            path: Path::root(),
            fault,
        });
    };
    for name in names {
        let own = name
            .strip_prefix(provider)
            .is_some_and(|rest| rest.starts_with('_') && rest.len() > 1);
        if !own {
            add(name, SchemaFault::TypeName(provider.to_owned()));
        }
        if !seen.insert(name) {
            add(name, SchemaFault::Duplicate);
        }
    }
    found
}
