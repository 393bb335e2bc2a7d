//! Whether core would accept a provider's schemas; for a unit test of the provider.

use std::collections::BTreeSet;

use super::Provider;
use crate::schema::check::{SchemaError, SchemaFault, Subject, check_schema, check_signature};
use crate::schema::{Model, Schema};
use crate::value::Path;

/// All faults of a provider's schemas and signatures (protocol rules 1 to 9); empty when they are good. One fault would make core
/// refuse the whole provider, so every provider has a unit test that calls this.
pub fn check<P: Provider>(provider: &P) -> Vec<SchemaError> {
    let config = Schema {
        version: 0,
        block: P::Config::schema(),
    };
    let mut found = check_schema(P::NAME, Subject::Provider, &config);
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
    let functions = provider.functions();
    for function in &functions {
        found.extend(check_signature(function.name(), &function.signature()));
    }
    found.extend(twice(functions.iter().map(|one| one.name())));
    found
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

fn at_root(name: &str, fault: SchemaFault) -> SchemaError {
    SchemaError {
        owner: name.to_owned(),
        path: Path::root(),
        fault,
    }
}
