//! What each release calls and sends, in its order, held against a table that was written from their sources and not from
//! the core under test.

use tfplugin::client::core::{Core, Current, Halt, Product, Release, Shape};
use tfplugin::server::{Capabilities, Operation, Service};
use tfplugin::value::{Path, Value};

use crate::nesting::Nesting;
use crate::{relic, shelf};

/// What a release can do: one letter for each.
///
/// f functions, m moves, d deferral in an apply, c client capabilities at all, e ephemeral resources, w write-only
/// arguments, i identities, l lists, a actions, p private data of plans, b computed blocks.
const PROFILES: [(Product, u8, &str); 15] = [
    (Product::Terraform, 8, "fm"),
    (Product::Terraform, 9, "fmcd"),
    (Product::Terraform, 10, "fmcde"),
    (Product::Terraform, 11, "fmcdew"),
    (Product::Terraform, 12, "fmcdewi"),
    (Product::Terraform, 13, "fmcdewi"),
    (Product::Terraform, 14, "fmcdewila"),
    (Product::Terraform, 15, "fmcdewila"),
    (Product::Terraform, 16, "fmcdewilapb"),
    (Product::OpenTofu, 7, "f"),
    (Product::OpenTofu, 8, "f"),
    (Product::OpenTofu, 9, "f"),
    (Product::OpenTofu, 10, "fm"),
    (Product::OpenTofu, 11, "fmcew"),
    (Product::OpenTofu, 12, "fmcewi"),
];

fn profiles() -> impl Iterator<Item = (Release, &'static str)> {
    PROFILES
        .into_iter()
        .map(|(product, minor, profile)| (Release { product, minor }, profile))
}

#[test]
fn every_release_has_its_row() {
    let rows: Vec<Release> = profiles().map(|(release, _)| release).collect();
    assert_eq!(rows, Release::all());
}

/// A configuration with only these values.
fn config(shape: &Shape, values: &[(&str, Value)]) -> Value {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    shape.filled(Value::map(values))
}

