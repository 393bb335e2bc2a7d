//! What is told of a monitor.

use serde_json::Value;
use tfplugin::{Field, Model};

use crate::api::uptime_kuma::object::{Monitor as Found, truth};

/// A monitor, as it was found.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Monitor {
    /// The number that the server gave it.
    #[attribute(computed)]
    pub id: Field<i64>,
    /// Its name.
    #[attribute(computed)]
    pub name: Field<String>,
    /// Its type as the server calls it, such as `http` or `json-query`.
    #[attribute(computed)]
    pub r#type: Field<String>,
    /// Its description.
    #[attribute(computed)]
    pub description: Field<String>,
    /// The address that it looks at, for types that have one.
    #[attribute(computed)]
    pub url: Field<String>,
    /// The host that it looks at, for types that have one.
    #[attribute(computed)]
    pub hostname: Field<String>,
    /// The port that it looks at, for types that have one.
    #[attribute(computed)]
    pub port: Field<i64>,
    /// Seconds between two looks.
    #[attribute(computed)]
    pub interval: Field<i64>,
    /// Whether it is switched on by itself; in a group that is off it rests all the same.
    #[attribute(computed)]
    pub active: Field<bool>,
    /// The number of the group that it is in.
    #[attribute(computed)]
    pub parent: Field<i64>,
    /// The numbers of the notifications that it reports to, in ascending order.
    #[attribute(computed)]
    pub notifications: Field<Vec<i64>>,
    /// The tags that it carries.
    #[attribute(computed)]
    pub tags: Field<Vec<MonitorTag>>,
}

/// A tag on a monitor.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct MonitorTag {
    /// The number of the tag.
    #[attribute(computed)]
    pub id: Field<i64>,
    /// Name of the tag.
    #[attribute(computed)]
    pub name: Field<String>,
    /// Its value on this monitor; null without one.
    #[attribute(computed)]
    pub value: Field<String>,
}

impl Monitor {
    /// What is told of a monitor that was found. Nothing secret is among it.
    pub(super) fn of(id: i64, found: &Found) -> Self {
        let text = |key: &str| {
            let text = found.0.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            Field::from(text.map(str::to_owned))
        };
        let number = |key: &str| Field::from(found.0.get(key).and_then(Value::as_i64));
        Self {
            id: Field::Known(id),
            name: text("name"),
            r#type: text("type"),
            description: text("description"),
            // The web page puts this in place of an address that a type does not have.
            url: match text("url") {
                Field::Known(url) if url == "https://" || url == "http://" => Field::Null,
                url => url,
            },
            hostname: text("hostname"),
            port: number("port"),
            interval: number("interval"),
            active: Field::Known(found.switched_on()),
            parent: number("parent"),
            notifications: Field::Known(notifications(found)),
            tags: Field::Known(tags(found)),
        }
    }
}

fn notifications(found: &Found) -> Vec<i64> {
    let list = found.0.get("notificationIDList").and_then(Value::as_object);
    let on = list.into_iter().flatten().filter(|(_, on)| truth(on) == Some(true));
    let mut ids: Vec<i64> = on.filter_map(|(id, _)| id.parse().ok()).collect();
    ids.sort_unstable();
    ids
}

fn tags(found: &Found) -> Vec<MonitorTag> {
    let rows = found.0.get("tags").and_then(Value::as_array);
    let text = |row: &Value, key: &str| {
        let text = row.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        Field::from(text.map(str::to_owned))
    };
    let tags = rows.into_iter().flatten().map(|row| MonitorTag {
        id: Field::from(row.get("tag_id").and_then(Value::as_i64)),
        name: text(row, "name"),
        value: text(row, "value"),
    });
    tags.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_told_holds_nothing_secret() {
        let Value::Object(object) = json!({
            "id": 3, "type": "http", "name": "site", "url": "https://example.com", "interval": 60, "active": 0,
            "forceInactive": true, "basic_auth_pass": "canary", "pushToken": "canary", "notificationIDList": { "7": true, "2": 1,
            "9": false }, "tags": [{ "tag_id": 1, "name": "env", "value": "" }], "port": null, "description": ""
        }) else {
            panic!("no object")
        };
        let told = Monitor::of(3, &Found(object));
        assert!(!format!("{told:?}").contains("canary"));
        assert_eq!((told.active, told.port), (Field::Known(true), Field::Null));
        assert_eq!(told.notifications, Field::Known(vec![2, 7]));
        assert_eq!(told.description, Field::Null);
        let Field::Known(tags) = told.tags else {
            panic!("no tags")
        };
        assert_eq!(
            (&tags[0].name, &tags[0].value),
            (&Field::Known("env".to_owned()), &Field::Null)
        );
    }
}
