//! What differs between the server's object of a monitor and the fields of the model.

use serde_json::{Map, Value};

use crate::api::uptime_kuma::Object;

/// What stands between the name of an inner object of the server and a field of it, in the keys of fields.
const INNER: char = '/';
/// The inner object that some fields stand in.
const LOGIN: &str = "kafkaProducerSaslOptions";

/// What the model's fields expect: fields of inner objects one by one, and a switch that is that of the monitor alone.
pub(crate) fn from_server(found: &Object) -> Object {
    let mut object = found.clone();
    if let Some(Value::Object(inner)) = found.get(LOGIN) {
        let inner = inner
            .iter()
            .map(|(key, value)| (format!("{LOGIN}{INNER}{key}"), value.clone()));
        object.extend(inner);
    }
    let truth = |key: &str| match found.get(key) {
        Some(Value::Bool(truth)) => Some(*truth),
        Some(Value::Number(number)) => Some(number.as_i64() != Some(0)),
        _ => None,
    };
    // A monitor in a group that is off reads as off, whatever its own switch says: nothing is known of it then.
    let active = match (truth("active"), truth("forceInactive")) {
        (Some(true), _) | (Some(false), None | Some(false)) => truth("active").map_or(Value::Null, Value::Bool),
        _ => Value::Null,
    };
    object.insert("active".to_owned(), active);
    object
}

/// What the server is sent: fields of an inner object in it, and no tags, which take calls of their own.
pub(crate) fn to_server(wanted: Object) -> Object {
    let mut object = Object::new();
    for (key, value) in wanted {
        match key.split_once(INNER) {
            // An inner object is replaced whole: what is not there need not be said.
            Some(_) if value.is_null() => {}
            Some((outer, inner)) => {
                let outer = object.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(outer) = outer {
                    outer.insert(inner.to_owned(), value);
                }
            }
            None if key == "tags" => {}
            None => {
                object.insert(key, value);
            }
        }
    }
    object
}

/// The name on the server of what a key stands for: of the inner object, for a field in one.
pub(crate) fn outer(key: &str) -> &str {
    key.split_once(INNER).map_or(key, |(outer, _)| outer)
}