/// The calls that a release makes of these: each with the letter that it needs, or none.
fn expected(profile: &str, calls: &[(&'static str, &str)]) -> Vec<&'static str> {
    let made = calls.iter().filter(|(_, needs)| profile.contains(needs));
    made.map(|(call, _)| *call).collect()
}

#[tokio::test]
async fn a_managed_object_is_led_as_the_release_does_it() {
    for (release, profile) in profiles() {
        let provider = Nesting::default();
        let mut core = Core::within(Service::new(provider.clone()), release);
        core.start(&Value::map([("place", Value::Null), ("account", Value::Null)]))
            .await
            .unwrap();
        let name = "nesting_thing";
        let shape = core.resource(name).shape;
        let config = config(&shape, &[("needed", "a".into())]);
        core.validate(name, &config).await.unwrap();
        let planned = core.plan(name, &Current::none(), &config).await.unwrap();
        let applied = core.apply(&planned, &config).await.unwrap();
        let stored = applied.stored.unwrap();
        let current = core.restore(name, &stored).await.unwrap();
        core.import(name, "thing 1").await.unwrap();
        let identity = current.identity.clone().unwrap_or_default();
        core.import_by_identity(name, &identity).await.unwrap();
        let (address, source_type, source) = relic(&current.value);
        core.move_from(address, source_type, &source, name).await.unwrap();
        let listed = core.list(name, &Value::map::<String>([]), true, 5).await.unwrap();
        assert_eq!(listed.len(), usize::from(profile.contains('l')), "{release}");
        core.destroy(name, &stored).await.unwrap();
        assert_eq!(core.breaches, [], "{release}");
        let calls = [
            ("get_provider_schema", ""),
            ("get_resource_identity_schemas", "i"),
            ("validate_provider_config", ""),
            ("configure_provider", ""),
            ("validate_resource_config", ""),
            ("plan_resource_change", ""),
            // The apply plans again.
            ("plan_resource_change", ""),
            ("apply_resource_change", ""),
            ("upgrade_resource_state", ""),
            ("read_resource", ""),
            ("import_resource_state", ""),
            ("read_resource", ""),
            ("import_resource_state", "i"),
            ("read_resource", "i"),
            ("move_resource_state", "m"),
            ("validate_list_resource_config", "l"),
            ("list_resource", "l"),
            ("upgrade_resource_state", ""),
            ("read_resource", ""),
            ("plan_resource_change", ""),
            ("apply_resource_change", ""),
        ];
        assert_eq!(core.calls, expected(profile, &calls), "{release}");
        assert_eq!(provider.seen(), seen(profile), "{release}");
    }
}

/// What the handlers of that object are told of the release.
fn seen(profile: &str) -> Vec<(Operation, Capabilities)> {
    let has = |letter| profile.contains('c') && profile.contains(letter);
    let sent = |applying| Capabilities {
        write_only_attributes: has('w'),
        deferral: applying && has('d'),
        store_planned_private: has('p'),
        computed_blocks: has('b'),
    };
    let mut seen = vec![
        (Operation::Configure, sent(false)),
        (Operation::Plan, sent(false)),
        (Operation::Plan, sent(true)),
        (Operation::Read, sent(false)),
        (Operation::Import, sent(false)),
        (Operation::Read, sent(false)),
    ];
    if profile.contains('i') {
        seen.extend([(Operation::Import, sent(false)), (Operation::Read, sent(false))]);
    }
    // The removal reads first.
    seen.push((Operation::Read, sent(false)));
    seen
}

#[tokio::test]
async fn everything_waits_for_an_unknown_provider_where_the_release_allows_it() {
    let (name, unknown) = (
        "nesting_thing",
        Value::map([("place", Value::unknown()), ("account", Value::Null)]),
    );
    for (release, profile) in profiles() {
        for asked_for in [true, false] {
            let mut core = Core::within(Service::new(Nesting::default()), release);
            if asked_for {
                core = core.deferring();
            }
            core.start(&unknown).await.unwrap();
            let waits = asked_for && profile.contains('d');
            let by_id = core.import(name, "thing 1").await;
            let identity = Value::map([("id", Value::from("thing 1")), ("fixed", Value::Null)]);
            let by_identity = core.import_by_identity(name, &identity).await;
            let mut imports = vec![by_id];
            imports.extend(by_identity.transpose());
            assert_eq!(imports.len(), 1 + usize::from(profile.contains('i')), "{release}");
            for import in imports {
                if waits {
                    let expected = Current {
                        deferred: true,
                        ..Current::none()
                    };
                    assert_eq!(import, Ok(expected), "{release}");
                } else {
                    // It is looked for, and there is none.
                    let Err(Halt::Refused(told)) = import else {
                        panic!("{release}: {import:?}")
                    };
                    assert_eq!(told[0].summary, "There is no such thing", "{release}");
                }
            }
            let config = config(&core.resource(name).shape, &[("needed", "a".into())]);
            let planned = core.plan(name, &Current::none(), &config).await.unwrap();
            assert_eq!(planned.deferred, waits, "{release}");
            assert_eq!(core.breaches, [], "{release}");
        }
    }
}

#[tokio::test]
async fn the_rest_is_called_where_the_release_can() {
    for (release, profile) in profiles() {
        let mut core = Core::within(Service::new(shelf::ShelfProvider), release);
        core.start(&Value::map([("carpenter", Value::Null)])).await.unwrap();
        core.calls.clear();
        let arguments = ["Atlas".into(), Value::Null, "Ann".into()];
        let spine = core.function("spine", &arguments).await.unwrap();
        assert_eq!(spine, Ok("Ann: Atlas".into()), "{release}");
        let shape = core.schemas.ephemeral_resources["shelf_key"].clone();
        let key = config(&shape, &[("shelf", "a".into())]);
        if let Some(opened) = core.open("shelf_key", &key).await.unwrap() {
            assert_eq!(
                opened.value.at(&Path::root().attribute("code")),
                Some(&"code of a".into()),
                "{release}"
            );
            core.close("shelf_key", opened).await.unwrap();
        }
        let shape = core.schemas.actions["shelf_dust"].clone();
        let dust = config(&shape, &[("shelf", "a".into()), ("boards", 2.into())]);
        let told = core.invoke("shelf_dust", &dust).await.unwrap();
        assert_eq!(told.len(), if profile.contains('a') { 3 } else { 0 }, "{release}");
        assert_eq!(core.breaches, [], "{release}");
        let calls = [
            // Once in the plan, once in the apply.
            ("call_function", "f"),
            ("call_function", "f"),
            ("validate_ephemeral_resource_config", "e"),
            ("open_ephemeral_resource", "e"),
            ("close_ephemeral_resource", "e"),
            ("validate_action_config", "a"),
            ("plan_action", "a"),
            ("invoke_action", "a"),
        ];
        assert_eq!(core.calls, expected(profile, &calls), "{release}");
    }
}
