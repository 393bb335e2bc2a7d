//! States of other resource types that may become this one: `moved` blocks across types and providers (protocol 6.5).

use std::ops::RangeInclusive;

use serde_json::Value as Json;

use super::{Resource, private, upgrade};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Model;
use crate::value::{Undeclared, Value};

/// One kind of state that a resource accepts in a move.
///
/// The handler says only what the attributes become. What the resource's schema does not have is dropped, what is
/// missing becomes null, write-only values are taken out, and the identity is made, centrally (protocol rule 34).
pub struct MoveFrom {
    provider: &'static str,
    resource: &'static str,
    versions: RangeInclusive<i64>,
    take: Box<Take>,
}

type Take = dyn Fn(MoveSource<Json>) -> Result<Taken, Diagnostics> + Send + Sync;
type Taken = (Value, Vec<u8>);

/// The object that is moved.
#[derive(Debug, Clone)]
pub struct MoveSource<S> {
    /// Its state.
    pub state: S,
    /// The version of its schema.
    pub version: i64,
    /// Its private data, in whatever form its provider stores them.
    pub private: Vec<u8>,
    /// Its identity, where it has one.
    pub identity: Option<Json>,
}

/// What it becomes.
#[derive(Debug, Clone)]
pub struct Moved<S, P> {
    /// The state. A refresh follows, so it needs to say only what leads to the object.
    pub state: S,
    /// The private data to store.
    pub private: P,
}

/// Says what a state of the form `S` becomes: a state of the form `T` and private data.
pub type MoveHandler<S, T, P> = fn(MoveSource<S>) -> Result<Moved<T, P>, Diagnostics>;

impl MoveFrom {
    /// Accepts the states that `resource` of `provider` stored with a schema of one of `versions`, as `Source` reads
    /// them. The address of the provider is `namespace/type`, or with a registry's host before it.
    ///
    /// `Source` needs to have only the attributes that are of use here.
    pub fn typed<Source, R>(
        provider: &'static str,
        resource: &'static str,
        versions: RangeInclusive<i64>,
        take: MoveHandler<Source, R::Model, R::Private>,
    ) -> Self
    where
        Source: Model + 'static,
        R: Resource,
    {
        let take = move |source: MoveSource<Json>| {
            let moved = take(MoveSource {
                state: upgrade::read::<Source>(&source.state)?,
                version: source.version,
                private: source.private,
                identity: source.identity,
            })?;
            Ok((moved.state.to_value(), private::encode(&moved.private)?))
        };
        Self {
            provider,
            resource,
            versions,
            take: Box::new(take),
        }
    }

    /// The same with the states as JSON on both sides.
    pub fn json<R: Resource>(
        provider: &'static str,
        resource: &'static str,
        versions: RangeInclusive<i64>,
        take: MoveHandler<Json, Json, R::Private>,
    ) -> Self {
        let take = move |source: MoveSource<Json>| {
            let moved = take(source)?;
            let ty = R::Model::schema().implied_type();
            let state = Value::from_json(&moved.state, &ty, Undeclared::Drop).map_err(|error| {
                Diagnostics::from(Diagnostic::error("Moved state cannot be read", format!("{error}.")))
            })?;
            Ok((state, private::encode(&moved.private)?))
        };
        Self {
            provider,
            resource,
            versions,
            take: Box::new(take),
        }
    }

    /// Whether this is about that resource of that provider.
    pub(crate) fn is_of(&self, provider: &str, resource: &str) -> bool {
        let rest = provider.strip_suffix(self.provider);
        self.resource == resource && rest.is_some_and(|host| host.is_empty() || host.ends_with('/'))
    }

    /// Whether states of that version of its schema are accepted.
    pub(crate) fn accepts(&self, version: i64) -> bool {
        self.versions.contains(&version)
    }

    pub(crate) fn take(&self, source: MoveSource<Json>) -> Result<Taken, Diagnostics> {
        (self.take)(source)
    }
}

impl std::fmt::Display for MoveFrom {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { resource, provider, .. } = self;
        let (first, last) = (self.versions.start(), self.versions.end());
        write!(formatter, "{resource} of {provider} (schema version ")?;
        if first == last {
            write!(formatter, "{first})")
        } else {
            write!(formatter, "{first} to {last})")
        }
    }
}
