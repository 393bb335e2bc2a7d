//! A provider whose one resource has every kind of attribute and block in every nesting. It keeps its objects in memory, so
//! that they can be imported, listed, and moved to from another provider's.

use std::collections::{BTreeMap, BTreeSet};

use std::sync::{Arc, Mutex, MutexGuard};

use tfplugin::server::{
    Call, Capabilities, Change, Current, DynamicListResource, DynamicResource, Identifies, ImportBy, Imported,
    ListResource, Listing, MoveFrom, MoveSource, Moved, Operation, Plan, Provider, Resource, list_resource, resource,
};
use tfplugin::value::{Number, Path, Value};
use tfplugin::{Diagnostic, Diagnostics, Field, Identity, Model, Secret};

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

/// What tells one thing from another.
#[derive(Debug, Clone, PartialEq, Identity)]
pub(crate) struct ThingIdentity {
    /// Its id.
    #[identity(required_for_import)]
    id: Field<String>,
    /// What makes it another thing when it changes.
    #[identity(optional_for_import)]
    fixed: Field<String>,
}

impl Identifies<Thing> for ThingIdentity {
    fn of(thing: &Thing) -> Self {
        Self {
            id: thing.id.clone(),
            fixed: thing.fixed.clone(),
        }
    }
}

/// What another provider stores for a thing.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Relic {
    #[attribute(required)]
    key: Field<String>,
    #[attribute(optional)]
    fixed: Field<String>,
}

/// What the calls of a core came with.
pub(crate) type Seen = Vec<(Operation, Capabilities)>;

/// The provider.
#[derive(Clone, Default)]
pub(crate) struct Nesting(Arc<Mutex<Memory>>);

/// What it keeps.
#[derive(Default)]
struct Memory {
    things: BTreeMap<String, Thing>,
    made: u64,
    seen: Seen,
}

impl Nesting {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().expect("no handler panics")
    }

    /// What the calls so far came with, in their order.
    pub(crate) fn seen(&self) -> Seen {
        self.memory().seen.clone()
    }

    fn note(&self, call: &Call) {
        self.memory().seen.push((call.operation(), call.capabilities));
    }

    /// Makes what was planned: with an id of its own, and with all that only an apply knows.
    fn make(&self, planned: Option<&Thing>) -> Result<Option<Thing>, Diagnostics> {
        let Some(planned) = planned else { return Ok(None) };
        let mut memory = self.memory();
        let mut thing = Thing::from_value(&fill(planned.to_value()), &Path::root())?;
        if planned.id.is_unknown() {
            memory.made += 1;
            thing.id = Field::Known(format!("thing {}", memory.made));
        }
        let id = thing.id.known().cloned().unwrap_or_default();
        memory.things.insert(id, thing.clone());
        Ok(Some(thing))
    }

    fn find(&self, id: &Field<String>) -> Option<Thing> {
        self.memory().things.get(id.known()?).cloned()
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

pub(crate) struct Things(Nesting);

/// What is noted of a thing: how often it was made, changed, imported and moved.
type Notes = BTreeMap<String, i64>;

impl Resource for Things {
    type Model = Thing;
    type Identity = ThingIdentity;
    type Private = Notes;
    const NAME: &'static str = "nesting_thing";

    async fn plan(&self, call: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        self.0.note(call);
        // It follows from another attribute, so a change of that one changes it.
        plan.planned.digest = plan.planned.text.clone().map(|text| format!("digest of {text}"));
        Ok(())
    }

    async fn create(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state = self.0.make(change.planned.as_ref())?;
        change.private.insert("created".to_owned(), 1);
        Ok(())
    }

    async fn update(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state = self.0.make(change.planned.as_ref())?;
        *change.private.entry("updated".to_owned()).or_default() += 1;
        Ok(())
    }

    async fn delete(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        if let Some(Field::Known(id)) = change.prior.as_ref().map(|prior| &prior.id) {
            self.0.memory().things.remove(id);
        }
        Ok(())
    }

    async fn read(&self, call: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        self.0.note(call);
        current.state = current.state.as_ref().and_then(|state| self.0.find(&state.id));
        Ok(())
    }

    async fn import(&self, call: &Call, by: ImportBy<'_, ThingIdentity>) -> Result<Imported<Self>, Diagnostics> {
        self.0.note(call);
        let id = match by {
            ImportBy::Id(id) => Field::Known(id.to_owned()),
            ImportBy::Identity(identity) => identity.id,
        };
        let missing = || Diagnostic::error("There is no such thing", "It was never made, or is gone.");
        Ok(Imported {
            state: self.0.find(&id).ok_or_else(missing)?,
            private: Notes::from([("imported".to_owned(), 1)]),
        })
    }

    fn moves() -> Vec<MoveFrom> {
        let take = |source: MoveSource<Relic>| {
            let private = i64::try_from(source.private.len()).unwrap_or_default();
            Ok(Moved {
                state: Thing {
                    id: source.state.key,
                    fixed: source.state.fixed,
                    ..Thing::default()
                },
                private: Notes::from([("moved".to_owned(), private)]),
            })
        };
        vec![MoveFrom::typed::<Relic, Self>(
            "example/museum",
            "museum_relic",
            0..=2,
            take,
        )]
    }
}

/// Lists all things.
struct AllThings(Nesting);

impl ListResource for AllThings {
    type Config = ();
    type Resource = Things;

    async fn list(&self, _: &Call, (): (), listing: &mut Listing<Things>) -> Result<(), Diagnostics> {
        let things = self.0.memory().things.clone();
        for (id, thing) in things {
            listing.found(id, &thing).await?;
        }
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

impl Provider for Nesting {
    type Config = Config;
    const NAME: &'static str = "nesting";

    async fn configure(&self, call: &Call, _: Config) -> Result<(), Diagnostics> {
        self.note(call);
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![resource(Things(self.clone()))]
    }

    fn list_resources(&self) -> Vec<Box<dyn DynamicListResource>> {
        vec![list_resource(AllThings(self.clone()))]
    }
}
