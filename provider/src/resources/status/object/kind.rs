//! What is particular to one kind of object of a server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::{Future, ready};

use serde::{Deserialize, Serialize};
use tfplugin::server::Identifies;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model, Secret};

use crate::api::uptime_kuma::{Error, Object};
use crate::resources::machine;
use crate::resources::status::fields::{Fields, Reading};
use crate::resources::status::secrets::{Fingerprints, Shown};
use crate::resources::status::server::{OnServer, Server, ServerFacts, ServerName};

/// What a server tells one object of a kind from another by: a number, or the slug of a status page.
pub trait Key: Clone + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// Reads it from the text of an import id; none for text that can only be a name.
    fn of_text(text: &str) -> Option<Self>;
}

impl Key for i64 {
    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A kind of object of a server of Uptime Kuma. The life of its objects is the same for all kinds, and stands in this
/// folder once.
pub trait Kind: Sized + Send + Sync + 'static {
    /// Its configuration and state.
    type Model: Model + Fields + OnServer + Clone + Default + Send + Sync;
    /// What tells one object from another on the server.
    type Key: Key;
    /// What tells one object from another everywhere.
    type Identity: Identifies<Self::Model>;

    /// The resource's name.
    const NAME: &'static str;
    /// What a person calls it, such as `docker host`.
    const NOUN: &'static str;

    /// The server and the object that an identity names.
    fn of_identity(identity: &Self::Identity) -> Result<(ServerName, Self::Key), Diagnostics>;

    /// Its key, once that is known.
    fn key(model: &Self::Model) -> Option<Self::Key>;

    /// Fills in its key.
    fn set_key(model: &mut Self::Model, key: &Self::Key);

    /// The name that it is configured to have.
    fn name(model: &Self::Model) -> &str;

    /// Its attribute `secrets`, and its attribute `secrets_wo_version`; none for a kind without secrets.
    fn secrets(model: &mut Self::Model) -> Option<(&mut Shown, Field<i64>)> {
        let _ = model;
        None
    }

