//! The adapter of data sources.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::DynamicDataSource;
use super::restore::{Original, aligned, restore};
use crate::diagnostics::Diagnostics;
use crate::schema::{Model, Schema};
use crate::server::{Call, DataSource, Timeouts, guard};
use crate::value::{Path, Value};

/// Makes a data source ready for [`crate::server::Provider::data_sources`].
pub fn data_source<D: DataSource>(data_source: D) -> Box<dyn DynamicDataSource> {
    Box::new(Typed(data_source))
}

struct Typed<D>(D);

impl<D: DataSource> DynamicDataSource for Typed<D> {
    fn name(&self) -> &'static str {
        D::NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: 0,
            block: D::Model::schema(),
        }
    }

    fn timeouts(&self) -> Timeouts {
        D::timeouts()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match D::Model::from_value(config, &Path::root()) {
            Ok(config) => {
                let mut diagnostics = Diagnostics::new();
                self.0.validate(&config, &mut diagnostics);
                diagnostics
            }
            Err(diagnostics) => diagnostics,
        }
    }

    fn read<'a>(&'a self, call: &'a Call, config: Value) -> BoxFuture<'a, Result<Value, Diagnostics>> {
        async move {
            let model = D::Model::from_value(&config, &Path::root())?;
            let echo = model.to_value();
            let config = aligned(config, &echo);
            let answer = guard::run(call, self.0.read(call, model)).await.into_result()?;
            Ok(restore(
                answer.to_value(),
                &[Original {
                    value: &config,
                    echo: &echo,
                }],
            ))
        }
        .boxed()
    }
}
