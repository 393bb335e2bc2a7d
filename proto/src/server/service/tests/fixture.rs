//! The provider under test.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::validators::range;
use crate::server::{
    Call, Change, Current, DataSource, DynamicDataSource, DynamicResource, ImportBy, Imported, Plan, Provider,
    Resource, Timeouts, Upgrade, data_source,
};
use crate::value::Path;
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
    type Identity = ();
    type Private = BTreeMap<String, i64>;
    const NAME: &'static str = "test_thing";
    const VERSION: i64 = 2;

    fn validate(&self, config: &Thing, diagnostics: &mut Diagnostics) {
        if config.name.known().is_some_and(|name| name == "bad") {
            diagnostics.error("Bad name", "Another one, please.");
        }
        // The schema's own check says so too, and says it first.
        if config.size.known().is_some_and(|size| *size > 100) {
            diagnostics.push(Diagnostic::error("Too big", "Less, please.").at(Path::root().attribute("size")));
        }
        assert!(config.name.known().is_none_or(|name| name != "panic"), "canary");
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

    async fn import(&self, _: &Call, by: ImportBy<'_, ()>) -> Result<Imported<Self>, Diagnostics> {
        let state = Thing {
            name: Field::Known(by.id()?.to_owned()),
            token_wo: Field::Known("leak".into()),
            ..Thing::default()
        };
        Ok(Imported {
            state,
            private: BTreeMap::new(),
        })
    }

    fn upgrades() -> Vec<Upgrade> {
        vec![
            Upgrade::new(0, r#"{"title":"t"}"#, |mut state| {
                if let Some(object) = state.as_object_mut()
                    && let Some(title) = object.remove("title")
                {
                    object.insert("name".to_owned(), title);
                }
                Ok(state)
            }),
            Upgrade::new(1, r#"{"name":"n"}"#, Ok),
        ]
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
            return Err(Diagnostic::error("Cancelled", overdue).into());
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
        call.warn(Diagnostic::warning("Read", ""));
        let fault = config.note.known().map(String::as_str);
        let answer = if fault == Some("unknown") {
            Field::Unknown
        } else {
            Field::Known(42)
        };
        let note = if fault.is_none() {
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

pub(super) type Resources = Box<dyn Fn() -> Vec<Box<dyn DynamicResource>> + Send + Sync>;

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
