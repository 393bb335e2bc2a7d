//! A whole provider: one resource with the features that most resources need, and one function, one ephemeral
//! resource and one action. It keeps nothing but its state, so it can be tried without any account:
//!
//! ```shell
//! cargo build -p tfplugin --example shelf
//! ```
//!
//! Terraform finds it by a `dev_overrides` entry for `example/shelf` that names a folder in which the built program
//! is called `terraform-provider-shelf`.

mod upgrades;

use std::collections::BTreeMap;
use std::process::ExitCode;

use tfplugin::schema::FunctionError;
use tfplugin::schema::validators::{length, range};
use tfplugin::server::{
    Action, Call, Change, Current, DynamicAction, DynamicEphemeralResource, DynamicFunction, DynamicResource,
    EphemeralResource, Function, Identifies, ImportBy, Imported, Opened, Plan, Progress, Provider, Resource, Timeouts,
    Upgrade, action, ephemeral_resource, function, resource,
};
use tfplugin::wire::Options;
use tfplugin::{Diagnostic, Diagnostics, Field, Identity, Model, Parameters, Secret, one_of};

/// A shelf with boxes on it.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Shelf {
    /// Name of the shelf, which is its id as well.
    #[attribute(required, replace, validate = length(1..=30))]
    name: Field<String>,
    /// What it is made of: `wood` or `steel`.
    #[attribute(optional, default = "wood", validate = one_of!["wood", "steel"])]
    material: Field<String>,
    /// How wide it is, in metres.
    #[attribute(optional)]
    width: Field<f64>,
    /// The code of its lock. It is stored nowhere.
    #[attribute(optional, write_only)]
    code_wo: Field<Secret>,
    /// Raise it to set another code.
    #[attribute(optional)]
    code_wo_version: Field<i64>,
    /// A word that opens it too.
    #[attribute(optional)]
    password: Field<Secret>,
    /// Where it stands.
    #[attribute(optional)]
    place: Field<Place>,
    /// The boxes on it.
    #[block(max = 5)]
    r#box: Vec<Crate>,
    /// A label, at most one.
    #[block]
    label: Option<Label>,
    /// Visitors who may open it.
    #[block(set)]
    visitor: Vec<Visitor>,
    /// How long operations may take.
    #[block]
    timeouts: Option<Timeouts>,
    /// When it was made. It never changes.
    #[attribute(computed, keep)]
    serial: Field<String>,
    /// What stands in each box, by the box's name.
    #[attribute(computed)]
    content: Field<BTreeMap<String, Field<Vec<String>>>>,
}

/// A place in a building.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Place {
    /// The room.
    #[attribute(required)]
    room: Field<String>,
    /// The floor.
    #[attribute(optional, default = 0)]
    floor: Field<i64>,
}

/// A box.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Crate {
    /// Its name.
    #[attribute(required)]
    name: Field<String>,
    /// How many things are in it.
    #[attribute(optional, default = 1, validate = range(1..=100))]
    count: Field<i64>,
}

/// A label.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Label {
    /// What stands on it.
    #[attribute(required)]
    text: Field<String>,
    /// How it looks from afar.
    #[attribute(computed)]
    upper: Field<String>,
}

/// A visitor.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Visitor {
    /// The name.
    #[attribute(required)]
    name: Field<String>,
    /// What is allowed: `look` or `take`.
    #[attribute(optional, default = "look")]
    allowed: Field<String>,
}

/// What tells one shelf from another.
#[derive(Debug, Clone, PartialEq, Identity)]
struct ShelfIdentity {
    /// Name of the shelf.
    #[identity(required_for_import)]
    name: Field<String>,
}

impl Identifies<Shelf> for ShelfIdentity {
    fn of(shelf: &Shelf) -> Self {
        Self {
            name: shelf.name.clone(),
        }
    }
}

struct ShelfResource;

impl ShelfResource {
    /// The shelf as it will be: pure, so that plan and apply agree. Unknown where the name of a box is.
    fn content(shelf: &Shelf) -> Field<BTreeMap<String, Field<Vec<String>>>> {
        let mut content = BTreeMap::new();
        for one in &shelf.r#box {
            let Some(name) = one.name.known() else {
                return Field::Unknown;
            };
            let things = one
                .count
                .map(|count| (1..=count).map(|thing| format!("thing {thing}")).collect());
            content.insert(name.clone(), things);
        }
        Field::Known(content)
    }

    fn finished(planned: &Shelf) -> Shelf {
        let mut shelf = planned.clone();
        if shelf.serial.is_unknown() {
            shelf.serial = shelf.name.clone().map(|name| format!("serial of {name}"));
        }
        shelf.content = Self::content(&shelf);
        if let Some(label) = &mut shelf.label {
            label.upper = label.text.clone().map(|text| text.to_uppercase());
        }
        shelf
    }
}

impl Resource for ShelfResource {
    type Model = Shelf;
    type Identity = ShelfIdentity;
    type Private = ();
    const NAME: &'static str = "shelf_shelf";
    const VERSION: i64 = 1;

