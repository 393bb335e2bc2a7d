//! From what the server has into a model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tfplugin::{Field, Secret};

use super::{Fields, Json, Place, Visit, members};
use crate::api::uptime_kuma::Object;

/// Puts an object of the server into a model. A field that the server does not know gets its default.
pub struct Reading<'a> {
    object: &'a Object,
    secrets: BTreeMap<String, Option<Secret>>,
    seen: BTreeSet<&'static str>,
    place: Place,
}

impl<'a> Reading<'a> {
    /// Reads `object` into `model`, and gives the secrets that stand in it by their attributes; none for those that are
    /// empty there.
    pub fn into<F: Fields>(object: &'a Object, model: &mut F) -> BTreeMap<String, Option<Secret>> {
        let mut reading = Self {
            object,
            secrets: BTreeMap::new(),
            seen: BTreeSet::new(),
            place: Place::default(),
        };
        model.fields(&mut reading);
        reading.secrets
    }

    /// Reads a field: the default for a key that is not there, and for one that says nothing.
    fn field<T>(
        &mut self,
        key: &'static str,
        field: &mut Field<T>,
        default: Option<T>,
        value: impl FnOnce(&Value) -> Option<T>,
    ) {
        self.seen.insert(key);
        *field = match self.object.get(key) {
            None => Field::from(default),
            Some(found) => Field::from(value(found).or(default)),
        };
    }
}

/// Text that is there.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An object as text, its keys in the order that `jsonencode` gives them.
fn sorted(object: &Object) -> String {
    let sorted: BTreeMap<&String, &Value> = object.iter().collect();
    serde_json::to_string(&sorted).unwrap_or_default()
}

/// The database keeps some numbers as text.
fn number(value: &Value) -> Option<i64> {
    let whole = |number: f64| format!("{number:.0}").parse().ok();
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn decimal(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        _ => None,
    }
}

impl Visit for Reading<'_> {
    fn text(&mut self, _: &'static str, key: &'static str, field: &mut Field<String>, default: Option<&'static str>) {
        // Empty text that was asked for is there.
        let was_empty = field.known().is_some_and(String::is_empty);
        self.field(key, field, default.map(str::to_owned), text);
        if was_empty && self.object.get(key).and_then(text).is_none() {
            *field = Field::Known(String::new());
        }
    }

    fn number(&mut self, _: &'static str, key: &'static str, field: &mut Field<i64>, default: Option<i64>) {
        self.field(key, field, default, number);
    }

    fn decimal(&mut self, _: &'static str, key: &'static str, field: &mut Field<f64>, default: Option<f64>) {
        self.field(key, field, default, decimal);
    }

    fn truth(&mut self, _: &'static str, key: &'static str, field: &mut Field<bool>, default: bool) {
        self.field(key, field, Some(default), truth);
    }

    fn texts(&mut self, _: &'static str, key: &'static str, field: &mut Field<Vec<String>>, default: &[&'static str]) {
        let default: Vec<String> = default.iter().map(|&text| text.to_owned()).collect();
        let was_empty = field.known().is_some_and(Vec::is_empty);
        // None is no list, unless one without anything was asked for or is the default.
        let empty_is_list = was_empty || default.is_empty();
        self.seen.insert(key);
        let texts = |list: &Vec<Value>| list.iter().filter_map(text).collect();
        let found = self.object.get(key).filter(|value| !value.is_null());
        *field = match found {
            None => Field::Known(default),
            Some(value) => Field::from(
                value
                    .as_array()
                    .map(texts)
                    .filter(|texts: &Vec<String>| empty_is_list || !texts.is_empty()),
            ),
        };
    }

    fn secret(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<Secret>) {
        *field = Field::Null;
        self.seen.insert(key);
        let value = self.object.get(key).and_then(text).map(Secret::new);
        self.secrets.insert(self.place.of(attribute), value);
    }

    fn json(&mut self, _: &'static str, key: &'static str, field: &mut dyn Json) {
        self.seen.insert(key);
        match self.object.get(key) {
            None => field.reset(),
            Some(value) => field.read(value),
        }
    }

    fn rest(
        &mut self,
        _: &'static str,
        field: &mut Field<String>,
        secret_attribute: &'static str,
        secret: &mut Field<Secret>,
    ) {
        *secret = Field::Null;
        // Which of the others are secret, nobody knows: only those that were written as settings are shown.
        let shown = field.known().map(|text| members(text)).unwrap_or_default();
        let attribute = self.place.of(secret_attribute);
        for (key, value) in self.object {
            if !shown.contains_key(key) && !self.seen.contains(key.as_str()) {
                self.secrets
                    .insert(format!("{attribute}.{key}"), text(value).map(Secret::new));
            }
        }
        let found: Object = shown
            .keys()
            .filter_map(|key| Some((key.clone(), self.object.get(key)?.clone())))
            .collect();
        if found != shown {
            *field = Field::Known(sorted(&found));
        }
    }

    fn says(&mut self, key: &'static str, value: &'static str, _: bool) -> bool {
        self.object.get(key).and_then(Value::as_str) == Some(value)
    }

    fn there(&mut self, _: bool, on_server: &dyn Fn(&Object) -> bool) -> bool {
        on_server(self.object)
    }

    fn enter(&mut self, block: &'static str) {
        self.place.0.push(block);
    }

    fn leave(&mut self) {
        self.place.0.pop();
    }
}
