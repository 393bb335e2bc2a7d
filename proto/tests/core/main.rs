//! Providers of this crate against a core that shares no rule with it: whole lives of objects with random
//! configurations, as every release of Terraform and OpenTofu leads them.
//!
//! `TFPLUGIN_CASES` sets how many lives each release leads with each resource; a failure names the seed and the
//! release, and `TFPLUGIN_SEED` leads that one again.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod capture;
#[path = "../../examples/hello.rs"]
#[expect(dead_code, reason = "the example's own start is not used")]
mod hello;
mod life;
#[path = "../../examples/shelf/main.rs"]
#[expect(dead_code, reason = "the example's own start is not used")]
mod shelf;

use tfplugin::client::core::{Core, Draw, Release};
use tfplugin::value::Value;

use life::{Subject, lead};

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
    };
    lead(&subject, CASES).await;
}

#[tokio::test]
async fn lives_of_a_resource_with_every_nesting() {
    let subject = Subject {
        service: || tfplugin::server::Service::new(capture::Capture),
        type_name: "capture_thing",
        draw: &|seed| {
            let whole = || (0..100).map(Value::from);
            Draw::new(seed).suggest("whole", whole()).suggest("weight", whole())
        },
        refusals: &[],
    };
    lead(&subject, CASES).await;
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
