//! The configuration of an object that exists.

use tonic::Request;

use super::super::codec;
use super::ask::*;
use super::fixture::*;
use super::{library, library_ask};
use crate::protocol::generate_resource_config;
use crate::protocol::provider_server::Provider as _;
use crate::value::Value;

async fn generated(state: &Value) -> Value {
    let request = generate_resource_config::Request {
        type_name: "test_thing".to_owned(),
        state: Some(encoded(state)),
    };
    let answer = service(Behaviour::default())
        .generate_resource_config(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    decoded(answer.config.as_ref())
}

#[tokio::test]
async fn only_what_a_person_would_write_is_written() {
    let state = config([
        ("name", "n".into()),
        ("on_destroy", "keep".into()),
        ("size", 5.into()),
        ("ratio", Value::Number("0.5".parse().unwrap())),
        ("id", "i".into()),
        ("files", Value::map([("a", Value::from("line"))])),
        (
            "limits",
            Value::map([("cpu", Value::Null), ("memory", Value::from(64))]),
        ),
        (
            "ingress",
            Value::map([("host", Value::from("h")), ("port", 80.into()), ("address", "a".into())]),
        ),
        (
            "rule",
            Value::List(vec![Value::map([
                ("cidr", Value::from("c")),
                ("action", "allow".into()),
                ("id", "i".into()),
            ])]),
        ),
    ]);
    let expected = config([
        ("name", "n".into()),
        ("size", 5.into()),
        ("ratio", Value::Number("0.5".parse().unwrap())),
        ("limits", Value::map([("cpu", Value::Null), ("memory", Value::Null)])),
        ("ingress", Value::map([("host", Value::from("h")), ("port", 80.into())])),
        ("rule", Value::List(vec![Value::map([("cidr", Value::from("c"))])])),
    ]);
    assert_eq!(generated(&state).await, expected);
    assert!(generated(&Value::Null).await.is_null());
}

#[tokio::test]
async fn what_is_written_plans_no_change() {
    let service = service(Behaviour::default());
    let written = config([
        ("name", "n".into()),
        ("ingress", Value::map([("host", Value::from("h"))])),
        ("volume", Value::List(vec![Value::map([("name", Value::from("v"))])])),
    ]);
    let state = created(&service, &written).await;
    let generated = generated(&state).await;
    let told = super::validate::validate(&generated, Some(modern())).await;
    assert!(told.is_empty(), "{told:?}");
    let planned = plan(&service, &state, &generated).await;
    assert!(planned.errors.is_empty(), "{:?}", planned.errors);
    assert_eq!(planned.value, state);
}

#[tokio::test]
async fn the_resource_takes_out_what_contradicts_something() {
    let generated = async |title: &str| {
        let state = library_ask::book([("title", title.into()), ("room", "r".into()), ("number", 1.into())]);
        let request = generate_resource_config::Request {
            type_name: "test_book".to_owned(),
            state: Some(library_ask::sent(&state)),
        };
        let answer = library::strict()
            .generate_resource_config(Request::new(request))
            .await
            .unwrap()
            .into_inner();
        (
            codec::decode(answer.config.as_ref(), &library_ask::ty()).unwrap(),
            told(&answer.diagnostics),
        )
    };
    let (config, told) = generated("no room").await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(config, library_ask::book([("title", "no room".into())]));
    let (config, _) = generated("eager").await;
    let expected = library_ask::book([("title", "eager".into()), ("room", "r".into())]);
    assert_eq!(
        config, expected,
        "what only the provider sets never stands in a configuration"
    );
    let (config, told) = generated("panic").await;
    assert!(config.is_null() && told[0].contains("panicked"), "{told:?}");
}
