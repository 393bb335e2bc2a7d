//! Reading, importing, data sources.

use tonic::Request;

use super::super::codec;
use super::ask::*;
use super::fixture::*;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{import_resource_state, read_data_source, read_resource};
use crate::schema::Model;
use crate::value::{Path, Value};
use crate::{Diagnostic, Field};

async fn read(behaviour: Behaviour, state: &Value) -> (Value, Vec<String>, Vec<u8>) {
    let request = read_resource::Request {
        type_name: "test_thing".to_owned(),
        current_state: Some(encoded(state)),
        private: b"{\"framework\":{\"format\":1},\"resource\":{\"kept\":1}}"
            .to_vec()
            .into(),
        ..Default::default()
    };
    let response = service(behaviour)
        .read_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    (
        decoded(response.new_state.as_ref()),
        told(&response.diagnostics),
        response.private.to_vec(),
    )
}

fn stored() -> Value {
    config([
        ("name", Value::from("n")),
        ("id", Value::from("i")),
        (
            "ratio",
            Value::Number("0.12345678901234567890123456789".parse().unwrap()),
        ),
    ])
}

#[tokio::test]
async fn rule_31_what_did_not_drift_stays_exactly_as_it_is() {
    let (state, told, private) = read(Behaviour::default(), &stored()).await;
    assert_eq!((state, told), (stored(), Vec::new()));
    assert_eq!(private, b"{\"framework\":{\"format\":1},\"resource\":{\"kept\":1}}");
}

#[tokio::test]
async fn rule_31_drift_is_shown_and_what_is_gone_is_null() {
    let before = stored();
    let drifted = read(
        Behaviour {
            read: Box::new(|_, current| {
                let state = current.state.as_mut().unwrap();
                state.id = Field::Known("other".to_owned());
                state.token_wo = Field::Known("canary".into());
                Ok(())
            }),
            ..Behaviour::default()
        },
        &before,
    );
    let (state, ..) = drifted.await;
    assert_eq!(state.at(&Path::root().attribute("id")), Some(&Value::from("other")));
    assert!(!format!("{state:?}").contains("canary"), "rule 23");
    let gone = Behaviour {
        read: Box::new(|_, current| {
            current.state = None;
            Ok(())
        }),
        ..Behaviour::default()
    };
    assert!(read(gone, &stored()).await.0.is_null());
}

#[tokio::test]
async fn rule_31_an_error_keeps_the_object() {
    let failing = Behaviour {
        read: Box::new(|_, current| {
            current.state = None;
            Err(Diagnostic::error("Unreachable", "").into())
        }),
        ..Behaviour::default()
    };
    let (state, told, private) = read(failing, &stored()).await;
    assert_eq!((state, told.len()), (stored(), 1));
    assert!(!private.is_empty());
}

#[tokio::test]
async fn rule_31_an_unknown_is_refused_and_the_object_kept() {
    let unsure = Behaviour {
        read: Box::new(|_, current| {
            current.state.as_mut().unwrap().id = Field::Unknown;
            Ok(())
        }),
        ..Behaviour::default()
    };
    let (state, told, _) = read(unsure, &stored()).await;
    assert_eq!(state, stored());
    assert!(
        told[0].starts_with("id: ") && told[0].contains("(protocol rule 31)"),
        "{told:?}"
    );
}

#[tokio::test]
async fn rule_33_an_import_gives_one_object_without_write_only_values() {
    let request = import_resource_state::Request {
        type_name: "test_thing".to_owned(),
        id: "n".to_owned(),
        ..Default::default()
    };
    let response = service(Behaviour::default())
        .import_resource_state(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(response.diagnostics.is_empty() && response.imported_resources.len() == 1);
    let state = decoded(response.imported_resources[0].state.as_ref());
    assert_eq!(state, config([("name", Value::from("n"))]));
}

async fn read_facts(note: Option<&str>) -> (Value, Vec<String>) {
    let ty = Facts::schema().implied_type();
    let config = Value::map([
        ("name", Value::from("n")),
        ("note", Value::from(note)),
        ("answer", Value::Null),
    ]);
    let request = read_data_source::Request {
        type_name: "test_facts".to_owned(),
        config: Some(codec::encode(&config, &ty).unwrap()),
        ..Default::default()
    };
    let response = service(Behaviour::default())
        .read_data_source(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    (
        codec::decode(response.state.as_ref(), &ty).unwrap(),
        told(&response.diagnostics),
    )
}

#[tokio::test]
async fn rule_36_a_data_source_keeps_its_configuration() {
    let (state, told) = read_facts(Some("x")).await;
    assert_eq!(told, [": Read: "]);
    let expected = [
        ("name", Value::from("n")),
        ("note", Value::from("x")),
        ("answer", Value::from(42)),
    ];
    assert_eq!(state, Value::map(expected));
}

#[tokio::test]
async fn rule_36_a_data_source_is_wholly_known() {
    let (state, told) = read_facts(Some("unknown")).await;
    assert!(state.is_null());
    assert!(
        told[0].starts_with("answer: ") && told[0].contains("(protocol rule 36)"),
        "{told:?}"
    );
}

#[tokio::test]
async fn rule_17_a_data_source_fills_only_what_it_computes() {
    let (state, told) = read_facts(None).await;
    assert!(state.is_null());
    assert!(
        told[0].starts_with("note: ") && told[0].contains("(protocol rule 17)"),
        "{told:?}"
    );
}
