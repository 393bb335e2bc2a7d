//! The server's objects. They stay JSON objects, so that a field which this client does not know survives a change.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

/// All objects of a list by number, as they were at one moment. Later changes make new ones.
pub type Snapshot<T> = Arc<BTreeMap<i64, Arc<T>>>;

/// What is to be written: what was read, with the wanted fields in place of those of the same name. A field that is wanted
/// as null is null; a list or an object is replaced whole.
pub fn overlay(read: &Object, wanted: &Object) -> Object {
    let mut written = read.clone();
    for (key, value) in wanted {
        written.insert(key.clone(), value.clone());
    }
    written
}

/// A truth value. The older dialect and the database's own rows have numbers for them.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        _ => None,
    }
}

/// A monitor, as the server tells of it. Printed without its fields: passwords and tokens are among them.
#[derive(Clone, Default, PartialEq)]
pub struct Monitor(pub Object);

impl Monitor {
    /// Its number, given by the server.
    pub fn id(&self) -> Option<i64> {
        self.0.get("id").and_then(Value::as_i64)
    }

    /// Its name, which need not be the only one of that name; empty if it has none.
    pub fn name(&self) -> &str {
        self.0.get("name").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its type, such as `http`; may be one that this client does not know.
    pub fn kind(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// The group it is in.
    pub fn parent(&self) -> Option<i64> {
        self.0.get("parent").and_then(Value::as_i64)
    }

    /// Whether it is switched on. A monitor in a paused group reads as off though it is on by itself.
    pub fn switched_on(&self) -> bool {
        let is = |key: &str| self.0.get(key).and_then(truth).unwrap_or_default();
        is("active") || is("forceInactive")
    }

    /// Its tags, with repetitions, in the server's order.
    pub fn tags(&self) -> Vec<MonitorTag> {
        let rows = self.0.get("tags").and_then(Value::as_array);
        rows.into_iter().flatten().filter_map(MonitorTag::read).collect()
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Monitor({:?}, {:?}, {:?})",
            self.id(),
            self.kind(),
            self.name()
        )
    }
}

/// A tag on a monitor. The same tag can be there twice, even with the same value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonitorTag {
    /// The number of the tag.
    pub tag: i64,
    /// Empty if there is none.
    pub value: String,
}

impl MonitorTag {
    fn read(row: &Value) -> Option<Self> {
        Some(Self {
            tag: row.get("tag_id")?.as_i64()?,
            value: row.get("value").and_then(Value::as_str).unwrap_or_default().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Object {
        let Value::Object(object) = value else {
            panic!("no object")
        };
        object
    }

    #[test]
    fn unknown_fields_survive_and_wanted_ones_win() {
        let read =
            object(json!({ "id": 1, "name": "a", "new_in_9": [1], "port": 80, "list": [1, 2], "map": { "a": 1 } }));
        let wanted = object(json!({ "name": "b", "port": null, "list": [3], "map": {} }));
        let expected = json!({ "id": 1, "name": "b", "new_in_9": [1], "port": null, "list": [3], "map": {} });
        assert_eq!(Value::Object(overlay(&read, &wanted)), expected);
        assert_eq!(overlay(&read, &Object::new()), read);
    }

    #[test]
    fn a_monitor_in_a_paused_group_is_switched_on() {
        let monitor = |value| Monitor(object(value));
        assert!(monitor(json!({ "active": 1 })).switched_on());
        assert!(monitor(json!({ "active": false, "forceInactive": true })).switched_on());
        assert!(!monitor(json!({ "active": 0, "forceInactive": false })).switched_on());
    }

    #[test]
    fn tags_are_read_as_rows() {
        let tags =
            json!([{ "tag_id": 1, "value": "prod", "name": "env" }, { "tag_id": 1, "value": null }, { "odd": 1 }]);
        let monitor = Monitor(object(json!({ "tags": tags, "name": null })));
        let tag = |tag, value: &str| MonitorTag {
            tag,
            value: value.to_owned(),
        };
        assert_eq!(monitor.tags(), [tag(1, "prod"), tag(1, "")]);
        assert_eq!((monitor.name(), monitor.kind(), monitor.id()), ("", "", None));
    }

    #[test]
    fn a_monitor_is_printed_without_its_secrets() {
        let monitor = Monitor(object(
            json!({ "id": 3, "type": "http", "name": "site", "basic_auth_pass": "canary" }),
        ));
        assert_eq!(format!("{monitor:?}"), r#"Monitor(Some(3), "http", "site")"#);
    }
}
