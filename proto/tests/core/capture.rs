//! A provider whose one resource has every kind of attribute and block in every nesting. It keeps nothing.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::server::{Call, Change, Current, DynamicResource, Plan, Provider, Resource, resource};
use tfplugin::value::{Number, Path, Value};
use tfplugin::{Diagnostics, Field, Model, Secret};

/// Everything that a schema can hold.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(crate) struct Thing {
    #[attribute(required)]
    needed: Field<String>,
    #[attribute(optional)]
    text: Field<String>,
    #[attribute(optional, replace)]
    fixed: Field<String>,
    #[attribute(optional, computed)]
    either: Field<String>,
    #[attribute(optional, default = "usual")]
    usual: Field<String>,
    #[attribute(computed, keep)]
    id: Field<String>,
    #[attribute(computed)]
    digest: Field<String>,
    #[attribute(optional)]
    flag: Field<bool>,
    #[attribute(optional)]
    whole: Field<i64>,
    #[attribute(optional)]
    float: Field<f64>,
    #[attribute(optional)]
    number: Field<Number>,
    #[attribute(optional, sensitive)]
    password: Field<Secret>,
    #[attribute(optional, write_only)]
    token_wo: Field<Secret>,
    #[attribute(optional)]
    anything: Field<Value>,
    #[attribute(optional, computed)]
    anything_else: Field<Value>,
    #[attribute(optional)]
    texts: Field<Vec<String>>,
    #[attribute(optional)]
    open_texts: Field<Vec<Field<String>>>,
    #[attribute(optional)]
    bag: Field<BTreeSet<String>>,
    #[attribute(optional, computed)]
    labels: Field<BTreeMap<String, Field<String>>>,
    #[attribute(optional)]
    grid: Field<BTreeMap<String, Vec<Number>>>,
    #[attribute(optional)]
    single: Field<Inner>,
    #[attribute(optional, computed)]
    maybe: Field<Inner>,
    #[attribute(optional)]
    list: Field<Vec<Inner>>,
    #[attribute(optional)]
    map: Field<BTreeMap<String, Inner>>,
    #[attribute(optional)]
    set: Field<BTreeSet<Element>>,
    #[block]
    one: Option<Deep>,
    #[block]
    many: Vec<Deep>,
    #[block(set)]
    sack: Vec<Element>,
    #[block(max = 2)]
    few: Vec<Element>,
}

/// What stands in nested attributes.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(crate) struct Inner {
    #[attribute(required)]
    key: Field<String>,
    #[attribute(optional, default = 7)]
    weight: Field<i64>,
    #[attribute(computed)]
    id: Field<String>,
    #[attribute(optional, write_only)]
    word_wo: Field<Secret>,
    #[attribute(optional)]
    elements: Field<Vec<Element>>,
}

/// What stands in sets.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Model)]
pub(crate) struct Element {
    #[attribute(required)]
    key: Field<String>,
    #[attribute(optional, default = "plain")]
    kind: Field<String>,
    #[attribute(computed, keep)]
    id: Field<String>,
}

/// What stands in blocks.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(crate) struct Deep {
    #[attribute(required, replace)]
    key: Field<String>,
    #[attribute(optional, write_only)]
    word_wo: Field<Secret>,
    #[attribute(optional)]
    inner: Field<Inner>,
    #[attribute(computed, keep)]
    id: Field<String>,
    #[block]
    deeper: Vec<Element>,
    #[block(set)]
    deepest: Vec<Element>,
}

/// The provider.
pub(crate) struct Capture;

struct Things;

impl Things {
    /// The planned object with everything made that only an apply makes.
    fn made(planned: &Thing) -> Result<Thing, Diagnostics> {
        let value = fill(planned.to_value());
        Thing::from_value(&value, &Path::root())
    }
}

/// The value with something in the place of each unknown.
fn fill(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::List(elements) => Value::List(elements.into_iter().map(fill).collect()),
        Value::Map(members) => Value::map(members.into_iter().map(|(name, member)| match (name.as_str(), member) {
            ("id" | "digest" | "either", Value::Unknown(_)) => (name, Value::from("made")),
            (_, member) => (name, fill(member)),
        })),
        known => known,
    }
}

impl Resource for Things {
    type Model = Thing;
    type Identity = ();
    type Private = BTreeMap<String, i64>;
    const NAME: &'static str = "capture_thing";

    async fn plan(&self, _: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        // It follows from another attribute, so a change of that one changes it.
        plan.planned.digest = plan.planned.text.clone().map(|text| format!("digest of {text}"));
        Ok(())
    }

    async fn create(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state = change.planned.as_ref().map(Self::made).transpose()?;
        change.private.insert("created".to_owned(), 1);
        Ok(())
    }

    async fn update(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state = change.planned.as_ref().map(Self::made).transpose()?;
        *change.private.entry("updated".to_owned()).or_default() += 1;
        Ok(())
    }

    async fn delete(&self, _: &Call, _: &mut Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn read(&self, _: &Call, _: &mut Current<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }
}

/// The provider's configuration.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(crate) struct Config {
    #[attribute(optional, default = "here")]
    place: Field<String>,
    #[block]
    account: Option<Account>,
}

/// A block of the provider's configuration.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(crate) struct Account {
    #[attribute(required)]
    name: Field<String>,
}

impl Provider for Capture {
    type Config = Config;
    const NAME: &'static str = "capture";

    async fn configure(&self, _: &Call, _: Config) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![resource(Things)]
    }
}
