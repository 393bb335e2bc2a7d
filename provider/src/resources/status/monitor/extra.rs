//! `extra`: fields of the server that no attribute names.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use tfplugin::{Field, Secret};

use super::model::Monitor;
use super::wire;
use crate::api::uptime_kuma::Object;
use crate::resources::status::fields::{Fields, Json, Visit};

/// What the server tells of a monitor and nobody sets, and what stands in attributes by a way of its own.
const NOT_SETTINGS: [&str; 14] = [
    "id",
    "type",
    "active",
    "tags",
    "manual_status",
    "snmpV3Username",
    "childrenIDs",
    "path",
    "pathName",
    "forceInactive",
    "maintenance",
    "screenshot",
    "includeSensitiveData",
    "dns_last_result",
];

/// The fields that are said in JSON text; none for text that is not a JSON object.
pub(crate) fn fields(text: &str) -> Option<Object> {
    serde_json::from_str::<Map<String, Value>>(text).ok()
}

/// Refuses text that is not a JSON object, and fields that attributes are there for.
pub(crate) fn check_extra(text: &str) -> Result<(), String> {
    let Some(fields) = fields(text) else {
        return Err("must be a JSON object, such as jsonencode({ weight = 1500 }).".to_owned());
    };
    let named = keys();
    let refused = fields
        .keys()
        .find(|key| named.contains(key.as_str()) || NOT_SETTINGS.contains(&key.as_str()));
    match refused {
        Some(key) if NOT_SETTINGS.contains(&key.as_str()) => Err(format!(
            "{key:?} is not a field to be set here: the provider or the server itself does that."
        )),
        Some(key) => Err(format!(
            "{key:?} has an attribute of its own, which has to be used in its place."
        )),
        None => Ok(()),
    }
}

/// What the server has of the fields that `text` says: the same text if all are as it says.
pub(crate) fn observed(text: &str, found: &Object) -> String {
    let Some(said) = fields(text) else {
        return text.to_owned();
    };
    let has = |key: &String| found.get(key).cloned().unwrap_or(Value::Null);
    if said.iter().all(|(key, value)| same(value, &has(key))) {
        return text.to_owned();
    }
    let now: Map<String, Value> = said.keys().map(|key| (key.clone(), has(key))).collect();
    Value::Object(now).to_string()
}

/// Whether two values say the same: the database has 0 and 1 for truth values, and numbers are the same however written.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Bool(truth), Value::Number(number)) | (Value::Number(number), Value::Bool(truth)) => {
            number.as_i64() == Some(i64::from(*truth))
        }
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

/// The names on the server of all fields that attributes are there for.
pub(crate) fn keys() -> BTreeSet<&'static str> {
    let mut keys = Keys::default();
    Monitor::default().fields(&mut keys);
    keys.0
}

/// Gathers the names of all fields of all blocks.
#[derive(Default)]
struct Keys(BTreeSet<&'static str>);

impl Keys {
    fn add(&mut self, key: &'static str) {
        self.0.insert(wire::outer(key));
    }
}

impl Visit for Keys {
    fn text(&mut self, _: &'static str, key: &'static str, _: &mut Field<String>, _: Option<&'static str>) {
        self.add(key);
    }

    fn number(&mut self, _: &'static str, key: &'static str, _: &mut Field<i64>, _: Option<i64>) {
        self.add(key);
    }

    fn decimal(&mut self, _: &'static str, key: &'static str, _: &mut Field<f64>, _: Option<f64>) {
        self.add(key);
    }

    fn truth(&mut self, _: &'static str, key: &'static str, _: &mut Field<bool>, _: bool) {
        self.add(key);
    }

    fn texts(&mut self, _: &'static str, key: &'static str, _: &mut Field<Vec<String>>, _: &[&'static str]) {
        self.add(key);
    }

    fn secret(&mut self, _: &'static str, key: &'static str, _: &mut Field<Secret>) {
        self.add(key);
    }

    fn json(&mut self, _: &'static str, key: &'static str, _: &mut dyn Json) {
        self.add(key);
    }

    fn says(&mut self, key: &'static str, _: &'static str, _: bool) -> bool {
        self.add(key);
        true
    }

    fn there(&mut self, _: bool, _: &dyn Fn(&Object) -> bool) -> bool {
        true
    }

    fn enter(&mut self, _: &'static str) {}

    fn leave(&mut self) {}
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_attribute_is_there_for_is_refused() {
        insta::assert_snapshot!(
            [r#"{"maxretries":2}"#, r#"{"kafkaProducerSaslOptions":{}}"#, r#"{"id":1}"#, "[]", "{"]
                .map(|text| check_extra(text).unwrap_err())
                .join("\n"),
            @r#"
        "maxretries" has an attribute of its own, which has to be used in its place.
        "kafkaProducerSaslOptions" has an attribute of its own, which has to be used in its place.
        "id" is not a field to be set here: the provider or the server itself does that.
        must be a JSON object, such as jsonencode({ weight = 1500 }).
        must be a JSON object, such as jsonencode({ weight = 1500 }).
        "#
        );
        assert_eq!(check_extra(r#"{"weight":1500,"new_in_9":[1]}"#), Ok(()));
    }

    #[test]
    fn the_text_stays_while_the_server_agrees() {
        let Value::Object(found) = json!({ "weight": 1500, "flag": 1, "list": [1, { "a": 2.0 }], "other": 1 }) else {
            panic!("no object")
        };
        let text = r#"{ "weight": 1500.0, "flag": true, "list": [1, {"a": 2}] }"#;
        assert_eq!(observed(text, &found), text);
        assert_eq!(
            observed(r#"{"weight": 2000, "gone": 1}"#, &found),
            r#"{"weight":1500,"gone":null}"#
        );
        assert_eq!(observed("no object", &found), "no object");
    }
}
