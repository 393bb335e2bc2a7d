//! The groups of a page, and the monitors in them, in the order that visitors see.

use serde_json::{Map, Value, json};
use tfplugin::schema::validators;
use tfplugin::{Field, Model};

use crate::resources::status::fields::Json;

/// A group of monitors.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Group {
    /// Its heading.
    #[attribute(required, validate = validators::not_empty)]
    pub name: Field<String>,
    /// A monitor of the group.
    #[block]
    pub monitor: Vec<Monitor>,
}

/// A monitor on the page.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Monitor {
    /// Id of the monitor.
    #[attribute(required)]
    pub id: Field<i64>,
    /// Whether its name is a link to what is watched.
    #[attribute(optional, default = false)]
    pub send_url: Field<bool>,
    /// Where the link leads, in place of what is watched; with `send_url = true`. From version 2 on.
    #[attribute(optional, validate = validators::url)]
    pub url: Field<String>,
}

/// What a monitor on the page has beside what the server tells visitors: the address that it watches.
pub(super) const WATCHED: &str = "watched";

/// All groups of a page. Their numbers are the server's own affair: a group without one is made anew, and those that are
/// left are deleted.
pub(super) struct Groups<'a>(pub(super) &'a mut Vec<Group>);

impl Json for Groups<'_> {
    fn write(&self) -> Value {
        let groups = self.0.iter().map(|group| {
            let monitors: Vec<Value> = group.monitor.iter().map(written).collect();
            json!({ "name": group.name.known().map_or("", String::as_str), "monitorList": monitors })
        });
        Value::Array(groups.collect())
    }

    fn read(&mut self, value: &Value) {
        let before = std::mem::take(self.0);
        let groups = value.as_array().into_iter().flatten().enumerate();
        *self.0 = groups.map(|(place, group)| read(group, before.get(place))).collect();
    }

    fn is_default(&self) -> bool {
        self.0.is_empty()
    }

    fn reset(&mut self) {
        self.0.clear();
    }
}

fn written(monitor: &Monitor) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(monitor.id.known()));
    object.insert(
        "sendUrl".to_owned(),
        json!(monitor.send_url.known().copied().unwrap_or_default()),
    );
    if let Some(url) = monitor.url.known() {
        object.insert("url".to_owned(), json!(url));
    }
    Value::Object(object)
}

fn read(group: &Value, before: Option<&Group>) -> Group {
    let monitors = group.get("monitorList").and_then(Value::as_array).into_iter().flatten();
    let monitors = monitors.enumerate().map(|(place, monitor)| {
        let id = monitor.get("id").and_then(Value::as_i64);
        let same = |monitor: &&Monitor| monitor.id.known().copied() == id;
        let earlier = before.and_then(|before| before.monitor.get(place)).filter(same);
        let send_url = monitor
            .get("sendUrl")
            .is_some_and(|sent| *sent == json!(true) || *sent == json!(1));
        Monitor {
            id: Field::from(id),
            send_url: Field::Known(send_url),
            url: link(monitor, send_url, earlier),
        }
    });
    Group {
        name: Field::Known(group.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()),
        monitor: monitors.collect(),
    }
}

/// Where the link leads, if that is not what is watched. The server tells only what visitors see: nothing of it without a
/// link, and the watched address where no other one was given.
fn link(monitor: &Value, send_url: bool, earlier: Option<&Monitor>) -> Field<String> {
    let earlier = earlier.map_or(Field::Null, |monitor| monitor.url.clone());
    if !send_url {
        return earlier;
    }
    let seen = monitor.get("url").and_then(Value::as_str);
    let watched = monitor.get(WATCHED).and_then(Value::as_str);
    match seen {
        Some(seen) if earlier.known().is_some_and(|url| url == seen) => earlier,
        Some(seen) if Some(seen) != watched && !seen.is_empty() => Field::Known(seen.to_owned()),
        _ => Field::Null,
    }
}
