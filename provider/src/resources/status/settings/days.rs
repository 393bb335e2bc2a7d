//! Days before the end of something.

use serde_json::{Value, json};
use tfplugin::Field;

use crate::resources::status::fields::Json;

/// What the web page has, and the server works with while nothing is stored.
const DEFAULT: [i64; 3] = [7, 14, 21];

/// A list of days.
pub(super) struct Days<'a>(pub(super) &'a mut Field<Vec<i64>>);

impl Json for Days<'_> {
    fn write(&self) -> Value {
        match self.0.known() {
            Some(days) => json!(days),
            None => json!(DEFAULT),
        }
    }

    fn read(&mut self, value: &Value) {
        let days = value
            .as_array()
            .map(|days| days.iter().filter_map(Value::as_i64).collect());
        *self.0 = Field::from(days);
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(|days| *days == DEFAULT)
    }

    fn reset(&mut self) {
        *self.0 = Field::Known(DEFAULT.to_vec());
    }
}
