//! The adapter of actions.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::diagnostics::Diagnostics;
use crate::schema::{Model, Schema};
use crate::server::{Action, ActionPlan, Call, Progress, guard};
use crate::value::{Path, Value};

/// An action of any configuration; made with [`action()`].
pub trait DynamicAction: Send + Sync {
    /// Its type name.
    fn name(&self) -> &'static str;
    /// The schema of its configuration.
    fn schema(&self) -> Schema;
    /// How long invoking may take.
    fn time_limit(&self, config: &Value) -> Option<Duration>;
    /// Checks a configuration offline.
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Checks whether it can be done.
    fn plan<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<ActionPlan, Diagnostics>>;
    /// Does it.
    fn invoke<'a>(
        &'a self,
        call: &'a Call,
        config: Value,
        progress: &'a Progress,
    ) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

/// Makes an action ready for [`crate::server::Provider::actions`].
pub fn action<A: Action>(action: A) -> Box<dyn DynamicAction> {
    Box::new(Typed(action))
}

struct Typed<A>(A);

impl<A: Action> DynamicAction for Typed<A> {
    fn name(&self) -> &'static str {
        A::NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            block: A::Config::schema(),
        }
    }

    fn time_limit(&self, config: &Value) -> Option<Duration> {
        let config = A::Config::from_value(config, &Path::root()).ok()?;
        self.0.time_limit(&config)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match A::Config::from_value(config, &Path::root()) {
            Ok(config) => {
                let mut diagnostics = Diagnostics::new();
                self.0.validate(&config, &mut diagnostics);
                diagnostics
            }
            Err(diagnostics) => diagnostics,
        }
    }

    fn plan<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<ActionPlan, Diagnostics>> {
        async move {
            let config = A::Config::from_value(&config, &Path::root())?;
            guard::run(call, self.0.plan(call, &config)).await.into_result()
        }
        .boxed()
    }

    fn invoke<'a>(
        &'a self,
        call: &'a Call,
        config: Value,
        progress: &'a Progress,
    ) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let config = A::Config::from_value(&config, &Path::root())?;
            let invoking = self.0.invoke(call, config, progress);
            guard::run(call, invoking).await.into_result()
        }
        .boxed()
    }
}
