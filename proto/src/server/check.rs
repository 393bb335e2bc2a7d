//! Whether core would accept a provider's schemas; for a unit test of the provider.

use std::collections::BTreeSet;

use super::{Provider, upgrade};
use crate::schema::check::{SchemaError, SchemaFault, Subject, check_schema, check_signature};
use crate::schema::identity::check_identity;
use crate::schema::{Model, Schema};
use crate::value::Path;

/// All faults of a provider's schemas and signatures (protocol rules 1 to 9, 32, 39 and 40); empty when they are good.
/// One fault would make core refuse the whole provider, so every provider has a unit test that calls this.
///
/// It also takes the stored object of every [`super::Upgrade`] to the present form.
pub fn check<P: Provider>(provider: &P) -> Vec<SchemaError> {
    let mut found = check_schemas(provider);
    for resource in provider.resources() {
        let schema = resource.schema();
        let ty = schema.block.implied_type();
        let failures = upgrade::failures(&resource.upgrades(), schema.version, &ty);
        found.extend(all_at_root(resource.name(), failures));
        if let Some(identity) = resource.identity() {
            let failures = upgrade::failures(&identity.upgrades, identity.schema.version, &identity.ty);
            found.extend(all_at_root(&format!("identity of {}", resource.name()), failures));
        }
    }
    found
}

/// The part of [`check`] that is quick enough for every start.
pub(super) fn check_schemas<P: Provider>(provider: &P) -> Vec<SchemaError> {
    let mut found = check_schema(P::NAME, Subject::Provider, &unversioned(P::Config::schema()));
    if let Some(block) = P::meta() {
        found.extend(check_schema(P::NAME, Subject::ProviderMeta, &unversioned(block)));
    }
    let mut check = |subject, offered: Vec<(&'static str, Schema)>| {
        for (name, schema) in &offered {
            found.extend(check_schema(name, subject, schema));
        }
        found.extend(check_names(P::NAME, offered.into_iter().map(|(name, _)| name)));
    };
    let resources = provider.resources();
    check(
        Subject::Resource,
        resources.iter().map(|one| (one.name(), one.schema())).collect(),
    );
    let data_sources = provider.data_sources();
    check(
        Subject::DataSource,
        data_sources.iter().map(|one| (one.name(), one.schema())).collect(),
    );
    let lists = provider.list_resources();
    check(
        Subject::ListResource,
        lists.iter().map(|one| (one.name(), one.schema())).collect(),
    );
    let ephemeral_resources = provider.ephemeral_resources();
    check(
        Subject::EphemeralResource,
        ephemeral_resources
            .iter()
            .map(|one| (one.name(), one.schema()))
            .collect(),
    );
    let actions = provider.actions();
    check(
        Subject::Action,
        actions.iter().map(|one| (one.name(), one.schema())).collect(),
    );

    for resource in &resources {
        let gaps = upgrade::gaps(&resource.upgrades(), resource.schema().version);
        found.extend(all_at_root(resource.name(), gaps));
        if let Some(identity) = resource.identity() {
            found.extend(check_identity(resource.name(), &identity.schema));
            let gaps = upgrade::gaps(&identity.upgrades, identity.schema.version);
            found.extend(all_at_root(&format!("identity of {}", resource.name()), gaps));
        }
    }
    for list in &lists {
        let listed = resources.iter().find(|resource| resource.name() == list.name());
        if listed.and_then(|resource| resource.identity()).is_none() {
            found.push(at_root(list.name(), SchemaFault::ListWithoutIdentity));
        }
    }
    let functions = provider.functions();
    for function in &functions {
        found.extend(check_signature(function.name(), &function.signature()));
    }
    found.extend(twice(functions.iter().map(|one| one.name())));
    found
}

fn unversioned(block: crate::schema::Block) -> Schema {
    Schema { version: 0, block }
}

/// Names of one kind: each once, and starting with the provider's.
fn check_names<'a>(provider: &str, names: impl Iterator<Item = &'a str>) -> Vec<SchemaError> {
    let names: Vec<&str> = names.collect();
    let foreign = names.iter().filter(|name| {
        let rest = name.strip_prefix(provider);
        !rest.is_some_and(|rest| rest.starts_with('_') && rest.len() > 1)
    });
    foreign
        .map(|name| at_root(name, SchemaFault::TypeName(provider.to_owned())))
        .chain(twice(names.iter().copied()))
        .collect()
}

/// Each name that was there before.
fn twice<'a>(names: impl Iterator<Item = &'a str>) -> Vec<SchemaError> {
    let mut seen = BTreeSet::new();
    names
        .filter(|name| !seen.insert(*name))
        .map(|name| at_root(name, SchemaFault::Duplicate))
        .collect()
}

fn all_at_root(owner: &str, faults: Vec<SchemaFault>) -> impl Iterator<Item = SchemaError> {
    faults.into_iter().map(move |fault| at_root(owner, fault))
}

fn at_root(name: &str, fault: SchemaFault) -> SchemaError {
    SchemaError {
        owner: name.to_owned(),
        path: Path::root(),
        fault,
    }
}