    /// Checks a configuration offline, beyond what the schema checks.
    fn validate(config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Plans what is computed, pure. `prior` is none for a new object, and for one that comes to another server.
    fn plan(prior: Option<&Self::Model>, planned: &mut Self::Model) -> Result<(), Diagnostics> {
        let _ = (prior, planned);
        Ok(())
    }

    /// The changes that a server would not take of an object that is there, so that another one has to be made.
    fn anew(prior: &Self::Model, planned: &Self::Model) -> Vec<Path> {
        let _ = (prior, planned);
        Vec::new()
    }

    /// What a person should know of a change before it is applied.
    fn remark(prior: &Self::Model, planned: &Self::Model) -> Option<Diagnostic> {
        let _ = (prior, planned);
        None
    }

    /// Checks a plan against what is on a server that this run is connected to.
    fn check(
        server: &Server,
        key: Option<&Self::Key>,
        planned: &Self::Model,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        let _ = (server, key, planned);
        ready(Ok(()))
    }

    /// Refuses to take over an object that the model has no form for.
    fn recognise(object: &Object) -> Result<(), Diagnostics> {
        let _ = object;
        Ok(())
    }

    /// Makes unknown all that another object would have otherwise, its key included.
    fn forget(planned: &mut Self::Model);

    /// Whether servers of this version have a field.
    fn knows(facts: &ServerFacts, key: &str) -> bool {
        let _ = (facts, key);
        true
    }

    /// Fields that an earlier state wrote and that are to be empty now, such as those of a block that is gone.
    fn emptied(prior: &Self::Model, planned: &Self::Model) -> Vec<String> {
        let _ = (prior, planned);
        Vec::new()
    }

    /// Whether the server's own words, for what has no attribute, mean the same in both.
    fn same_words(prior: &Self::Model, planned: &Self::Model) -> bool {
        let _ = (prior, planned);
        true
    }

    /// What the server has, as the model's fields expect it.
    fn find(server: &Server, key: &Self::Key) -> impl Future<Output = Result<Option<Object>, Error>> + Send;

    /// All of them, with their names.
    fn all(server: &Server) -> impl Future<Output = Result<Vec<(Self::Key, String)>, Error>> + Send;

    /// Makes one from what its fields say, secrets included. It leaves nothing behind if it fails, and finds again what was
    /// made when the answer got lost.
    fn add(
        server: &Server,
        wanted: Object,
        planned: &Self::Model,
    ) -> impl Future<Output = Result<Self::Key, Error>> + Send;

    /// Those that are like a wanted one, asked for anew: when the call that makes one got no answer, they tell what came of
    /// it. None for a kind whose key is known before one is made.
    fn alike(server: &Server, wanted: &Object) -> impl Future<Output = Result<BTreeSet<i64>, Error>> + Send {
        let _ = (server, wanted);
        ready(Ok(BTreeSet::new()))
    }

    /// Changes one: what it says of fields that are not wanted stays. None if it is gone.
    fn save(
        server: &Server,
        key: &Self::Key,
        wanted: Object,
        planned: &Self::Model,
    ) -> impl Future<Output = Result<Option<()>, Error>> + Send;

    /// What takes calls of its own after an object was made or changed. `prior` is none for a new one.
    fn complete(
        server: &Server,
        key: &Self::Key,
        prior: Option<&Self::Model>,
        planned: &Self::Model,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (server, key, prior, planned);
        ready(Ok(()))
    }

    /// Deletes one; no error if it is gone.
    fn delete(server: &Server, key: &Self::Key, state: &Self::Model) -> impl Future<Output = Result<(), Error>> + Send;

    /// Takes what the server has into the state, and gives the secrets that stand in it. `imported` says that nothing of
    /// the object was known before.
    fn read(object: &Object, state: &mut Self::Model, imported: bool) -> BTreeMap<String, Option<Secret>> {
        let _ = imported;
        Reading::into(object, state)
    }

    /// Why objects of this kind stay on the server when the resource is destroyed; none for one that is deleted there.
    fn stays(state: &Self::Model) -> Option<Diagnostic> {
        let _ = state;
        None
    }

    /// What was stored beside the server when the object was made and is not there any more, as a warning.
    fn lost(server: &Server, state: &Self::Model) -> Option<Diagnostic> {
        let _ = (server, state);
        None
    }

    /// Fills in what is computed but the key and the secrets. All of it: nothing may stay unknown.
    fn observe(facts: &ServerFacts, object: &Object, state: &mut Self::Model) {
        let _ = (facts, object, state);
    }
}

/// The parts of a kind whose objects have a number, and whose model has the attributes `stack`, `endpoint` and `id`.
macro_rules! number_key {
    () => {
        type Key = i64;
        type Identity = $crate::resources::status::server::NumberIdentity;

        fn of_identity(
            identity: &Self::Identity,
        ) -> Result<($crate::resources::status::server::ServerName, i64), ::tfplugin::Diagnostics> {
            let server = $crate::resources::status::server::Place::from(identity).server()?;
            Ok((server, identity.id.known().copied().unwrap_or_default()))
        }

        fn key(model: &Self::Model) -> Option<i64> {
            model.id.known().copied()
        }

        fn set_key(model: &mut Self::Model, key: &i64) {
            model.id = ::tfplugin::Field::Known(*key);
        }
    };
}
pub(crate) use number_key;

/// What is stored with an object without being shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Of the stack's machine.
    pub machine: machine::Memory,
    /// Of the secrets that were written.
    pub secrets: Fingerprints,
    /// The numbers of those that were like the object before it was made, if nobody knows whether it was.
    pub unsure: Option<BTreeSet<i64>>,
    /// Whether the object was just imported: the secrets that it has are not this configuration's, until it names them.
    pub imported: bool,
    /// Whether the object was made by this provider, as opposed to one that was imported.
    pub made: bool,
}
