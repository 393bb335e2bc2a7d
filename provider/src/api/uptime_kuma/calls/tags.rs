//! Tags, and their places on monitors.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::connection::Pushes;
use super::super::error::Error;
use super::super::object::Monitor;
use super::super::session::{Kind, Session};
use super::{gone, list, number, object};

/// Calls about tags.
#[derive(Debug, Clone, Copy)]
pub struct Tags<'a>(pub(super) &'a Session);

/// A tag. Its name need not be the only one of that name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tag {
    pub id: i64,
    pub name: String,
    /// As in CSS, such as `#059669`.
    pub color: String,
}

impl Tags<'_> {
    /// All tags.
    pub async fn list(&self) -> Result<Vec<Tag>, Error> {
        let event = "getTags";
        let answer = self.0.call(Kind::Read, event, &[]).await?;
        let tags = list(event, answer, "tags")?.into_iter().map(serde_json::from_value);
        let what = "a tag is not as expected";
        tags.collect::<Result<_, _>>()
            .map_err(|_| Error::Unexpected { event, what })
    }

    /// Makes a tag, and gives its number.
    pub async fn add(&self, name: &str, color: &str) -> Result<i64, Error> {
        let event = "addTag";
        let arguments = [json!({ "name": name, "color": color })];
        let answer = self.0.call(Kind::Write, event, &arguments).await?;
        number(event, &object(event, answer, "tag")?, "id")
    }

    /// Changes a tag. None if it is gone.
    pub async fn edit(&self, tag: &Tag) -> Result<Option<()>, Error> {
        let Tag { id, name, color } = tag;
        let arguments = [json!({ "id": id, "name": name, "color": color })];
        let edited = self.0.call(Kind::Write, "editTag", &arguments).await;
        self.0.tell(|pushes| mark_tagged(pushes, *id)).await;
        Ok(gone(edited)?.map(drop))
    }

    /// Deletes a tag and all its places on monitors; no error if it is gone.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.0.call(Kind::Write, "deleteTag", &[json!(id)]).await?;
        self.0
            .tell(|pushes| pushes.change_monitors(|monitor| untagged(monitor, id)))
            .await;
        Ok(())
    }

    /// Puts a tag on a monitor. Without a value, it is empty and not null: the server cannot take a null one off again.
    /// It minds no second one with the same value.
    pub async fn put(&self, tag: i64, monitor: i64, value: &str) -> Result<(), Error> {
        self.place("addMonitorTag", tag, monitor, value).await
    }

    /// Changes the value of a tag on a monitor, that of all its places there.
    pub async fn change(&self, tag: i64, monitor: i64, value: &str) -> Result<(), Error> {
        self.place("editMonitorTag", tag, monitor, value).await
    }

    /// Takes a tag of exactly this value off a monitor, as often as it is there; no error if it is not.
    pub async fn take_off(&self, tag: i64, monitor: i64, value: &str) -> Result<(), Error> {
        self.place("deleteMonitorTag", tag, monitor, value).await
    }

    async fn place(&self, event: &'static str, tag: i64, monitor: i64, value: &str) -> Result<(), Error> {
        let arguments = [json!(tag), json!(monitor), Value::from(value)];
        let placed = self.0.call(Kind::Write, event, &arguments).await;
        // Before 2.1 the server does not tell of it.
        if !self.0.version().await?.at_least(2, 1) {
            self.0.tell(|pushes| pushes.mark_monitors([monitor])).await;
        }
        placed.map(drop)
    }
}

/// A monitor that had a tag, without it.
fn untagged(monitor: &Monitor, tag: i64) -> Option<Monitor> {
    let mut changed = monitor.clone();
    let rows = changed.0.get_mut("tags")?.as_array_mut()?;
    let before = rows.len();
    rows.retain(|row| row.get("tag_id").and_then(Value::as_i64) != Some(tag));
    (rows.len() < before).then_some(changed)
}

/// Marks the monitors that have a tag: they carry its name and colour.
fn mark_tagged(pushes: &Pushes, tag: i64) {
    let monitors = pushes.monitors();
    let tagged = monitors.iter().filter(|(_, monitor)| untagged(monitor, tag).is_some());
    pushes.mark_monitors(tagged.map(|(id, _)| *id));
}
