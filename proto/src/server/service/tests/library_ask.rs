//! Short ways to ask the library.

use futures_util::FutureExt;
use tonic::Request;

use super::super::{Service, codec};
use super::ask::{complete, modern, told};
use super::library::{Book, BookIdentity, Config};
use crate::Model;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{self, ClientCapabilities, DynamicValue, ResourceIdentityData};
use crate::schema::IdentitySchema;
use crate::value::{Type, Value};

pub(super) fn ty() -> Type {
    Book::schema().implied_type()
}

pub(super) fn identity_ty() -> Type {
    IdentitySchema::of::<BookIdentity>(1).implied_type()
}

/// A book with everything that is not said null.
pub(super) fn book<const N: usize>(members: [(&str, Value); N]) -> Value {
    complete(&Book::schema(), Value::map(members))
}

pub(super) fn identity(title: &str, room: Value, number: Value) -> Value {
    Value::map([("title", Value::from(title)), ("room", room), ("number", number)])
}

pub(super) fn sent(value: &Value) -> DynamicValue {
    codec::encode(value, &ty()).unwrap()
}

pub(super) fn sent_identity(value: &Value) -> ResourceIdentityData {
    ResourceIdentityData {
        identity_data: Some(codec::encode(value, &identity_ty()).unwrap()),
    }
}

pub(super) fn seen(value: Option<&DynamicValue>) -> Value {
    codec::decode(value, &ty()).unwrap()
}

/// The identity of an answer; `None` where there is none.
pub(super) fn seen_identity(value: Option<&ResourceIdentityData>) -> Option<Value> {
    let data = value?.identity_data.as_ref();
    Some(codec::decode(data, &identity_ty()).unwrap())
}

/// A core that allows answers to wait.
pub(super) fn patient() -> ClientCapabilities {
    ClientCapabilities {
        deferral_allowed: true,
        ..modern()
    }
}

pub(super) async fn plan(
    service: &Service,
    request: protocol::plan_resource_change::Request,
) -> (protocol::plan_resource_change::Response, Vec<String>) {
    let request = protocol::plan_resource_change::Request {
        type_name: "test_book".to_owned(),
        ..request
    };
    let answer = service
        .plan_resource_change(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    let told = told(&answer.diagnostics);
    (answer, told)
}

/// The request to plan a change.
pub(super) fn change(prior: &Value, config: &Value) -> protocol::plan_resource_change::Request {
    protocol::plan_resource_change::Request {
        prior_state: Some(sent(prior)),
        config: Some(sent(config)),
        proposed_new_state: Some(sent(config)),
        client_capabilities: Some(modern()),
        ..Default::default()
    }
}

pub(super) async fn apply(
    service: &Service,
    request: protocol::apply_resource_change::Request,
) -> (protocol::apply_resource_change::Response, Vec<String>) {
    let request = protocol::apply_resource_change::Request {
        type_name: "test_book".to_owned(),
        ..request
    };
    let answer = service
        .apply_resource_change(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    let told = told(&answer.diagnostics);
    (answer, told)
}

pub(super) async fn read(
    service: &Service,
    request: protocol::read_resource::Request,
) -> (protocol::read_resource::Response, Vec<String>) {
    let request = protocol::read_resource::Request {
        type_name: "test_book".to_owned(),
        ..request
    };
    let answer = service.read_resource(Request::new(request)).await.unwrap().into_inner();
    let told = told(&answer.diagnostics);
    (answer, told)
}

pub(super) async fn import(
    service: &Service,
    request: protocol::import_resource_state::Request,
) -> (protocol::import_resource_state::Response, Vec<String>) {
    let request = protocol::import_resource_state::Request {
        type_name: "test_book".to_owned(),
        ..request
    };
    let answer = service
        .import_resource_state(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    let told = told(&answer.diagnostics);
    (answer, told)
}

/// Configures the library with a key.
pub(super) fn configure(service: &Service, key: Value, capabilities: ClientCapabilities) {
    let config = Value::map([("key", key)]);
    let request = protocol::configure_provider::Request {
        config: Some(codec::encode(&config, &Config::schema().implied_type()).unwrap()),
        client_capabilities: Some(capabilities),
        ..Default::default()
    };
    let answer = service
        .configure_provider(Request::new(request))
        .now_or_never()
        .unwrap();
    assert!(answer.unwrap().into_inner().diagnostics.is_empty());
}
