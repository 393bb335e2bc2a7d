//! A provider, a resource or the like with its schema.

use std::ops::Deref;

use crate::diagnostics::Diagnostic;
use crate::schema::Schema;
use crate::value::Type;

use super::Service;
use crate::server::{DynamicDataSource, DynamicIdentity, DynamicListResource, DynamicResource, MoveFrom, Upgrade};

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

/// A managed resource with all that is declared for it.
pub(super) struct Managed {
    entity: Entity<dyn DynamicResource>,
    pub(super) identity: Option<DynamicIdentity>,
    pub(super) upgrades: Vec<Upgrade>,
    pub(super) moves: Vec<MoveFrom>,
}

impl Managed {
    pub(super) fn new(handler: Box<dyn DynamicResource>) -> Self {
        Self {
            identity: handler.identity(),
            upgrades: handler.upgrades(),
            moves: handler.moves(),
            entity: Entity::new(handler.schema(), handler),
        }
    }
}

impl Deref for Managed {
    type Target = Entity<dyn DynamicResource>;

    fn deref(&self) -> &Self::Target {
        &self.entity
    }
}

impl Service {
    pub(super) fn resource(&self, name: &str) -> Result<&Managed, Diagnostic> {
        let found = self.resources.get(name);
        found.map(AsRef::as_ref).ok_or_else(|| no_such("resource", name))
    }

    pub(super) fn data_source(&self, name: &str) -> Result<&Entity<dyn DynamicDataSource>, Diagnostic> {
        self.data_sources.get(name).ok_or_else(|| no_such("data source", name))
    }

    pub(super) fn lister(&self, name: &str) -> Result<&std::sync::Arc<Entity<dyn DynamicListResource>>, Diagnostic> {
        self.list_resources
            .get(name)
            .ok_or_else(|| no_such("list resource", name))
    }
}

pub(super) fn no_such(what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Unknown {what} type"),
        format!("This provider has no {what} `{name}`; another version of it may have."),
    )
}
