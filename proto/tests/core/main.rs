//! Providers of this crate against a core that shares no rule with it: whole lives of objects with random
//! configurations, as every release of Terraform and OpenTofu leads them.
//!
//! `TFPLUGIN_CASES` sets how many lives each release leads with each resource; a failure names the seed and the
//! release, and `TFPLUGIN_SEED` leads that one again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../../examples/hello.rs"]
#[expect(dead_code, reason = "the example's own start is not used")]
mod hello;
mod life;
mod nesting;
mod profile;
#[path = "../../examples/shelf/main.rs"]
#[expect(dead_code, reason = "the example's own start is not used")]
mod shelf;
mod write_only;

use serde_json::{Value as Json, json};
use tfplugin::client::core::{Core, Draw, Release, Stored};
use tfplugin::value::{Number, Path, Value};

use life::{Source, Subject, lead};

/// Lives with each release and resource, where nothing else is asked for.
const CASES: u64 = 12;

#[tokio::test]
async fn lives_of_the_example() {
    let texts = |texts: &[&str]| texts.iter().map(|text| Value::from(*text)).collect::<Vec<_>>();
    let materials = texts(&["wood", "steel"]);
    let subject = Subject {
        service: || tfplugin::server::Service::new(shelf::ShelfProvider),
        type_name: "shelf_shelf",
        draw: &|seed| {
            Draw::new(seed)
                .suggest("name", texts(&["a", "shelf", "crooked"]))
                .suggest("material", materials.clone())
                .suggest("count", (1..5).map(Value::from))
                .suggest("create", texts(&["1m"]))
                .suggest("read", texts(&["1m"]))
                .suggest("update", texts(&["1m"]))
                .suggest("delete", texts(&["1m"]))
        },
        // What it says of a crooked one is meant.
        refusals: &["The shelf is crooked"],
        id: "name",
        keeps: false,
        source: None,
    };
    lead(&subject, CASES).await;
}

#[tokio::test]
async fn lives_of_a_resource_with_every_nesting() {
    let subject = Subject {
        service: || tfplugin::server::Service::new(nesting::Nesting::default()),
        type_name: "nesting_thing",
        draw: &|seed| {
            let whole = || (0..100).map(Value::from);
            // What is kept as a float and found again is what a float can hold.
            let halves =
                (-3..4).map(|number| Value::Number(Number::from_f64(f64::from(number) / 2.0).expect("a half")));
            Draw::new(seed)
                .suggest("whole", whole())
                .suggest("weight", whole())
                .only("float", halves)
        },
        refusals: &[],
        id: "id",
        keeps: true,
        source: Some(relic),
    };
    lead(&subject, CASES).await;
}

/// What another provider stores for a thing.
fn relic(thing: &Value) -> Source {
    let text = |name: &str| match thing.at(&Path::root().attribute(name)) {
        Some(Value::String(text)) => Json::from(text.as_str()),
        _ => Json::Null,
    };
    let stored = Stored {
        version: 1,
        attributes: json!({"key": text("id"), "fixed": text("fixed"), "weight": 3})
            .to_string()
            .into(),
        private: b"theirs".as_slice().into(),
        identity: Some((0, json!({"key": text("id")}).to_string().into())),
        tainted: false,
    };
    ("registry.terraform.io/example/museum", "museum_relic", stored)
}

#[tokio::test]
async fn the_smallest_provider_greets() {
    for release in Release::all() {
        let mut core = Core::within(tfplugin::server::Service::new(hello::Hello), release);
        core.start(&Value::Map(std::collections::BTreeMap::new()))
            .await
            .unwrap();
        let config = Value::map([("name", Value::from("you")), ("text", Value::Null)]);
        let read = core.data_source("hello_greeting", &config).await.unwrap();
        let expected = Value::map([("name", Value::from("you")), ("text", Value::from("Hello, you!"))]);
        assert_eq!(read, expected, "{release}");
        assert_eq!(core.breaches, [], "{release}");
    }
}
