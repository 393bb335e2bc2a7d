//! Stored state in the present form (protocol rule 32).

use tonic::Request;

use super::ask::*;
use super::fixture::*;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{RawState, upgrade_resource_state};
use crate::value::Value;

async fn upgrade(version: i64, json: &str) -> (Value, Vec<String>) {
    let request = upgrade_resource_state::Request {
        type_name: "test_thing".to_owned(),
        version,
        raw_state: Some(RawState {
            json: json.as_bytes().to_vec().into(),
            ..Default::default()
        }),
    };
    let response = service(Behaviour::default())
        .upgrade_resource_state(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    (decoded(response.upgraded_state.as_ref()), told(&response.diagnostics))
}

#[tokio::test]
async fn unknown_attributes_are_dropped_and_missing_ones_are_null() {
    let json =
        r#"{"name":"n","gone":{"a":1},"token_wo":"canary","ingress":{"host":"h","gone":1},"volume":[{"name":"v"}]}"#;
    let (state, told) = upgrade(2, json).await;
    assert!(told.is_empty(), "{told:?}");
    let expected = config([
        ("name", Value::from("n")),
        ("ingress", Value::map([("host", Value::from("h"))])),
        ("volume", Value::List(vec![Value::map([("name", Value::from("v"))])])),
    ]);
    assert_eq!(
        state, expected,
        "blocks that the state does not have are empty, write-only values null"
    );
}

#[tokio::test]
async fn an_older_version_goes_through_the_resource() {
    assert_eq!(
        upgrade(0, r#"{"title":"n"}"#).await.0,
        config([("name", Value::from("n"))])
    );
    assert_eq!(upgrade(1, r#"{"title":"n"}"#).await.0, config([]));
}

#[tokio::test]
async fn a_state_that_does_not_fit_is_an_error_without_its_content() {
    let (state, told) = upgrade(2, r#"{"name":{"secret":"canary"}}"#).await;
    assert!(state.is_null());
    assert!(told[0].starts_with("name: ") && !told[0].contains("canary"), "{told:?}");
    assert_eq!(upgrade(2, "{").await.1.len(), 1);
}

#[tokio::test]
async fn the_form_of_terraform_0_11_is_refused() {
    let flat = RawState {
        flatmap: [("name".to_owned(), "n".to_owned())].into(),
        ..Default::default()
    };
    let request = upgrade_resource_state::Request {
        type_name: "test_thing".to_owned(),
        version: 0,
        raw_state: Some(flat),
    };
    let response = service(Behaviour::default())
        .upgrade_resource_state(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(told(&response.diagnostics)[0].contains("0.11"));
}
