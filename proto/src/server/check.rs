//! Whether core would accept a provider's schemas; for a unit test of the provider.

use super::{DynamicDataSource, DynamicResource, Provider};
use crate::schema::check::{SchemaError, SchemaFault, Subject, check_schema};
use crate::schema::{Model, Schema};
use crate::value::Path;

/// All faults of a provider's schemas (protocol rules 1 to 9); empty when they are good. One fault would make core
/// refuse the whole provider, so every provider has a unit test that calls this.
pub fn check<P: Provider>(provider: &P) -> Vec<SchemaError> {
    let config = Schema {
        version: 0,
        block: P::Config::schema(),
    };
    let mut found = check_schema(P::NAME, Subject::Provider, &config);
    let (resources, data_sources) = (provider.resources(), provider.data_sources());
    for resource in &resources {
        found.extend(check_schema(resource.name(), Subject::Resource, &resource.schema()));
    }
    for data_source in &data_sources {
        found.extend(check_schema(
            data_source.name(),
            Subject::DataSource,
            &data_source.schema(),
        ));
    }
    found.extend(check_names(
        P::NAME,
        resources.iter().map(|one| DynamicResource::name(one.as_ref())),
    ));
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
