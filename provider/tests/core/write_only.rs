//! Secrets that go to a server: write-only, so that they are stored nowhere, and asked of no release that would store them.

use tfplugin::client::core::{AttributeShape, Content, Nesting, Schemas};
use tfplugin::protocol::Diagnostic;

use super::*;

/// Configurations drawn for each resource that has write-only attributes.
const CASES: u64 = 60;

/// The newest releases without write-only attributes, and the oldest ones.
const OLD: [Release; 4] = [
    Release::terraform(8),
    Release::terraform(10),
    Release::opentofu(7),
    Release::opentofu(10),
];

/// Last words of names that secrets have.
const SECRET: [&str; 9] = [
    "password",
    "passphrase",
    "token",
    "secret",
    "key",
    "credential",
    "credentials",
    "pin",
    "pass",
];

/// Attributes that are called as a secret would be, and hold none.
const PUBLIC: [&str; 1] = [
    // The public key of a machine.
    "host_key",
];

/// All attributes of a shape, at every depth, each with its path.
fn attributes<'s>(shape: &'s Shape, above: &str, found: &mut Vec<(String, &'s AttributeShape)>) {
    for attribute in &shape.attributes {
        let path = format!("{above}.{}", attribute.name);
        if let Content::Objects(_, inner) = &attribute.content {
            attributes(inner, &path, found);
        }
        found.push((path, attribute));
    }
    for block in &shape.blocks {
        attributes(&block.shape, &format!("{above}.{}", block.name), found);
    }
}

fn all<'s>(shapes: impl IntoIterator<Item = (&'s String, &'s Shape)>) -> Vec<(String, &'s AttributeShape)> {
    let mut found = Vec::new();
    for (name, shape) in shapes {
        attributes(shape, name, &mut found);
    }
    found
}

async fn schemas() -> Schemas {
    let mut core = Core::within(Service::new(Quickfra::default()), Release::terraform(16));
    core.ask_schemas().await.unwrap();
    core.schemas
}

/// Whether a configuration sets a write-only attribute, be it to something unknown.
fn sets_one(shape: &Shape, value: &Value) -> bool {
    let Value::Map(members) = value else {
        return match value {
            Value::List(objects) => objects.iter().any(|object| sets_one(shape, object)),
            _ => false,
        };
    };
    let inside = |attribute: &AttributeShape| match (&attribute.content, &members[&attribute.name]) {
        (Content::Objects(Nesting::Map, inner), Value::Map(objects)) => {
            objects.values().any(|object| sets_one(inner, object))
        }
        (Content::Objects(_, inner), object) => sets_one(inner, object),
        (Content::Plain(_), value) => attribute.write_only && !value.is_null(),
    };
    shape.attributes.iter().any(inside)
        || shape
            .blocks
            .iter()
            .any(|block| sets_one(&block.shape, &members[&block.name]))
}

#[tokio::test]
async fn what_is_write_only_says_so_and_is_a_secret() {
    let schemas = schemas().await;
    let resources = schemas.resources.iter().map(|(name, resource)| (name, &resource.shape));
    let others = [
        &schemas.data_sources,
        &schemas.ephemeral_resources,
        &schemas.lists,
        &schemas.actions,
    ];
    let others = others.into_iter().flatten();
    let attributes = all(resources.chain(others));
    let mut faults = Vec::new();
    for (path, attribute) in &attributes {
        let named = attribute.name.ends_with("_wo");
        if named != attribute.write_only {
            faults.push(format!(
                "{path}: a name ends with _wo if it is write-only, and only then"
            ));
        }
        if attribute.write_only && !attribute.sensitive {
            faults.push(format!("{path}: it is shown"));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(attributes.iter().any(|(_, attribute)| attribute.write_only));
}

#[tokio::test]
async fn no_resource_stores_what_is_called_as_a_secret() {
    let schemas = schemas().await;
    let resources = schemas.resources.iter().map(|(name, resource)| (name, &resource.shape));
    let stored = all(resources)
        .into_iter()
        .filter(|(_, attribute)| !attribute.write_only);
    let faults: Vec<String> = stored
        .filter(|(_, attribute)| !PUBLIC.contains(&attribute.name.as_str()))
        .filter(|(_, attribute)| {
            let last = attribute.name.rsplit('_').next().unwrap_or_default();
            SECRET.contains(&last)
        })
        .map(|(path, _)| path)
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

/// A configuration that a new release takes: an old one takes it too, unless it sets a write-only attribute. Then it says
/// so, since it would store it.
#[tokio::test]
async fn an_old_release_refuses_what_it_would_store_and_nothing_else() {
    for (type_name, resource) in resources().await {
        if !resource.shape.has_write_only() {
            continue;
        }
        let (mut refused, mut taken) = (0, 0);
        for seed in 0..CASES {
            let mut draw = draw_for(&type_name, seed, REFUSING);
            if seed % 2 == 0 {
                draw = draw.forgo_write_only();
            }
            let config = draw.config(&resource.shape);
            let mut new = core(Release::terraform(16), &mut draw.clone()).await;
            if new.validate(&type_name, &config).await.is_err() {
                continue;
            }
            let old = OLD[usize::try_from(seed / 2).unwrap() % OLD.len()];
            let mut old = core(old, &mut draw).await;
            old.told.clear();
            let answer = old.validate(&type_name, &config).await;
            if sets_one(&resource.shape, &config) {
                refused += 1;
                let clear = |told: &Diagnostic| {
                    told.summary == "Write-only attribute not supported"
                        && told.detail.contains("Terraform 1.11 or OpenTofu 1.11")
                };
                assert!(answer.is_err(), "{type_name}, {seed}: it is taken");
                assert!(old.told.iter().all(clear), "{type_name}, {seed}: {:?}", old.told);
            } else {
                taken += 1;
                assert!(answer.is_ok(), "{type_name}, {seed}: {:?}", old.told);
            }
            judge(&old, seed, &type_name);
        }
        assert!(refused > 0, "{type_name}: none sets a write-only attribute");
        // One that is always to be set needs a new release.
        let always = resource
            .shape
            .attributes
            .iter()
            .any(|one| one.write_only && one.required);
        assert_eq!(taken > 0, !always, "{type_name}: {taken} leave them out");
    }
}
