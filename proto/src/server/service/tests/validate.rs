//! Offline checks, and the provider's configuration.

use std::sync::Arc;

use tonic::Request;

use super::super::{Service, codec};
use super::ask::*;
use super::fixture::*;
use crate::Field;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{ClientCapabilities, configure_provider, validate_resource_config};
use crate::schema::Model;
use crate::value::Value;

pub(super) async fn validate(config: &Value, capabilities: Option<ClientCapabilities>) -> Vec<String> {
    let request = validate_resource_config::Request {
        type_name: "test_thing".to_owned(),
        config: Some(encoded(config)),
        client_capabilities: capabilities,
    };
    let response = service(Behaviour::default())
        .validate_resource_config(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    told(&response.diagnostics)
}

#[tokio::test]
async fn validators_of_the_schema_and_of_the_resource_speak() {
    let config = config([
        ("name", Value::from("bad")),
        ("on_destroy", Value::from("kep")),
        ("size", Value::from(101)),
        ("timeouts", Value::map([("create", Value::from("soon"))])),
        (
            "ingress",
            Value::map([("host", Value::from("h")), ("port", Value::from(70_000))]),
        ),
    ]);
    let mut told = validate(&config, Some(modern())).await;
    told.sort();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].starts_with("ingress.port: Number out of range"));
    assert!(told[1].starts_with("on_destroy: Invalid value: on_destroy: must be one of keep, purge."));
    assert!(told[2].starts_with("size: Invalid value: size: must be from 1 to 100."));
    assert!(told[3].starts_with("timeouts.create: Invalid value"));
}

#[tokio::test]
async fn the_resource_itself_is_asked_when_its_model_can_be_read() {
    assert_eq!(
        validate(&config([("name", Value::from("bad"))]), Some(modern())).await,
        [": Bad name: Another one, please."]
    );
}

#[tokio::test]
async fn rule_41_unknown_values_are_never_an_error() {
    let unknown = |names: &[&'static str]| Value::map(names.iter().map(|name| (*name, Value::unknown())));
    let config = config([
        ("name", Value::unknown()),
        ("on_destroy", Value::unknown()),
        ("tags", Value::unknown()),
        ("limits", Value::unknown()),
        ("ingress", unknown(&["host", "port", "address", "key_wo"])),
        ("volume", Value::unknown()),
        ("timeouts", unknown(&["create", "read", "update", "delete"])),
    ]);
    assert_eq!(validate(&config, Some(modern())).await, Vec::<String>::new());
}

#[tokio::test]
async fn rule_23_an_old_core_must_not_store_write_only_values() {
    let config = config([("name", Value::from("n")), ("token_wo", Value::from("canary"))]);
    let told = validate(&config, None).await;
    assert!(
        told[0].starts_with("token_wo: Write-only attribute not supported"),
        "{told:?}"
    );
    assert!(!told[0].contains("canary"));
    assert!(validate(&config, Some(modern())).await.is_empty());
}

#[tokio::test]
async fn rule_23_an_old_core_is_told_also_where_a_number_of_blocks_is_unknown() {
    let config = config([
        ("name", Value::from("n")),
        ("token_wo", Value::from("canary")),
        ("volume", Value::unknown()),
    ]);
    let told = validate(&config, None).await;
    assert!(
        told.iter().any(|told| told.contains("Terraform 1.11 or OpenTofu 1.11")),
        "{told:?}"
    );
    assert!(validate(&config, Some(modern())).await.is_empty());
}

#[tokio::test]
async fn rule_41_the_provider_is_configured_with_defaults_and_unknowns() {
    let configured = Arc::default();
    let provider = TestProvider {
        resources: Box::new(Vec::new),
        configured: Arc::clone(&configured),
    };
    let config = Value::map([("port", Value::Null), ("user", Value::unknown())]);
    let request = configure_provider::Request {
        config: Some(codec::encode(&config, &Config::schema().implied_type()).unwrap()),
        ..Default::default()
    };
    let answer = Service::new(provider)
        .configure_provider(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(answer.diagnostics.is_empty());
    let expected = Config {
        port: Field::Known(22),
        user: Field::Unknown,
    };
    assert_eq!(*configured.lock().unwrap(), Some(expected));
}

#[tokio::test]
async fn rule_29_a_panic_in_a_check_is_an_error() {
    let told = validate(&config([("name", Value::from("panic"))]), Some(modern())).await;
    assert!(told[0].contains("The validate operation panicked at "), "{told:?}");
    assert!(!told[0].contains("canary"), "{told:?}");
}
