//! Making a monitor without leaving another one behind.
//!
//! The server stores a monitor first, and its notifications after that; when the second step fails, it says so and keeps
//! the monitor, without telling its number. And when the connection ends before the answer, nobody knows whether there is
//! one. Names are no help by themselves, since several monitors can have the same. So what was there before is compared
//! with what is there after.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::error::Error;
use super::super::object::{Monitor, Object};
use super::Monitors;

/// A monitor that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// Its number.
    pub id: i64,
    /// Whether it was found again instead of being told of: the server may not have done all of it, so that it should be
    /// edited once more.
    pub found: bool,
}

impl Monitors<'_> {
    /// Makes a monitor as [`Monitors::add`] does, and clears up after a failure. If the server refused, what it left is
    /// deleted. If its answer got lost and there is exactly one new monitor of this name and type, that one is given.
    ///
    /// It is for callers that do not make two monitors of the same name and type at the same time.
    pub async fn add_once(&self, wanted: &Object) -> Result<Added, Error> {
        let before: BTreeSet<i64> = self.known().await?.into_keys().collect();
        let error = match self.add(wanted).await {
            Ok(id) => return Ok(Added { id, found: false }),
            Err(error) if error.sent() => error,
            Err(error) => return Err(error),
        };
        // If the server cannot be asked, the first error is the one to tell: it says that something may have been made.
        let Ok(after) = self.list().await else {
            return Err(error);
        };
        let new = after.values().filter(|monitor| is_new(monitor, wanted, &before));
        let new: Vec<i64> = new.filter_map(Monitor::id).collect();
        let &[id] = new.as_slice() else {
            return Err(error);
        };
        if !matches!(error, Error::Refused(_)) {
            return Ok(Added { id, found: true });
        }
        tracing::debug!(id, "a monitor was left by a failed call: deleting it");
        self.delete(id, false).await?;
        Err(error)
    }
}

fn is_new(monitor: &Monitor, wanted: &Object, before: &BTreeSet<i64>) -> bool {
    let is = |key: &str, found: &str| wanted.get(key).and_then(Value::as_str) == Some(found);
    is("name", monitor.name()) && is("type", monitor.kind()) && monitor.id().is_some_and(|id| !before.contains(&id))
}
