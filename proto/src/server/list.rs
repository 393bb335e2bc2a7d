//! List resources: finding objects that exist, for `terraform query` (protocol 6.10).

use std::future::Future;
use std::marker::PhantomData;

use tokio::sync::mpsc;

use super::{Call, Identifies, Resource, Timeouts};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::{Identity as _, Model};
use crate::value::Value;

/// A way to find the objects of a managed resource. In an implementation `list` is written as `async fn`.
///
/// It has the name of its managed resource, which must have an identity (protocol rule 39).
pub trait ListResource: Sized + Send + Sync + 'static {
    /// Its configuration: what to look for, and where. Attributes without computed ones.
    type Config: Model + Clone + Send + Sync;
    /// The managed resource whose objects it finds.
    type Resource: Resource;

    /// Checks a configuration offline; unknown values are never an error (protocol rule 41).
    fn validate(&self, config: &Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Gives each object to `listing` as soon as it is found. An error ends the list; what was given stays.
    fn list(
        &self,
        call: &Call,
        config: Self::Config,
        listing: &mut Listing<Self::Resource>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// How long listing may take: the limit for reading.
    fn timeouts() -> Timeouts {
        Timeouts::none()
    }
}

/// Where a list resource puts what it finds.
pub struct Listing<R> {
    sink: Sink,
    resource: PhantomData<fn() -> R>,
}

impl<R: Resource> Listing<R> {
    pub(crate) fn new(sink: Sink) -> Self {
        Self {
            sink,
            resource: PhantomData,
        }
    }

    /// Whether the whole object is asked for. Otherwise a model is enough that tells its identity.
    pub fn wants_objects(&self) -> bool {
        self.sink.objects
    }

    /// How many more objects are wanted; `None` is no limit.
    pub fn remaining(&self) -> Option<u64> {
        self.sink.remaining
    }

    /// Gives an object with a name that people know it by. Waits until core has taken the one before. `Err` means that
    /// nothing more is wanted; as the `Err` of a handler it is no error, so `?` ends a handler with it.
    pub async fn found(&mut self, display_name: impl Into<String>, object: &R::Model) -> Result<(), Enough> {
        let found = Found {
            display_name: display_name.into(),
            identity: R::Identity::of(object).to_value(),
            object: self.sink.objects.then(|| object.to_value()),
        };
        self.sink.found(found).await
    }

    /// Tells the user something while the list goes on.
    pub async fn warn(&mut self, diagnostic: Diagnostic) -> Result<(), Enough> {
        self.sink.warn(diagnostic).await
    }
}

/// Nothing more is wanted: the limit is reached, or core went away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enough;

impl From<Enough> for Diagnostics {
    fn from(_: Enough) -> Self {
        Self::new()
    }
}

/// One object that was found.
#[derive(Debug)]
pub struct Found {
    /// A name that people know it by.
    pub display_name: String,
    /// Its identity.
    pub identity: Value,
    /// The object itself, where it is asked for.
    pub object: Option<Value>,
}

/// What goes from a list resource to the dispatch.
#[derive(Debug)]
pub(crate) enum Event {
    Found(Found),
    Warning(Diagnostic),
}

/// The untyped form of a [`Listing`]. It keeps the limit.
pub struct Sink {
    sender: mpsc::Sender<Event>,
    objects: bool,
    remaining: Option<u64>,
}

impl Sink {
    pub(crate) fn new(sender: mpsc::Sender<Event>, objects: bool, limit: Option<u64>) -> Self {
        Self {
            sender,
            objects,
            remaining: limit,
        }
    }

    /// Gives an object; see [`Listing::found`].
    pub async fn found(&mut self, found: Found) -> Result<(), Enough> {
        if self.remaining == Some(0) {
            return Err(Enough);
        }
        self.send(Event::Found(found)).await?;
        if let Some(remaining) = &mut self.remaining {
            *remaining -= 1;
            if *remaining == 0 {
                return Err(Enough);
            }
        }
        Ok(())
    }

    /// Tells the user something.
    pub async fn warn(&mut self, diagnostic: Diagnostic) -> Result<(), Enough> {
        self.send(Event::Warning(diagnostic)).await
    }

    async fn send(&self, event: Event) -> Result<(), Enough> {
        self.sender.send(event).await.map_err(|_| Enough)
    }
}
