//! Ephemeral resources.

use std::future::{Future, ready};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Call, Deferral, Operation};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Model;

/// An ephemeral resource: something that exists while a run needs it and is stored nowhere (Terraform 1.10, OpenTofu
/// 1.11). In an implementation the methods that return futures are written as `async fn`.
///
/// It is opened in every plan and again in the apply, never while its configuration holds unknown values, and it is
/// closed at the end of each run, also of one that was interrupted (protocol rule 37).
pub trait EphemeralResource: Sized + Send + Sync + 'static {
    /// Its configuration and result.
    type Model: Model + Clone + Send + Sync;
    /// What renewing and closing need to know; `()` for nothing. It stays in core's memory and is stored nowhere.
    type Private: Serialize + DeserializeOwned + Default + Clone + Send + Sync;

    /// Its type name, which starts with the provider's.
    const NAME: &'static str;

    /// Checks a configuration offline; unknown values are never an error (protocol rule 41).
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Opens it. The result is the configuration with the computed attributes filled in.
    fn open(&self, call: &Call, config: Self::Model) -> impl Future<Output = Result<Opened<Self>, Diagnostics>> + Send;

    /// Keeps it alive, when the moment of [`Opened::renew_at`] is near; what is left in `private` is kept. The answer
    /// is the moment of the next renewal, or `None` if no more is needed.
    fn renew(
        &self,
        call: &Call,
        private: &mut Self::Private,
    ) -> impl Future<Output = Result<Option<SystemTime>, Diagnostics>> + Send {
        let _ = (call, private);
        let refusal = format!(
            "{} asked to be renewed, but has no way to be. This is a bug in the provider: please report it.",
            Self::NAME
        );
        ready(Err(
            Diagnostic::error("Ephemeral resource cannot be renewed", refusal).into()
        ))
    }

    /// Ends it. What is not there any more is no error.
    fn close(&self, call: &Call, private: Self::Private) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        let _ = (call, private);
        ready(Ok(()))
    }

    /// How long opening, renewing or closing may take; `None` is no limit.
    fn time_limit(operation: Operation) -> Option<Duration> {
        let _ = operation;
        None
    }
}

/// What came of opening an ephemeral resource.
#[derive(Debug, Clone)]
pub struct Opened<E: EphemeralResource> {
    pub(crate) outcome: Result<E::Model, Deferral>,
    pub(crate) private: E::Private,
    pub(crate) renew_at: Option<SystemTime>,
}

impl<E: EphemeralResource> Opened<E> {
    /// It is open, with nothing private and no need of renewal.
    pub fn new(result: E::Model) -> Self {
        Self {
            outcome: Ok(result),
            private: E::Private::default(),
            renew_at: None,
        }
    }

    /// It has to wait for a later run; an error where core cannot wait, see [`super::Capabilities::deferral`].
    pub fn deferred(why: Deferral) -> Self {
        Self {
            outcome: Err(why),
            private: E::Private::default(),
            renew_at: None,
        }
    }

    /// The same with what renewing and closing need to know.
    #[must_use]
    pub fn private(mut self, private: E::Private) -> Self {
        self.private = private;
        self
    }

    /// The same, to be renewed before that moment.
    #[must_use]
    pub fn renew_at(mut self, moment: SystemTime) -> Self {
        self.renew_at = Some(moment);
        self
    }

    /// What it consists of, or why it is not open; for tests of handlers.
    pub fn outcome(&self) -> Result<&E::Model, Deferral> {
        self.outcome.as_ref().map_err(|why| *why)
    }
}
