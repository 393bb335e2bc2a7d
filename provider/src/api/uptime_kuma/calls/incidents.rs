//! Incidents on a status page.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::error::Error;
use super::super::object::{Object, truth};
use super::super::session::{Kind, Session};
use super::once::{Made, once};
use super::{Added, gone, http, list, number, object};

/// Calls about the incidents of one page. From 2.1 there can be several, with a history; before, the page shows one, and
/// those that were taken off it cannot be reached any more.
#[derive(Debug, Clone, Copy)]
pub struct Incidents<'a> {
    session: &'a Session,
    slug: &'a str,
}

/// What is told of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub title: String,
    /// Markdown.
    pub content: String,
    /// `info`, `warning`, `danger`, `primary`, `light` or `dark`.
    pub style: String,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    pub id: i64,
    pub notice: Notice,
    /// Whether the page shows it at its top.
    pub pinned: bool,
    /// Whether it goes on: false once it was resolved.
    pub active: bool,
    /// When it was posted, in UTC, such as `2026-11-22 00:14:15`.
    pub created: Option<String>,
    /// When it was changed last, in the same form.
    pub updated: Option<String>,
}

/// The styles that the server knows. It takes others, and shows them without colour.
const STYLES: [&str; 6] = ["info", "warning", "danger", "primary", "light", "dark"];

impl<'a> Incidents<'a> {
    pub(super) fn new(session: &'a Session, slug: &'a str) -> Self {
        Self { session, slug }
    }

    async fn several(&self) -> Result<bool, Error> {
        Ok(self.session.version().await?.at_least(2, 1))
    }

    /// All incidents of the page, the newest first, or none if there is no such page. Before 2.1, only the one that the
    /// page shows, as its visitors see it: up to five minutes late.
    pub async fn list(&self) -> Result<Option<Vec<Incident>>, Error> {
        if self.several().await? {
            return self.history().await;
        }
        if self.session.status_pages().get(self.slug).await?.is_none() {
            return Ok(None);
        }
        let path = format!("/api/status-page/{}", self.slug);
        let page = http::get(self.session.endpoint(), &path, self.session.limits().call).await?;
        let shown = page.and_then(|mut page| page.remove("incident"));
        let shown = shown.filter(Value::is_object).into_iter();
        shown
            .map(|row| read("postIncident", row))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    async fn history(&self) -> Result<Option<Vec<Incident>>, Error> {
        let event = "getIncidentHistory";
        let mut all = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let arguments = [json!(self.slug), cursor.clone()];
            let Some(mut answer) = gone(self.session.call(Kind::Read, event, &arguments).await)? else {
                return Ok(None);
            };
            let next = answer.remove("nextCursor").unwrap_or_default();
            for row in list(event, answer, "incidents")? {
                all.push(read(event, row)?);
            }
            // A cursor that does not move would be asked for for ever.
            if next.is_null() || next == cursor {
                return Ok(Some(all));
            }
            cursor = next;
        }
    }

    /// Posts an incident and pins it. A lost answer may leave one: see [`Incidents::post_once`].
    pub async fn post(&self, notice: &Notice) -> Result<Incident, Error> {
        self.send("postIncident", &[json!(self.slug), notice.payload("postIncident")?])
            .await
    }

    /// Posts an incident and pins it. If the answer got lost and there is exactly one new incident like it, that one is
    /// given. Before 2.1, it cannot be looked for.
    pub async fn post_once(&self, notice: &Notice) -> Result<Added, Error> {
        let Value::Object(wanted) = notice.payload("postIncident")? else {
            return Err(Error::invalid("postIncident", "it is not an object"));
        };
        once(self, &wanted).await
    }

    /// Changes an incident, and pins it. None if it is gone; before 2.1, the server then makes a new one.
    pub async fn edit(&self, id: i64, notice: &Notice) -> Result<Option<Incident>, Error> {
        let edited = if self.several().await? {
            let event = "editIncident";
            let mut payload = notice.payload(event)?;
            payload["pin"] = json!(true);
            self.send(event, &[json!(self.slug), json!(id), payload]).await
        } else {
            let event = "postIncident";
            let mut payload = notice.payload(event)?;
            payload["id"] = json!(id);
            self.send(event, &[json!(self.slug), payload]).await
        };
        gone(edited)
    }

    /// Marks an incident as resolved, which takes it off the top of the page and keeps it in the history. Before 2.1, takes
    /// all off the page. No error if it is gone.
    pub async fn resolve(&self, id: i64) -> Result<(), Error> {
        self.end("resolveIncident", id).await
    }

