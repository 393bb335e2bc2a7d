//! States of other resource types (protocol rule 34).

use tonic::Request;

use super::ask::told;
use super::library::*;
use super::library_ask::*;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{RawState, move_resource_state};
use crate::value::Value;

fn raw(json: &str) -> RawState {
    RawState {
        json: json.as_bytes().to_vec().into(),
        ..Default::default()
    }
}

fn scroll(version: i64, json: &str) -> move_resource_state::Request {
    move_resource_state::Request {
        source_provider_address: "registry.terraform.io/example/archive".to_owned(),
        source_type_name: "archive_scroll".to_owned(),
        source_schema_version: version,
        source_state: Some(raw(json)),
        target_type_name: "test_book".to_owned(),
        source_private: b"lent".to_vec().into(),
        ..Default::default()
    }
}

async fn moved(request: move_resource_state::Request) -> (move_resource_state::Response, Vec<String>) {
    let answer = strict()
        .move_resource_state(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    let told = told(&answer.diagnostics);
    (answer, told)
}

#[tokio::test]
async fn a_state_is_taken_over_with_its_private_data() {
    let (answer, told) = moved(scroll(1, r#"{"name":"t","ink":{"black":true}}"#)).await;
    assert!(told.is_empty(), "{told:?}");
    let state = seen(answer.target_state.as_ref());
    assert_eq!(
        state,
        book([("title", "t".into())]),
        "write-only values are taken out (rule 23)"
    );
    assert_eq!(
        answer.target_private.as_ref(),
        br#"{"framework":{"format":1},"resource":["lent"]}"#
    );
    let expected = identity("t", Value::Null, Value::Null);
    assert_eq!(seen_identity(answer.target_identity.as_ref()), Some(expected));
}

#[tokio::test]
async fn json_is_brought_to_the_schema() {
    let request = move_resource_state::Request {
        source_provider_address: "registry.example.com/example/archive".to_owned(),
        source_type_name: "archive_tablet".to_owned(),
        source_state: Some(raw(r#"{"title":"t","clay":1}"#)),
        source_identity: Some(raw(r#"{"room":"r"}"#)),
        target_type_name: "test_book".to_owned(),
        ..Default::default()
    };
    let (answer, told) = moved(request.clone()).await;
    assert!(told.is_empty(), "{told:?}");
    let state = seen(answer.target_state.as_ref());
    assert_eq!(state, book([("title", "t".into()), ("room", "r".into())]));
    let elsewhere = move_resource_state::Request {
        source_provider_address: "registry.terraform.io/example/archive".to_owned(),
        ..request
    };
    assert!(moved(elsewhere).await.1[0].contains("cannot become `test_book`"));
}

#[tokio::test]
async fn what_is_not_accepted_is_named_with_what_is() {
    let (answer, told) = moved(scroll(3, "{}")).await;
    assert!(answer.target_state.is_none());
    let error = &told[0];
    assert!(error.contains("not with a state of schema version 3"), "{error}");
    assert!(
        error.contains("archive_scroll of example/archive (schema version 1 to 2), archive_tablet"),
        "{error}"
    );
    assert!(error.contains("Import the object"), "{error}");
    let mut foreign = scroll(1, "{}");
    foreign.source_provider_address = "registry.terraform.io/another-example/archive".to_owned();
    let (_, told) = moved(foreign).await;
    assert!(
        told[0].contains("`archive_scroll` of registry.terraform.io/another-example/archive cannot"),
        "{told:?}"
    );
}

#[tokio::test]
async fn rule_34_what_is_moved_is_wholly_known() {
    let (answer, told) = moved(scroll(1, r#"{"name":"unknown"}"#)).await;
    assert!(answer.target_state.is_none());
    assert!(
        told[0].starts_with("title: ") && told[0].contains("(protocol rule 34)"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_not_quoted() {
    for bad in ["{", r#"{"name":["canary"]}"#, "null"] {
        let (answer, told) = moved(scroll(1, bad)).await;
        assert!(answer.target_state.is_none() && told.len() == 1, "{bad}: {told:?}");
        assert!(!told[0].contains("canary"), "{told:?}");
    }
}
