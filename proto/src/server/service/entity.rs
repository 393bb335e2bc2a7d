//! A provider, a resource or the like with its schema.

use crate::diagnostics::Diagnostic;
use crate::schema::Schema;
use crate::value::Type;

use super::Service;
use crate::server::{DynamicDataSource, DynamicResource};

/// A handler with its schema and the type of its values.
pub(super) struct Entity<H: ?Sized> {
    pub(super) schema: Schema,
    pub(super) ty: Type,
    pub(super) handler: Box<H>,
}

impl<H: ?Sized> Entity<H> {
    pub(super) fn new(schema: Schema, handler: Box<H>) -> Self {
        let ty = schema.block.implied_type();
        Self { schema, ty, handler }
    }
}

impl Service {
    pub(super) fn resource(&self, name: &str) -> Result<&Entity<dyn DynamicResource>, Diagnostic> {
        self.resources.get(name).ok_or_else(|| no_such("resource", name))
    }

    pub(super) fn data_source(&self, name: &str) -> Result<&Entity<dyn DynamicDataSource>, Diagnostic> {
        self.data_sources.get(name).ok_or_else(|| no_such("data source", name))
    }
}

pub(super) fn no_such(what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Unknown {what} type"),
        format!("This provider has no {what} `{name}`; another version of it may have."),
    )
}
