//! Tags of monitors: rows of their own on the server, each put and taken off by a call.

use serde_json::{Value, json};
use tfplugin::{Field, Model};

use super::checks;
use crate::api::uptime_kuma::object::MonitorTag;
use crate::resources::status::fields::Json;

/// A tag on a monitor.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct TagPlace {
    /// Id of the tag.
    #[attribute(required, validate = checks::at_least(1))]
    pub id: Field<i64>,
    /// What the tag says of this monitor.
    #[attribute(optional)]
    pub value: Field<String>,
}

impl TagPlace {
    /// The row on the server, once the tag is known.
    fn row(&self) -> Option<MonitorTag> {
        let tag = *self.id.known()?;
        let value = self.value.known().cloned().unwrap_or_default();
        Some(MonitorTag { tag, value })
    }
}

/// The tags of a monitor. The same tag with the same value twice is once here: a set has no place for the second.
pub(crate) struct Tags<'a>(pub(crate) &'a mut Vec<TagPlace>);

impl Json for Tags<'_> {
    fn write(&self) -> Value {
        let rows = self.0.iter().filter_map(TagPlace::row);
        Value::Array(
            rows.map(|row| json!({ "tag_id": row.tag, "value": row.value }))
                .collect(),
        )
    }

    fn read(&mut self, value: &Value) {
        let mut rows: Vec<MonitorTag> = value.as_array().into_iter().flatten().filter_map(row).collect();
        rows.sort();
        rows.dedup();
        // A value that was asked for as empty text is there.
        let empty: Vec<i64> = self
            .0
            .iter()
            .filter(|place| place.value == Field::Known(String::new()))
            .filter_map(|place| place.id.known().copied())
            .collect();
        let place = |row: MonitorTag| {
            let unsaid = row.value.is_empty() && !empty.contains(&row.tag);
            TagPlace {
                id: Field::Known(row.tag),
                value: if unsaid { Field::Null } else { Field::Known(row.value) },
            }
        };
        *self.0 = rows.into_iter().map(place).collect();
    }

    fn is_default(&self) -> bool {
        self.0.is_empty()
    }

    fn reset(&mut self) {
        self.0.clear();
    }
}

fn row(value: &Value) -> Option<MonitorTag> {
    Some(MonitorTag {
        tag: value.get("tag_id")?.as_i64()?,
        value: value
            .get("value")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
    })
}

/// What has to be done to a monitor's tags.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// To be taken off. The server takes off all equal ones at once.
    pub(crate) off: Vec<MonitorTag>,
    /// To be put.
    pub(crate) on: Vec<MonitorTag>,
}

/// From the tags that are on a monitor, with repetitions, to those that it should have, each once.
pub(crate) fn change(found: &[MonitorTag], wanted: &[TagPlace]) -> Change {
    let mut wanted: Vec<MonitorTag> = wanted.iter().filter_map(TagPlace::row).collect();
    wanted.sort();
    wanted.dedup();
    let times = |row: &MonitorTag| found.iter().filter(|other| *other == row).count();
    let mut off: Vec<MonitorTag> = found.to_vec();
    off.sort();
    off.dedup();
    off.retain(|row| !wanted.contains(row));
    let on = wanted.into_iter().filter(|row| times(row) == 0).collect();
    Change { off, on }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(tag: i64, value: &str) -> MonitorTag {
        MonitorTag {
            tag,
            value: value.to_owned(),
        }
    }

    fn place(id: i64, value: Field<&str>) -> TagPlace {
        TagPlace {
            id: Field::Known(id),
            value: value.map(str::to_owned),
        }
    }

    #[test]
    fn only_what_differs_is_put_and_taken_off() {
        let found = [tag(1, "prod"), tag(1, "prod"), tag(2, ""), tag(3, "a")];
        let wanted = [
            place(2, Field::Null),
            place(1, Field::Known("prod")),
            place(3, Field::Known("b")),
        ];
        let expected = Change {
            off: vec![tag(3, "a")],
            on: vec![tag(3, "b")],
        };
        assert_eq!(change(&found, &wanted), expected);
        assert_eq!(change(&[], &[]), Change::default());
        let off = vec![tag(1, "prod"), tag(2, ""), tag(3, "a")];
        assert_eq!(change(&found, &[]), Change { off, on: vec![] });
    }

    #[test]
    fn tags_are_read_in_one_order_and_without_repetitions() {
        let rows = json!([
            { "tag_id": 2, "monitor_id": 4, "value": "", "name": "env", "color": "#DC2626" },
            { "tag_id": 1, "monitor_id": 4, "value": "prod", "name": "env", "color": "#059669" },
            { "tag_id": 1, "monitor_id": 4, "value": "prod", "name": "env", "color": "#059669" },
        ]);
        let mut places = Vec::new();
        Tags(&mut places).read(&rows);
        assert_eq!(places, [place(1, Field::Known("prod")), place(2, Field::Null)]);
        let mut asked = vec![place(2, Field::Known(""))];
        Tags(&mut asked).read(&rows);
        assert_eq!(asked, [place(1, Field::Known("prod")), place(2, Field::Known(""))]);
    }
}
