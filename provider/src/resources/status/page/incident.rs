//! The incident at the top of a page. Others may be posted by hand: the one that belongs to the page here is known by its
//! number.

use serde_json::{Value, json};
use tfplugin::schema::validators;
use tfplugin::{Field, Model};

use crate::resources::status::fields::Json;

/// A message at the top of the page.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Incident {
    /// Its title.
    #[attribute(required, validate = validators::not_empty)]
    pub title: Field<String>,
    /// What happened, in Markdown.
    #[attribute(required, validate = validators::not_empty)]
    pub content: Field<String>,
    /// Its colour: `info`, `warning`, `danger`, `primary`, `light` or `dark`.
    #[attribute(
        optional,
        default = "primary",
        validate = validators::one_of(&["info", "warning", "danger", "primary", "light", "dark"])
    )]
    pub style: Field<String>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
}

/// The incident among those that are pinned to the page.
pub(super) struct Pinned<'a>(pub(super) &'a mut Option<Incident>);

impl Json for Pinned<'_> {
    /// What is posted; null for none.
    fn write(&self) -> Value {
        self.0.as_ref().map_or(Value::Null, posted)
    }

    fn read(&mut self, value: &Value) {
        let Some(incident) = self.0 else { return };
        let id = incident.id.known().copied();
        let found = value.as_array().into_iter().flatten();
        match found
            .filter(|found| pinned(found))
            .find(|found| found["id"].as_i64() == id)
        {
            Some(found) if id.is_some() => fill(incident, found),
            // Resolved, or deleted: the plan shows that it is missing.
            _ => *self.0 = None,
        }
    }

    fn is_default(&self) -> bool {
        self.0.is_none()
    }

    fn reset(&mut self) {
        *self.0 = None;
    }
}

/// What the server is sent of an incident.
pub(super) fn posted(incident: &Incident) -> Value {
    let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
    let style = incident.style.known().map_or("primary", String::as_str);
    json!({ "title": text(&incident.title), "content": text(&incident.content), "style": style })
}

/// Whether an incident is shown. The older dialect has 0 and 1, and nothing of `active`.
pub(super) fn pinned(incident: &Value) -> bool {
    let truth = |key: &str| {
        incident
            .get(key)
            .is_none_or(|value| *value == json!(true) || *value == json!(1))
    };
    truth("pin") && truth("active")
}

/// The one incident that is pinned, to be taken over with its page; none where there are several, of which any may be
/// meant.
pub(super) fn only(incidents: &Value) -> Option<Incident> {
    let mut there = incidents.as_array()?.iter().filter(|found| pinned(found));
    let found = there.next().filter(|_| there.next().is_none())?;
    let mut incident = Incident {
        id: Field::Known(found["id"].as_i64()?),
        ..Incident::default()
    };
    fill(&mut incident, found);
    Some(incident)
}

/// Takes what the server has.
fn fill(incident: &mut Incident, found: &Value) {
    let text = |key: &str| Field::Known(found[key].as_str().unwrap_or_default().to_owned());
    incident.title = text("title");
    incident.content = text("content");
    incident.style = text("style");
}

/// The number of the newest incident that says the same.
pub(super) fn newest(incidents: &Value, wanted: &Incident) -> Option<i64> {
    let wanted = posted(wanted);
    let same = |found: &&Value| {
        ["title", "content", "style"]
            .iter()
            .all(|key| found[*key] == wanted[*key])
    };
    let incidents = incidents.as_array().into_iter().flatten();
    incidents
        .filter(|found| pinned(found))
        .filter(same)
        .filter_map(|found| found["id"].as_i64())
        .max()
}
