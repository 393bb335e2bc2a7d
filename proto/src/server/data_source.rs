//! Data sources.

use std::future::Future;

use super::{Call, Timeouts};
use crate::diagnostics::Diagnostics;
use crate::schema::Model;

/// A data source. In an implementation `read` is written as `async fn`.
pub trait DataSource: Sized + Send + Sync + 'static {
    /// Its configuration and result.
    type Model: Model + Clone + Send + Sync;

    /// Its type name, which starts with the provider's.
    const NAME: &'static str;

    /// Checks a configuration offline; unknown values are never an error (protocol rule 41).
    fn validate(&self, config: &Self::Model, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Reads it. The result is the configuration with the computed attributes filled in.
    fn read(&self, call: &Call, config: Self::Model) -> impl Future<Output = Result<Self::Model, Diagnostics>> + Send;

    /// How long reading may take where the configuration has no `timeouts` block that says so.
    fn timeouts() -> Timeouts {
        Timeouts::none()
    }
}
