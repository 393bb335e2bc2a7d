//! The life of an object of a server: planned, made, looked at, changed, deleted, imported and listed in the same way
//! whatever kind it is of.

mod apply;
mod import;
mod kept;
mod kind;
mod list;
mod plan;
mod read;
mod single;
mod unsure;

use std::marker::PhantomData;
use std::time::Duration;

use tfplugin::Diagnostics;
use tfplugin::server::{Call, Change, Current, ImportBy, Imported, Plan, Resource, Timeouts};

use crate::configuration::Shared;
pub(crate) use apply::path;
pub(crate) use kind::number_key;
pub use kind::{Key, Kind, Memory};
pub use list::{ListedObjects, ObjectList, StackBlock};
pub(crate) use single::single_key;
pub use single::{Only, Single};

/// The resource of a kind of objects.
pub struct ObjectResource<K> {
    shared: Shared,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> ObjectResource<K> {
    /// The resource over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self {
            shared,
            kind: PhantomData,
        }
    }
}

impl<K: Kind> Resource for ObjectResource<K> {
    type Model = K::Model;
    type Identity = K::Identity;
    type Private = Memory;
    const NAME: &'static str = K::NAME;

    fn timeouts() -> Timeouts {
        // A login may have to wait for the server's limit, a server for its start.
        Timeouts::none()
            .create(Duration::from_mins(5))
            .read(Duration::from_mins(5))
            .update(Duration::from_mins(5))
            .delete(Duration::from_mins(5))
    }

    fn validate(&self, config: &K::Model, diagnostics: &mut Diagnostics) {
        super::server::validate(config, diagnostics);
        K::validate(config, diagnostics);
    }

    async fn plan(&self, call: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        self.plan_object(call, plan).await
    }

    async fn create(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.make(call, change).await
    }

    async fn update(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.change(call, change).await
    }

    async fn delete(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        self.remove(call, change).await
    }

    async fn read(&self, call: &Call, current: &mut Current<Self>) -> Result<(), Diagnostics> {
        self.look(call, current).await
    }

    async fn import(&self, call: &Call, by: ImportBy<'_, K::Identity>) -> Result<Imported<Self>, Diagnostics> {
        self.take_over(call, by).await
    }
}

/// What is done to an object, for an error: `making the monitor "site"`.
fn doing<K: Kind>(what: &str, model: &K::Model) -> String {
    match K::name(model) {
        "" => format!("{what} the {}", K::NOUN),
        name => format!("{what} the {} {name:?}", K::NOUN),
    }
}
