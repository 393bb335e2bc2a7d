//! Managed resources.

use std::future::{Future, ready};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Call, Timeouts};
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
    /// What is stored with an object without being shown; `()` for nothing. Never secrets: it stands in the state.
    type Private: Serialize + DeserializeOwned + Default + Clone + Send + Sync;

    /// Its type name, which starts with the provider's: `quickfra_stack`.
    const NAME: &'static str;
    /// Version of the stored form; raise it when [`Resource::upgrade`] has to change what an older one stored.
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

    /// Finds an object by the id that a person typed. Core reads it afterwards.
    fn import(&self, call: &Call, id: &str) -> impl Future<Output = Result<Imported<Self>, Diagnostics>> + Send {
        let _ = (call, id);
        let refusal = format!(
            "The resource type {} has no way to find an existing object by an id.",
            Self::NAME
        );
        ready(Err(Diagnostic::error("Resource cannot be imported", refusal).into()))
    }

    /// Brings a state of an older [`Resource::VERSION`] to the present form. Attributes that no longer exist are
    /// dropped afterwards and missing ones become null, so only what moved or changed its meaning is done here.
    fn upgrade(&self, version: i64, state: serde_json::Value) -> Result<serde_json::Value, Diagnostics> {
        let _ = version;
        Ok(state)
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

/// An object that was found by its id.
#[derive(Debug, Clone)]
pub struct Imported<R: Resource> {
    /// What the id tells of it, at least.
    pub state: R::Model,
    /// The private data to store.
    pub private: R::Private,
}
