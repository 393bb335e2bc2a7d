//! The adapter of ephemeral resources.

use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::restore::{Original, restore};
use crate::diagnostics::Diagnostics;
use crate::schema::{Model, Schema};
use crate::server::{Call, Deferral, EphemeralResource, Operation, guard, private};
use crate::value::{Path, Value};

/// An ephemeral resource of any model; made with [`ephemeral_resource()`].
pub trait DynamicEphemeralResource: Send + Sync {
    /// Its type name.
    fn name(&self) -> &'static str;
    /// Its schema.
    fn schema(&self) -> Schema;
    /// How long an operation may take.
    fn time_limit(&self, operation: Operation) -> Option<Duration>;
    /// Checks a configuration offline.
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Opens it.
    fn open<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<OpenAnswer, Diagnostics>>;
    /// Keeps it alive.
    fn renew<'a>(&'a self, call: &'a Call, private: &'a [u8]) -> BoxFuture<'a, Result<RenewAnswer, Diagnostics>>;
    /// Ends it.
    fn close<'a>(&'a self, call: &'a Call, private: &'a [u8]) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

/// What came of opening.
#[derive(Debug)]
pub struct OpenAnswer {
    /// What it consists of, or why it is not open.
    pub outcome: Result<Value, Deferral>,
    /// What renewing and closing need to know.
    pub private: Vec<u8>,
    /// When it must be renewed.
    pub renew_at: Option<SystemTime>,
}

/// What came of renewing.
#[derive(Debug)]
pub struct RenewAnswer {
    /// What renewing and closing need to know.
    pub private: Vec<u8>,
    /// When it must be renewed again.
    pub renew_at: Option<SystemTime>,
}

/// Makes an ephemeral resource ready for [`crate::server::Provider::ephemeral_resources`].
pub fn ephemeral_resource<E: EphemeralResource>(resource: E) -> Box<dyn DynamicEphemeralResource> {
    Box::new(Typed(resource))
}

struct Typed<E>(E);

impl<E: EphemeralResource> DynamicEphemeralResource for Typed<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            block: E::Model::schema(),
        }
    }

    fn time_limit(&self, operation: Operation) -> Option<Duration> {
        E::time_limit(operation)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match E::Model::from_value(config, &Path::root()) {
            Ok(config) => {
                let mut diagnostics = Diagnostics::new();
                self.0.validate(&config, &mut diagnostics);
                diagnostics
            }
            Err(diagnostics) => diagnostics,
        }
    }

    fn open<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<OpenAnswer, Diagnostics>> {
        async move {
            let model = E::Model::from_value(&config, &Path::root())?;
            let echo = model.to_value();
            let opened = guard::run(call, self.0.open(call, model)).await.into_result()?;
            let original = Original {
                value: &config,
                echo: &echo,
            };
            Ok(OpenAnswer {
                outcome: opened.outcome.map(|result| restore(result.to_value(), &[original])),
                private: private::encode(&opened.private)?,
                renew_at: opened.renew_at,
            })
        }
        .boxed()
    }

    fn renew<'a>(&'a self, call: &'a Call, private: &'a [u8]) -> BoxFuture<'a, Result<RenewAnswer, Diagnostics>> {
        async move {
            let mut private = private::decode(private)?;
            let renewing = self.0.renew(call, &mut private);
            let renew_at = guard::run(call, renewing).await.into_result()?;
            Ok(RenewAnswer {
                private: private::encode(&private)?,
                renew_at,
            })
        }
        .boxed()
    }

    fn close<'a>(&'a self, call: &'a Call, private: &'a [u8]) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let private = private::decode(private)?;
            guard::run(call, self.0.close(call, private)).await.into_result()
        }
        .boxed()
    }
}
