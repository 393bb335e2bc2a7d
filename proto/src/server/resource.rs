//! Managed resources.

use std::future::{Future, ready};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Call, Identifies, ImportBy, MoveFrom, Timeouts, Upgrade};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Model;
use crate::value::Path;

/// A managed resource. In an implementation the methods that return futures are written as `async fn`.
///
/// The framework keeps the protocol's rules around them: it applies defaults, puts configured values back into what is
/// planned, takes write-only values out of all that is stored, refuses answers that core would refuse, catches panics
/// and ends what overruns its deadline. A handler only says what is particular to the resource.
pub trait Resource: Sized + Send + Sync + 'static {
    /// Its configuration and state.
    type Model: Model + Clone + Send + Sync;
    /// What tells one object from another: a struct with `#[derive(Identity)]` that says with [`Identifies`] how it is
    /// made; `()` for none.
    type Identity: Identifies<Self::Model>;
    /// What is stored with an object without being shown; `()` for nothing. Never secrets: it stands in the state.
    type Private: Serialize + DeserializeOwned + Default + Clone + Send + Sync;

    /// Its type name, which starts with the provider's: `quickfra_stack`.
    const NAME: &'static str;
    /// Version of the stored form; raise it, and add to [`Resource::upgrades`], when what an older one stored has to
    /// change.
    const VERSION: i64 = 0;

    /// Checks a configuration offline, beyond what the schema checks. Unknown values may turn out to be anything:
    /// they are never an error (protocol rule 41).
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Plans a creation (`prior` is `None`) or an update: marks as unknown what may change, or sets what will be.
    ///
    /// It must give the same answer for the same input, since it runs again in the apply (protocol rule 24).
    fn plan(&self, call: &Call, plan: &mut Plan<Self>) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        let _ = (call, plan);
        ready(Ok(()))
    }

    /// Checks whether an object may be destroyed; an error stops the plan, [`Call::warn`] does not.
    fn plan_destroy(&self, call: &Call, prior: &Self::Model) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        let _ = (call, prior);
        ready(Ok(()))
    }

    /// Makes what is planned, and sets [`Change::state`] as soon as something exists.
    fn create(&self, call: &Call, change: &mut Change<Self>) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// Changes what is there to what is planned, and sets [`Change::state`] to what is there afterwards.
    fn update(&self, call: &Call, change: &mut Change<Self>) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// Removes what is there. What is not there any more is no error.
    fn delete(&self, call: &Call, change: &mut Change<Self>) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// Looks at what is there; sets [`Current::state`] to `None` when it is gone. After an import only what
    /// [`Resource::import`] set is known.
    fn read(&self, call: &Call, current: &mut Current<Self>) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// Finds an object by the id that a person typed, or by its identity. Core reads it afterwards.
    fn import(
        &self,
        call: &Call,
        by: ImportBy<'_, Self::Identity>,
    ) -> impl Future<Output = Result<Imported<Self>, Diagnostics>> + Send {
        let _ = (call, by);
        let refusal = format!(
            "The resource type {} has no way to find an existing object.",
            Self::NAME
        );
        ready(Err(Diagnostic::error("Resource cannot be imported", refusal).into()))
    }

    /// What brings a stored state from each version below [`Resource::VERSION`] to the next one. Attributes that no
    /// longer exist are dropped afterwards and missing ones become null.
    fn upgrades() -> Vec<Upgrade> {
        Vec::new()
    }

    /// The states of other resource types that may become this one, by a `moved` block.
    fn moves() -> Vec<MoveFrom> {
        Vec::new()
    }

    /// Mends the configuration that is made from `state` for `terraform query`: takes out what contradicts something
    /// else. What only the provider sets, defaults, and write-only values are left out of it anyway.
    fn generate(state: &Self::Model, config: &mut Self::Model) {
        let _ = (state, config);
    }

    /// How long operations may take where the object has no `timeouts` block that says so.
    fn timeouts() -> Timeouts {
        Timeouts::none()
    }
}

/// What is planned for one object.
#[derive(Debug, Clone)]
pub struct Plan<R: Resource> {
    /// What the user wrote, write-only values included.
    pub config: R::Model,
    /// What was there before; `None` for a creation.
    pub prior: Option<R::Model>,
    /// What will be there. On a creation the computed attributes are unknown, on an update they are as before; both
    /// are for the handler to change. What the user configured is put back afterwards (protocol rule 16).
    pub planned: R::Model,
    /// The private data of before; what is left here goes to the apply.
    pub private: R::Private,
    /// The private data that this plan left before, when it is repeated in the apply: with them a plan may say again
    /// what it could not find out twice. Only where core keeps them (Terraform 1.16), see
    /// [`super::Capabilities::store_planned_private`].
    pub earlier: Option<R::Private>,
    pub(crate) replace: Vec<Path>,
}

impl<R: Resource> Plan<R> {
    /// A plan as a handler gets it; for tests of handlers.
    pub fn new(config: R::Model, prior: Option<R::Model>, planned: R::Model, private: R::Private) -> Self {
        Self {
            config,
            prior,
            planned,
            private,
            earlier: None,
            replace: Vec::new(),
        }
    }

    /// Whether an object is to be made.
    pub fn is_create(&self) -> bool {
        self.prior.is_none()
    }

    /// Says that the change at `path` needs another object. The path must exist (protocol rule 22); where its value
    /// does not change, nothing happens.
    pub fn replace(&mut self, path: Path) {
        self.replace.push(path);
    }

    /// The paths that need another object.
    pub fn replaced(&self) -> &[Path] {
        &self.replace
    }
}

/// One object's creation, update or removal.
#[derive(Debug, Clone)]
pub struct Change<R: Resource> {
    /// What the user wrote, write-only values included; `None` for a removal.
    pub config: Option<R::Model>,
    /// What was there before; `None` for a creation.
    pub prior: Option<R::Model>,
    /// What was planned; `None` for a removal.
    pub planned: Option<R::Model>,
    /// The private data of the plan; what is left here is stored.
    pub private: R::Private,
    /// What is there now: stored also when the handler fails, panics or is cut. A creation starts with `None`, an
    /// update and a removal with `prior`; a removal that succeeds sets it to `None` by itself.
    pub state: Option<R::Model>,
}

impl<R: Resource> Change<R> {
    /// A change as a handler gets it; for tests of handlers.
    pub fn new(
        config: Option<R::Model>,
        prior: Option<R::Model>,
        planned: Option<R::Model>,
        private: R::Private,
    ) -> Self {
        let state = prior.clone();
        Self {
            config,
            prior,
            planned,
            private,
            state,
        }
    }
}

/// One object as it was last seen.
#[derive(Debug, Clone)]
pub struct Current<R: Resource> {
    /// What is there: changed to what is found, `None` when it is gone.
    pub state: Option<R::Model>,
    /// The private data; what is left here is stored.
    pub private: R::Private,
}

/// An object that was found by its id or identity.
#[derive(Debug, Clone)]
pub struct Imported<R: Resource> {
    /// What the id or identity tells of it, at least.
    pub state: R::Model,
    /// The private data to store.
    pub private: R::Private,
}
