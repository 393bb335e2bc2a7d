//! The provider under test, and short ways to ask it.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonic::Request;

use super::super::Service;
use super::super::codec;
use crate::diagnostics::Diagnostics;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{self, ClientCapabilities, DynamicValue};
use crate::schema::validators::range;
use crate::schema::{Block, BlockNesting};
use crate::server::{
    Call, Change, Current, DataSource, DynamicDataSource, DynamicResource, Imported, Plan, Provider, Resource,
    Timeouts, data_source, resource,
};
use crate::value::{Type, Value};
use crate::{Field, Model, Secret, one_of};

/// A thing with every feature.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Thing {
    /// Its name.
    #[attribute(required, replace)]
    pub(super) name: Field<String>,
    #[attribute(optional, default = "keep", validate = one_of!["keep", "purge"])]
    pub(super) on_destroy: Field<String>,
    #[attribute(optional, validate = range(1..=100))]
    pub(super) size: Field<i64>,
    #[attribute(optional, computed)]
    pub(super) ratio: Field<f64>,
    #[attribute(optional)]
    pub(super) tags: Field<BTreeMap<String, String>>,
    #[attribute(optional)]
    pub(super) password: Field<Secret>,
    #[attribute(optional, write_only)]
    pub(super) token_wo: Field<Secret>,
    #[attribute(computed, keep)]
    pub(super) id: Field<String>,
    #[attribute(computed)]
    pub(super) files: Field<BTreeMap<String, Field<String>>>,
    #[attribute(optional)]
    pub(super) limits: Field<Limits>,
    #[block]
    pub(super) ingress: Option<Ingress>,
    #[block]
    pub(super) volume: Vec<Volume>,
    #[block(set)]
    pub(super) rule: Vec<Rule>,
    #[block]
    pub(super) timeouts: Option<Timeouts>,
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Limits {
    #[attribute(optional)]
    pub(super) cpu: Field<f64>,
    #[attribute(optional, default = 64)]
    pub(super) memory: Field<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Ingress {
    #[attribute(required)]
    pub(super) host: Field<String>,
    #[attribute(optional, default = 443)]
    pub(super) port: Field<u16>,
    #[attribute(computed)]
    pub(super) address: Field<String>,
    #[attribute(optional, write_only)]
    pub(super) key_wo: Field<Secret>,
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Volume {
    #[attribute(required, replace)]
    pub(super) name: Field<String>,
    #[attribute(computed)]
    pub(super) id: Field<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Rule {
    #[attribute(required)]
    pub(super) cidr: Field<String>,
    #[attribute(optional, default = "allow")]
    pub(super) action: Field<String>,
    #[attribute(computed)]
    pub(super) id: Field<String>,
}

type Answer = Result<(), Diagnostics>;
type Step<T> = Box<dyn Fn(&Call, &mut T) -> Answer + Send + Sync>;

/// What the resource does, so that each test can have its own.
pub(super) struct Behaviour {
    pub(super) plan: Step<Plan<Things>>,
    pub(super) apply: Step<Change<Things>>,
    pub(super) read: Step<Current<Things>>,
    /// Whether applying never ends unless it is cancelled.
    pub(super) hangs: bool,
    /// Whether it does not even end then.
    pub(super) deaf: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            plan: Box::new(|_, _| Ok(())),
            apply: Box::new(|_, change| {
                change.state = change.planned.clone().map(filled);
                Ok(())
            }),
            read: Box::new(|_, _| Ok(())),
            hangs: false,
            deaf: false,
        }
    }
}

/// The planned thing with everything unknown known.
pub(super) fn filled(mut thing: Thing) -> Thing {
    let fill = |field: &mut Field<String>| {
        if field.is_unknown() {
            *field = Field::Known("made".to_owned());
        }
    };
    fill(&mut thing.id);
    thing.volume.iter_mut().for_each(|volume| fill(&mut volume.id));
    thing.rule.iter_mut().for_each(|rule| fill(&mut rule.id));
    if let Some(ingress) = &mut thing.ingress {
        fill(&mut ingress.address);
    }
    if thing.ratio.is_unknown() {
        thing.ratio = Field::Known(0.5);
    }
    if thing.files.is_unknown() {
        thing.files = Field::Known(BTreeMap::from([("a".to_owned(), Field::Known("line".to_owned()))]));
    }
    thing
}

/// The resource under test.
pub(super) struct Things(pub(super) Arc<Behaviour>);

impl Resource for Things {
    type Model = Thing;
    type Private = BTreeMap<String, i64>;
    const NAME: &'static str = "test_thing";
    const VERSION: i64 = 2;

    fn validate(&self, config: &Thing, diagnostics: &mut Diagnostics) {
        if config.name.known().is_some_and(|name| name == "bad") {
            diagnostics.error("Bad name", "Another one, please.");
        }
    }

    async fn plan(&self, call: &Call, plan: &mut Plan<Self>) -> Answer {
        (self.0.plan)(call, plan)
    }

    async fn create(&self, call: &Call, change: &mut Change<Self>) -> Answer {
        *change.private.entry("created".to_owned()).or_default() += 1;
        self.change(call, change).await
    }

    async fn update(&self, call: &Call, change: &mut Change<Self>) -> Answer {
        *change.private.entry("updated".to_owned()).or_default() += 1;
        self.change(call, change).await
    }

    async fn delete(&self, call: &Call, change: &mut Change<Self>) -> Answer {
        self.change(call, change).await
    }

    async fn read(&self, call: &Call, current: &mut Current<Self>) -> Answer {
        (self.0.read)(call, current)
    }

    async fn import(&self, _: &Call, id: &str) -> Result<Imported<Self>, Diagnostics> {
        let state = Thing {
            name: Field::Known(id.to_owned()),
            token_wo: Field::Known("leak".into()),
            ..Thing::default()
        };
        Ok(Imported {
            state,
            private: BTreeMap::new(),
        })
    }

    fn upgrade(&self, version: i64, mut state: serde_json::Value) -> Result<serde_json::Value, Diagnostics> {
        if version < 1
            && let Some(object) = state.as_object_mut()
            && let Some(title) = object.remove("title")
        {
            object.insert("name".to_owned(), title);
        }
        Ok(state)
    }
}

impl Things {
    async fn change(&self, call: &Call, change: &mut Change<Self>) -> Answer {
        (self.0.apply)(call, change)?;
        if self.0.deaf {
            std::future::pending::<()>().await;
        }
        if self.0.hangs {
            call.cancel.cancelled().await;
            let overdue = if call.is_overdue() { "deadline" } else { "stop" };
            return Err(crate::Diagnostic::error("Cancelled", overdue).into());
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Facts {
    #[attribute(required)]
    pub(super) name: Field<String>,
    #[attribute(optional)]
    pub(super) note: Field<String>,
    #[attribute(computed)]
    pub(super) answer: Field<i64>,
}

/// The data source under test.
pub(super) struct FactSource;

impl DataSource for FactSource {
    type Model = Facts;
    const NAME: &'static str = "test_facts";

    async fn read(&self, call: &Call, config: Facts) -> Result<Facts, Diagnostics> {
        call.warn(crate::Diagnostic::warning("Read", ""));
        let fault = config.note.known().map(String::as_str);
        let answer = if fault == Some("unknown") {
            Field::Unknown
        } else {
            Field::Known(42)
        };
        let note = if fault == Some("null") {
            Field::Known("else".to_owned())
        } else {
            config.note.clone()
        };
        Ok(Facts {
            answer,
            note,
            name: Field::Known("other".to_owned()),
        })
    }
}

#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(super) struct Config {
    #[attribute(optional, default = 22)]
    pub(super) port: Field<u16>,
    #[attribute(optional)]
    pub(super) user: Field<String>,
}

type Resources = Box<dyn Fn() -> Vec<Box<dyn DynamicResource>> + Send + Sync>;

/// The provider under test.
pub(super) struct TestProvider {
    pub(super) resources: Resources,
    pub(super) configured: Arc<std::sync::Mutex<Option<Config>>>,
}

impl Provider for TestProvider {
    type Config = Config;
    const NAME: &'static str = "test";

    async fn configure(&self, _: &Call, config: Config) -> Answer {
        *self.configured.lock().unwrap() = Some(config);
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        (self.resources)()
    }

    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>> {
        vec![data_source(FactSource)]
    }
}

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
