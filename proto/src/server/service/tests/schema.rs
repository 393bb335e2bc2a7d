//! What the provider says of itself.

use std::sync::Arc;

use futures_util::FutureExt;
use tonic::{Code, Request};

use super::ask::*;
use super::fixture::*;
use crate::protocol;
use crate::protocol::provider_server::Provider as _;
use crate::server::check;
use crate::server::resource;
use crate::{Diagnostics, Field, Model};

#[tokio::test]
async fn schemas_and_capabilities() {
    let service = service(Behaviour::default());
    let schema = service
        .get_provider_schema(Request::new(protocol::get_provider_schema::Request::default()))
        .await
        .unwrap()
        .into_inner();
    assert!(schema.diagnostics.is_empty(), "{:?}", schema.diagnostics);
    assert!(schema.provider.is_some(), "protocol rule 8");
    assert_eq!(schema.resource_schemas["test_thing"].version, 2);
    assert!(schema.data_source_schemas.contains_key("test_facts"));
    let capabilities = schema.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
    let metadata = service
        .get_metadata(Request::new(protocol::get_metadata::Request::default()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(metadata.resources[0].type_name, "test_thing");
    assert_eq!(metadata.server_capabilities, Some(capabilities));
}

#[tokio::test]
async fn state_stores_are_unimplemented() {
    let service = service(Behaviour::default());
    let answer = service
        .get_states(Request::new(protocol::get_states::Request::default()))
        .now_or_never()
        .unwrap();
    assert_eq!(answer.unwrap_err().code(), Code::Unimplemented);
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Faulty {
    #[attribute(optional)]
    count: Field<i64>,
}

struct FaultyResource;

impl crate::server::Resource for FaultyResource {
    type Model = Faulty;
    type Identity = ();
    type Private = ();
    const NAME: &'static str = "other_thing";

    async fn create(&self, _: &crate::server::Call, _: &mut crate::server::Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn update(&self, _: &crate::server::Call, _: &mut crate::server::Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn delete(&self, _: &crate::server::Call, _: &mut crate::server::Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn read(&self, _: &crate::server::Call, _: &mut crate::server::Current<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }
}

#[tokio::test]
async fn a_faulty_schema_is_found_by_a_test_and_told_to_the_user() {
    let provider = || TestProvider {
        resources: Box::new(|| vec![resource(FaultyResource), resource(FaultyResource)]),
        configured: Arc::default(),
    };
    let rules: Vec<String> = check(&provider()).iter().map(ToString::to_string).collect();
    assert_eq!(
        rules
            .iter()
            .filter(|fault| fault.contains("other_thing: count: the name is reserved"))
            .count(),
        2
    );
    assert!(
        rules.iter().any(|fault| fault.contains("does not start with `test_`")),
        "{rules:?}"
    );
    assert!(rules.iter().any(|fault| fault.contains("occurs twice")), "{rules:?}");
    let service = super::super::Service::new(provider());
    let answer = service
        .get_provider_schema(Request::new(protocol::get_provider_schema::Request::default()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.diagnostics.len(), rules.len());
}

#[test]
fn a_good_provider_has_no_fault() {
    let provider = TestProvider {
        resources: Box::new(Vec::new),
        configured: Arc::default(),
    };
    assert!(check(&provider).is_empty());
}
