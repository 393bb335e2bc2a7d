//! Fields that have another shape on the server.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tfplugin::Field;

use crate::resources::status::fields::Json;

/// Host names, whose order means nothing.
pub(super) struct Domains<'a>(pub(super) &'a mut Field<BTreeSet<String>>);

impl Json for Domains<'_> {
    fn write(&self) -> Value {
        json!(self.0.known().cloned().unwrap_or_default())
    }

    fn read(&mut self, value: &Value) {
        let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        let found: BTreeSet<String> = names.map(str::to_owned).collect();
        // An empty set that was asked for is there.
        if !found.is_empty() || self.0.known().is_none_or(|asked| !asked.is_empty()) {
            *self.0 = Field::from(Some(found).filter(|found| !found.is_empty()));
        }
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(BTreeSet::is_empty)
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}
