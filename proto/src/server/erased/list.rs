//! The adapter of list resources.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::diagnostics::Diagnostics;
use crate::schema::{Model, Schema};
use crate::server::{Call, ListResource, Listing, Resource, Sink, Timeouts, guard};
use crate::value::{Path, Value};

/// A list resource of any configuration; made with [`list_resource()`].
pub trait DynamicListResource: Send + Sync {
    /// The type name of the managed resource whose objects it finds.
    fn name(&self) -> &'static str;
    /// The schema of its configuration.
    fn schema(&self) -> Schema;
    /// Its default time limits.
    fn timeouts(&self) -> Timeouts;
    /// Checks a configuration offline.
    fn validate(&self, config: &Value) -> Diagnostics;
    /// Finds objects.
    fn list<'a>(&'a self, call: &'a Call, config: Value, sink: Sink) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

/// Makes a list resource ready for [`crate::server::Provider::list_resources`].
pub fn list_resource<L: ListResource>(list: L) -> Box<dyn DynamicListResource> {
    Box::new(Typed(list))
}

struct Typed<L>(L);

impl<L: ListResource> DynamicListResource for Typed<L> {
    fn name(&self) -> &'static str {
        <L::Resource as Resource>::NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            block: L::Config::schema(),
        }
    }

    fn timeouts(&self) -> Timeouts {
        L::timeouts()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match L::Config::from_value(config, &Path::root()) {
            Ok(config) => {
                let mut diagnostics = Diagnostics::new();
                self.0.validate(&config, &mut diagnostics);
                diagnostics
            }
            Err(diagnostics) => diagnostics,
        }
    }

    fn list<'a>(&'a self, call: &'a Call, config: Value, sink: Sink) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let config = L::Config::from_value(&config, &Path::root())?;
            let mut listing = Listing::new(sink);
            guard::run(call, self.0.list(call, config, &mut listing))
                .await
                .into_result()
        }
        .boxed()
    }
}
