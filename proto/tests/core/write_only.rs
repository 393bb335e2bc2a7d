//! What a release without write-only arguments is told of one: it would store the value.

use tfplugin::client::core::{Content, Core, Feature, Halt, Nesting as Nested, Release, Shape};
use tfplugin::server::Service;
use tfplugin::value::{Path, Value};

use crate::nesting::Nesting;
use crate::shelf;

/// Every write-only attribute of a shape, as the configuration that sets just that one.
fn write_only(shape: &Shape) -> Vec<(Path, Value)> {
    let mut found = Vec::new();
    for attribute in &shape.attributes {
        let path = Path::root().attribute(&attribute.name);
        if attribute.write_only {
            found.push((path, Value::map([(attribute.name.as_str(), Value::from("word"))])));
        } else if let Content::Objects(nesting, inner) = &attribute.content {
            let within = write_only(inner).into_iter();
            found
                .extend(within.map(|(below, value)| (path.join(&below), within_one(&attribute.name, *nesting, value))));
        }
    }
    for block in &shape.blocks {
        let path = Path::root().attribute(&block.name);
        let within = write_only(&block.shape).into_iter();
        found.extend(within.map(|(below, value)| (path.join(&below), within_one(&block.name, block.nesting, value))));
    }
    found
}

fn within_one(name: &str, nesting: Nested, object: Value) -> Value {
    let objects = match nesting {
        Nested::Single | Nested::Group => object,
        Nested::List | Nested::Set => Value::List(vec![object]),
        Nested::Map => Value::map([("one", object)]),
    };
    Value::map([(name, objects)])
}

#[tokio::test]
async fn a_release_that_would_store_a_write_only_value_is_told_which_would_not() {
    assert_told(|| Service::new(shelf::ShelfProvider), "shelf_shelf", &["code_wo"]).await;
    let attributes = [
        "token_wo",
        "single.word_wo",
        "maybe.word_wo",
        "list.word_wo",
        "map.word_wo",
        "one.word_wo",
        "one.inner.word_wo",
        "many.word_wo",
        "many.inner.word_wo",
    ];
    assert_told(|| Service::new(Nesting::default()), "nesting_thing", &attributes).await;
}

/// These are the write-only attributes of a resource, and each of them is refused where it would be stored.
async fn assert_told(service: fn() -> Service, name: &str, attributes: &[&str]) {
    let mut newest = Core::within(service(), Release::terraform(16));
    newest.ask_schemas().await.unwrap();
    let shape = newest.resource(name).shape;
    let all = write_only(&shape);
    let names: Vec<String> = all.iter().map(|(path, _)| path.to_string()).collect();
    assert_eq!(names, attributes);
    for release in Release::all() {
        let mut core = Core::within(service(), release);
        core.ask_schemas().await.unwrap();
        for (path, value) in &all {
            let config = shape.filled(value.clone());
            let told = match core.validate(name, &config).await {
                Err(Halt::Refused(told)) => told,
                Ok(()) => Vec::new(),
                Err(Halt::Broken) => panic!("{release}, {path}: {:?}", core.breaches),
            };
            let names_them = told.iter().any(|told| {
                let text = format!("{} {}", told.summary, told.detail);
                text.contains("Terraform 1.11") && text.contains("OpenTofu 1.11")
            });
            assert_eq!(
                names_them,
                !release.has(Feature::WriteOnly),
                "{release}, {path}: {told:?}"
            );
        }
    }
}
