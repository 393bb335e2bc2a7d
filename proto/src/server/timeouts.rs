//! The `timeouts` block that a resource may have.

use std::time::Duration;

use super::Operation;
use crate::Field;
use crate::Model;
use crate::schema::validators::{duration, parse_duration};
use crate::value::{Path, Value};

/// The block's name in a resource.
pub(crate) const BLOCK: &str = "timeouts";

/// How long operations may take, as durations such as `30s`, `5m` or `1h30m`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Model)]
pub struct Timeouts {
    /// How long creating may take, for example `30m`.
    #[attribute(optional, validate = duration)]
    pub create: Field<String>,
    /// How long reading and planning may take, for example `5m`.
    #[attribute(optional, validate = duration)]
    pub read: Field<String>,
    /// How long updating may take, for example `30m`.
    #[attribute(optional, validate = duration)]
    pub update: Field<String>,
    /// How long deleting may take, for example `10m`.
    #[attribute(optional, validate = duration)]
    pub delete: Field<String>,
}

impl Timeouts {
    /// No limits; add them with [`Timeouts::create`] and the like.
    pub fn none() -> Self {
        Self::default()
    }

    /// The same with a limit for creating.
    #[must_use]
    pub fn create(mut self, limit: Duration) -> Self {
        self.create = written(limit);
        self
    }

    /// The same with a limit for reading and planning.
    #[must_use]
    pub fn read(mut self, limit: Duration) -> Self {
        self.read = written(limit);
        self
    }

    /// The same with a limit for updating.
    #[must_use]
    pub fn update(mut self, limit: Duration) -> Self {
        self.update = written(limit);
        self
    }

    /// The same with a limit for deleting.
    #[must_use]
    pub fn delete(mut self, limit: Duration) -> Self {
        self.delete = written(limit);
        self
    }

    /// The limit of an operation; `None` where there is none.
    pub fn limit(&self, operation: Operation) -> Option<Duration> {
        let text = match operation {
            Operation::Create => &self.create,
            Operation::Update => &self.update,
            Operation::Delete => &self.delete,
            Operation::Plan | Operation::Read | Operation::Import | Operation::List => &self.read,
            _ => return None,
        };
        text.known().and_then(|text| parse_duration(text))
    }

    /// The limit that an object's `timeouts` block sets, or else the one of these defaults.
    pub(crate) fn limit_for(&self, operation: Operation, object: Option<&Value>) -> Option<Duration> {
        let Some(Value::Map(members)) = object else {
            return self.limit(operation);
        };
        let block = members.get(BLOCK).filter(|block| matches!(block, Value::Map(_)));
        let written = block.and_then(|block| Self::from_value(block, &Path::root().attribute(BLOCK)).ok());
        written
            .and_then(|written| written.limit(operation))
            .or_else(|| self.limit(operation))
    }
}

/// A limit in the form of the block, in whole seconds and at least one.
fn written(limit: Duration) -> Field<String> {
    Field::Known(format!("{}s", limit.as_secs().max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_goes_before_the_default() {
        let defaults = Timeouts::none()
            .create(Duration::from_mins(10))
            .delete(Duration::from_mins(1));
        let block = Timeouts {
            create: Field::Known("2m".to_owned()),
            ..Timeouts::none()
        };
        let object = Value::Map([(BLOCK.to_owned(), block.to_value())].into());
        let limit = |operation| {
            defaults
                .limit_for(operation, Some(&object))
                .map(|limit| limit.as_secs())
        };
        assert_eq!(limit(Operation::Create), Some(120));
        assert_eq!(limit(Operation::Delete), Some(60));
        assert_eq!(limit(Operation::Update), None);
        assert_eq!(
            defaults.limit_for(Operation::Create, None),
            Some(Duration::from_mins(10))
        );
    }
}
