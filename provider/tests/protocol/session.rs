//! A conversation with the built provider, as core leads it.

use std::process::{Command, Stdio};

use tfplugin::Model;
use tfplugin::client::{Plugin, ProviderClient};
use tfplugin::protocol::attribute_path::step::Selector;
use tfplugin::protocol::{
    AttributePath, Diagnostic, DynamicValue, RawState, configure_provider, import_resource_state, plan_resource_change,
    read_resource, stop_provider, upgrade_resource_state, validate_resource_config,
};
use tfplugin::value::{Path, Value};

use quickfra::configuration::Configuration;
use quickfra::resources::stack::Stack;

pub(crate) const STACK: &str = "quickfra_stack";

/// The provider's process and a connection to it.
pub(crate) struct Session {
    pub(crate) provider: ProviderClient,
    // The process ends with it.
    _plugin: Plugin,
}

/// What came of a plan.
pub(crate) struct Planned {
    pub(crate) state: Stack,
    pub(crate) value: Value,
    pub(crate) replace: Vec<String>,
    pub(crate) told: Vec<String>,
}

impl Session {
    /// A provider that is not configured, with nothing in its environment.
    pub(crate) async fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-quickfra"));
        command.env_clear().stderr(Stdio::null());
        command.env("TMPDIR", env!("CARGO_TARGET_TMPDIR"));
        let plugin = Plugin::start(command).await.unwrap();
        let provider = plugin.provider().await.unwrap();
        Self {
            provider,
            _plugin: plugin,
        }
    }

    /// A provider with this configuration.
    pub(crate) async fn configured(configuration: &Configuration) -> Self {
        let mut session = Self::start().await;
        let request = configure_provider::Request {
            config: Some(encoded(configuration)),
            ..configure_provider::Request::default()
        };
        let answer = session.provider.configure_provider(request).await.unwrap().into_inner();
        assert_eq!(told(&answer.diagnostics), Vec::<String>::new());
        session
    }

    /// What `validate` says of a stack.
    pub(crate) async fn validate(&mut self, config: &Value) -> Vec<String> {
        let request = validate_resource_config::Request {
            type_name: STACK.to_owned(),
            config: Some(encode::<Stack>(config)),
            ..validate_resource_config::Request::default()
        };
        let answer = self.provider.validate_resource_config(request).await.unwrap();
        told(&answer.into_inner().diagnostics)
    }

    /// Plans a stack; core's own proposal is the configuration, since this provider makes its own.
    pub(crate) async fn plan(&mut self, config: &Stack, prior: Option<&Value>) -> Planned {
        let request = plan_resource_change::Request {
            type_name: STACK.to_owned(),
            prior_state: Some(encode::<Stack>(prior.unwrap_or(&Value::Null))),
            proposed_new_state: Some(encoded(config)),
            config: Some(encoded(config)),
            ..plan_resource_change::Request::default()
        };
        let answer = self.provider.plan_resource_change(request).await.unwrap().into_inner();
        let told = told(&answer.diagnostics);
        let value = decoded(&answer.planned_state.unwrap_or_else(|| panic!("no plan: {told:?}")));
        Planned {
            state: Stack::from_value(&value, &Path::root()).unwrap(),
            value,
            replace: answer.requires_replace.iter().map(path).collect(),
            told,
        }
    }

    /// Refreshes a stack: the state and what was said.
    pub(crate) async fn read(&mut self, state: &Stack) -> (Value, Vec<String>) {
        let request = read_resource::Request {
            type_name: STACK.to_owned(),
            current_state: Some(encoded(state)),
            ..read_resource::Request::default()
        };
        let answer = self.provider.read_resource(request).await.unwrap().into_inner();
        let state = answer.new_state.as_ref().map_or(Value::Null, decoded);
        (state, told(&answer.diagnostics))
    }

    /// Brings stored JSON to the present form.
    pub(crate) async fn upgrade(&mut self, json: &str) -> (Value, Vec<String>) {
        let request = upgrade_resource_state::Request {
            type_name: STACK.to_owned(),
            version: 0,
            raw_state: Some(RawState {
                json: json.as_bytes().to_vec().into(),
                ..RawState::default()
            }),
        };
        let answer = self
            .provider
            .upgrade_resource_state(request)
            .await
            .unwrap()
            .into_inner();
        let state = answer.upgraded_state.as_ref().map_or(Value::Null, decoded);
        (state, told(&answer.diagnostics))
    }

    /// Imports an id as a resource type: how many objects came of it, and what was said.
    pub(crate) async fn import(&mut self, type_name: &str, id: &str) -> (usize, Vec<String>) {
        let request = import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            ..import_resource_state::Request::default()
        };
        let answer = self.provider.import_resource_state(request).await.unwrap().into_inner();
        (answer.imported_resources.len(), told(&answer.diagnostics))
    }

    /// Asks the provider to stop what it is doing.
    pub(crate) async fn stop(&mut self) -> String {
        let answer = self.provider.stop_provider(stop_provider::Request {}).await;
        answer.unwrap().into_inner().error
    }
}

fn encode<M: Model>(value: &Value) -> DynamicValue {
    DynamicValue {
        msgpack: value.encode_msgpack(&M::schema().implied_type()).unwrap().into(),
        ..DynamicValue::default()
    }
}

fn encoded<M: Model>(model: &M) -> DynamicValue {
    encode::<M>(&model.to_value())
}

fn decoded(value: &DynamicValue) -> Value {
    Value::decode_msgpack(&value.msgpack, &Stack::schema().implied_type()).unwrap()
}

/// Each diagnostic with its place and its summary.
pub(crate) fn told(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics
        .iter()
        .map(|one| match &one.attribute {
            Some(attribute) => format!("{}: {}", path(attribute), one.summary),
            None => one.summary.clone(),
        })
        .collect()
}

fn path(attribute: &AttributePath) -> String {
    attribute
        .steps
        .iter()
        .fold(String::new(), |path, step| match &step.selector {
            Some(Selector::AttributeName(name)) if path.is_empty() => name.clone(),
            Some(Selector::AttributeName(name)) => format!("{path}.{name}"),
            Some(Selector::ElementKeyInt(index)) => format!("{path}[{index}]"),
            Some(Selector::ElementKeyString(key)) => format!("{path}[{key:?}]"),
            None => path,
        })
}