    async fn plan(&self, _: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        plan.planned.content = Self::content(&plan.planned);
        if let Some(label) = &mut plan.planned.label {
            label.upper = label.text.clone().map(|text| text.to_uppercase());
        }
        Ok(())
    }

    async fn create(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state = change.planned.as_ref().map(Self::finished);
        match &change.planned {
            Some(planned) if planned.name.known().is_some_and(|name| name == "crooked") => {
                Err(Diagnostic::error("The shelf is crooked", "It was made, but it does not stand.").into())
            }
            _ => Ok(()),
        }
    }

    async fn update(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state = change.planned.as_ref().map(Self::finished);
        Ok(())
    }

    async fn delete(&self, _: &Call, _: &mut Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn read(&self, _: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        if let Some(shelf) = &mut current.state
            && shelf.serial.is_null()
        {
            shelf.serial = shelf.name.clone().map(|name| format!("serial of {name}"));
            shelf.material = Field::Known("wood".to_owned());
            shelf.content = Self::content(shelf);
        }
        Ok(())
    }

    async fn import(&self, _: &Call, by: ImportBy<'_, ShelfIdentity>) -> Result<Imported<Self>, Diagnostics> {
        let state = Shelf {
            name: match by {
                ImportBy::Id(id) => Field::Known(id.to_owned()),
                ImportBy::Identity(identity) => identity.name,
            },
            ..Shelf::default()
        };
        Ok(Imported { state, private: () })
    }

    fn upgrades() -> Vec<Upgrade> {
        vec![upgrades::v0::upgrade()]
    }
}

/// What stands on the spine of a book.
///
/// Authors are separated by commas.
#[derive(Parameters)]
struct Spine {
    /// The title.
    title: String,
    /// How many characters fit; no limit where it is null.
    limit: Field<u32>,
    /// The authors.
    #[parameter(variadic)]
    authors: Vec<String>,
}

struct SpineFunction;

impl Function for SpineFunction {
    type Parameters = Spine;
    type Output = Field<String>;
    const NAME: &'static str = "spine";

    fn call(&self, spine: Spine) -> Result<Field<String>, FunctionError> {
        let text = format!("{}: {}", spine.authors.join(", "), spine.title);
        match spine.limit {
            Field::Unknown => Ok(Field::Unknown),
            Field::Known(limit) if text.chars().count() > limit as usize => {
                Err(Spine::LIMIT.error(format!("{text:?} does not fit into {limit} characters.")))
            }
            _ => Ok(Field::Known(text)),
        }
    }
}

/// A key that opens a shelf while Terraform runs.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Key {
    /// Name of the shelf.
    #[attribute(required)]
    shelf: Field<String>,
    /// The key's code.
    #[attribute(computed)]
    code: Field<Secret>,
}

struct KeyResource;

impl EphemeralResource for KeyResource {
    type Model = Key;
    type Private = ();
    const NAME: &'static str = "shelf_key";

    async fn open(&self, _: &Call, mut key: Key) -> Result<Opened<Self>, Diagnostics> {
        key.code = key.shelf.clone().map(|shelf| Secret::new(format!("code of {shelf}")));
        Ok(Opened::new(key))
    }
}

/// Dusts a shelf.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Dusting {
    /// Name of the shelf.
    #[attribute(required)]
    shelf: Field<String>,
    /// How many boards it has.
    #[attribute(optional, default = 3, validate = range(1..=20))]
    boards: Field<i64>,
}

struct DustAction;

impl Action for DustAction {
    type Config = Dusting;
    const NAME: &'static str = "shelf_dust";

    async fn invoke(&self, call: &Call, config: Dusting, progress: &Progress) -> Result<(), Diagnostics> {
        for board in 1..=config.boards.into_known().unwrap_or_default() {
            if call.cancel.is_cancelled() {
                return Err(
                    Diagnostic::error("Not all is dusted", format!("From board {board} on, dust is left.")).into(),
                );
            }
            progress.tell(format!("board {board} is dusted")).await;
        }
        Ok(())
    }
}

/// The provider's configuration.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub(crate) struct Config {
    /// The carpenter's name.
    #[attribute(optional)]
    carpenter: Field<String>,
}

pub(crate) struct ShelfProvider;

impl Provider for ShelfProvider {
    type Config = Config;
    const NAME: &'static str = "shelf";

    async fn configure(&self, _: &Call, _: Config) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![resource(ShelfResource)]
    }

    fn functions(&self) -> Vec<Box<dyn DynamicFunction>> {
        vec![function(SpineFunction)]
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn DynamicEphemeralResource>> {
        vec![ephemeral_resource(KeyResource)]
    }

    fn actions(&self) -> Vec<Box<dyn DynamicAction>> {
        vec![action(DustAction)]
    }
}

fn main() -> ExitCode {
    tfplugin::serve(
        ShelfProvider,
        Options::from_environment("registry.terraform.io/example/shelf"),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn core_accepts_the_schemas() {
        assert_eq!(tfplugin::server::check(&super::ShelfProvider), []);
    }
}