    /// Deletes an incident; before 2.1, takes all off the page. No error if it is gone.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.end("deleteIncident", id).await
    }

    async fn end(&self, event: &'static str, id: i64) -> Result<(), Error> {
        if !self.several().await? {
            return self.unpin().await;
        }
        let arguments = [json!(self.slug), json!(id)];
        gone(self.session.call(Kind::Write, event, &arguments).await).map(drop)
    }

    /// Takes all incidents off the top of the page.
    pub async fn unpin(&self) -> Result<(), Error> {
        let unpinned = self
            .session
            .call(Kind::Write, "unpinIncident", &[json!(self.slug)])
            .await;
        unpinned.map(drop)
    }

    async fn send(&self, event: &'static str, arguments: &[Value]) -> Result<Incident, Error> {
        let answer = self.session.call(Kind::Write, event, arguments).await?;
        read(event, Value::Object(object(event, answer, "incident")?))
    }
}

impl Made for Incidents<'_> {
    const LEAVES: bool = false;

    fn session(&self) -> &Session {
        self.session
    }

    fn likeness(&self, wanted: &Object) -> Value {
        json!(["incident", self.slug, wanted])
    }

    async fn alike(&self, wanted: &Object, anew: bool) -> Result<BTreeSet<i64>, Error> {
        if !self.several().await? {
            // What visitors see may be old: after a lost answer, it says nothing.
            let looked = if anew {
                self.session.require(2, 1, "list of incidents").await
            } else {
                Ok(())
            };
            return looked.map(|()| BTreeSet::new());
        }
        let all = self.history().await?.unwrap_or_default().into_iter();
        let alike = all.filter(|it| wanted["title"] == it.notice.title && wanted["content"] == it.notice.content);
        Ok(alike.map(|incident| incident.id).collect())
    }

    async fn make(&self, wanted: &Object) -> Result<i64, Error> {
        let event = "postIncident";
        let arguments = [json!(self.slug), Value::Object(wanted.clone())];
        let answer = self.session.call(Kind::Write, event, &arguments).await?;
        number(event, &object(event, answer, "incident")?, "id")
    }

    async fn remove(&self, id: i64) -> Result<(), Error> {
        self.delete(id).await
    }
}

impl Notice {
    /// What is sent of it. An empty title or text would be refused by some versions and kept by others.
    fn payload(&self, event: &'static str) -> Result<Value, Error> {
        let Self { title, content, style } = self;
        if title.trim().is_empty() || content.trim().is_empty() {
            return Err(Error::invalid(event, "an incident has a title and a text"));
        }
        if !STYLES.contains(&style.as_str()) {
            return Err(Error::invalid(event, "the style is not one that the server knows"));
        }
        Ok(json!({ "title": title, "content": content, "style": style }))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: i64,
    title: String,
    content: String,
    style: String,
    pin: Value,
    active: Option<Value>,
    created_date: Option<String>,
    last_updated_date: Option<String>,
}

fn read(event: &'static str, row: Value) -> Result<Incident, Error> {
    let what = "an incident is not as expected";
    let row: Row = serde_json::from_value(row).map_err(|_| Error::Unexpected { event, what })?;
    let pinned = truth(&row.pin).unwrap_or_default();
    Ok(Incident {
        id: row.id,
        notice: Notice {
            title: row.title,
            content: row.content,
            style: row.style,
        },
        pinned,
        // The older dialect does not tell: what it shows goes on.
        active: row.active.as_ref().and_then(truth).unwrap_or(pinned),
        created: row.created_date,
        updated: row.last_updated_date,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_both_dialects_are_read() {
        let row = json!({ "id": 1, "style": "danger", "title": "Trouble", "content": "We look into it", "pin": true,
            "createdDate": "2026-11-22 00:14:15" });
        let one = read("postIncident", row.clone()).unwrap();
        assert!(one.pinned && one.active && one.updated.is_none());
        let mut row = row;
        row["pin"] = json!(0);
        row["active"] = json!(false);
        row["lastUpdatedDate"] = json!("2026-11-22 00:15:00");
        let two = read("postIncident", row).unwrap();
        assert!(!two.pinned && !two.active && two.updated.is_some());
        assert!(read("postIncident", json!({ "id": 1 })).is_err());
    }

    #[test]
    fn what_servers_disagree_on_is_not_sent() {
        let notice = |title: &str, style: &str| Notice {
            title: title.to_owned(),
            content: "text".to_owned(),
            style: style.to_owned(),
        };
        assert!(notice("title", "info").payload("postIncident").is_ok());
        assert!(notice(" ", "info").payload("postIncident").is_err());
        assert!(notice("title", "pink").payload("postIncident").is_err());
    }
}
