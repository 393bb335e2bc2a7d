//! Short ways to ask the service in the protocol's own messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonic::Request;

use super::super::{Service, codec};
use super::fixture::*;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{self, ClientCapabilities, DynamicValue};
use crate::schema::{Block, BlockNesting, Model};
use crate::server::resource;
use crate::value::{Type, Value};

/// The service of a provider with one resource of that behaviour.
pub(super) fn service(behaviour: Behaviour) -> Service {
    let behaviour = Arc::new(behaviour);
    service_of(Box::new(move || vec![resource(Things(behaviour.clone()))]))
}

pub(super) fn service_of(resources: Resources) -> Service {
    Service::new(TestProvider {
        resources,
        configured: Arc::default(),
    })
}

pub(super) fn ty() -> Type {
    Thing::schema().implied_type()
}

/// A configuration with everything that is not said null, as core sends it.
pub(super) fn config<const N: usize>(members: [(&str, Value); N]) -> Value {
    complete(&Thing::schema(), Value::map(members))
}

/// A block's configuration with everything that is not said null.
pub(super) fn complete(block: &Block, value: Value) -> Value {
    let Value::Map(mut given) = value else { return value };
    let mut members = BTreeMap::new();
    for attribute in &block.attributes {
        members.insert(
            attribute.name.clone(),
            given.remove(&attribute.name).unwrap_or_default(),
        );
    }
    for nested in &block.blocks {
        let value = match (given.remove(&nested.name), nested.nesting) {
            (None, BlockNesting::Single) => Value::Null,
            (None, _) => Value::List(Vec::new()),
            (Some(Value::List(elements)), _) => Value::List(
                elements
                    .into_iter()
                    .map(|element| complete(&nested.block, element))
                    .collect(),
            ),
            (Some(single), _) => complete(&nested.block, single),
        };
        members.insert(nested.name.clone(), value);
    }
    assert!(given.is_empty(), "no such members: {given:?}");
    Value::Map(members)
}

pub(super) fn encoded(value: &Value) -> DynamicValue {
    codec::encode(value, &ty()).unwrap()
}

pub(super) fn decoded(value: Option<&DynamicValue>) -> Value {
    codec::decode(value, &ty()).unwrap()
}

pub(super) fn modern() -> ClientCapabilities {
    ClientCapabilities {
        write_only_attributes_allowed: true,
        ..ClientCapabilities::default()
    }
}

/// One line for each diagnostic: severity, attribute path, summary, detail.
pub(super) fn told(diagnostics: &[protocol::Diagnostic]) -> Vec<String> {
    use protocol::attribute_path::step::Selector;
    diagnostics
        .iter()
        .map(|diagnostic| {
            let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
            let path: Vec<String> = steps
                .map(|step| match step.selector.as_ref().unwrap() {
                    Selector::AttributeName(name) => name.clone(),
                    Selector::ElementKeyString(key) => format!("[{key}]"),
                    Selector::ElementKeyInt(index) => format!("[{index}]"),
                })
                .collect();
            format!("{}: {}: {}", path.join("."), diagnostic.summary, diagnostic.detail)
        })
        .collect()
}

/// The answer to a plan.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) value: Value,
    pub(super) replace: Vec<String>,
    pub(super) errors: Vec<String>,
    pub(super) private: Vec<u8>,
}

impl Planned {
    pub(super) fn at(&self, name: &str) -> &Value {
        match &self.value {
            Value::Map(members) => &members[name],
            _ => panic!("nothing is planned: {:?}", self.errors),
        }
    }
}

pub(super) async fn plan(service: &Service, prior: &Value, config: &Value) -> Planned {
    plan_with(service, prior, config, b"").await
}

pub(super) async fn plan_with(service: &Service, prior: &Value, config: &Value, private: &[u8]) -> Planned {
    let request = protocol::plan_resource_change::Request {
        type_name: "test_thing".to_owned(),
        prior_state: Some(encoded(prior)),
        // The service makes its own proposal; core's only says whether it is a removal.
        proposed_new_state: Some(encoded(config)),
        config: Some(encoded(config)),
        prior_private: private.to_vec().into(),
        client_capabilities: Some(modern()),
        ..Default::default()
    };
    let response = service
        .plan_resource_change(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(!response.legacy_type_system, "protocol rule 26");
    let paths = response.requires_replace.iter();
    let paths = paths.map(|path| {
        told(&[protocol::Diagnostic {
            attribute: Some(path.clone()),
            ..Default::default()
        }])[0]
            .trim_end_matches(": : ")
            .to_owned()
    });
    Planned {
        replace: paths.collect(),
        value: decoded(response.planned_state.as_ref()),
        errors: told(&response.diagnostics),
        private: response.planned_private.to_vec(),
    }
}

/// The answer to an apply.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) value: Value,
    pub(super) errors: Vec<String>,
    pub(super) private: Vec<u8>,
}

impl Applied {
    pub(super) fn at(&self, name: &str) -> &Value {
        match &self.value {
            Value::Map(members) => &members[name],
            _ => panic!("nothing is there: {:?}", self.errors),
        }
    }
}

pub(super) async fn apply(service: &Service, prior: &Value, planned: &Value, config: &Value) -> Applied {
    apply_with(service, prior, planned, config, b"").await
}

pub(super) async fn apply_with(
    service: &Service,
    prior: &Value,
    planned: &Value,
    config: &Value,
    private: &[u8],
) -> Applied {
    let request = protocol::apply_resource_change::Request {
        type_name: "test_thing".to_owned(),
        prior_state: Some(encoded(prior)),
        planned_state: Some(encoded(planned)),
        config: Some(encoded(config)),
        planned_private: private.to_vec().into(),
        ..Default::default()
    };
    let response = service
        .apply_resource_change(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(response.new_state.is_some(), "there is always a new state");
    Applied {
        value: decoded(response.new_state.as_ref()),
        errors: told(&response.diagnostics),
        private: response.private.to_vec(),
    }
}

/// Plans and applies a configuration; the state afterwards.
pub(super) async fn created(service: &Service, config: &Value) -> Value {
    let planned = plan(service, &Value::Null, config).await;
    assert_eq!(planned.errors, Vec::<String>::new());
    let applied = apply(service, &Value::Null, &planned.value, config).await;
    assert_eq!(applied.errors, Vec::<String>::new());
    applied.value
}
