//! Incidents, the messages at the top of a status page.

use serde_json::{Value, json};

use super::super::error::Error;
use super::super::object::Object;
use super::super::session::Kind;
use super::{StatusPages, http, list, number, object};

/// How many parts of a page's history are read at most; each has some ten incidents.
const PARTS: usize = 100;

impl StatusPages<'_> {
    /// The incidents of a page, the newest first. From 2.1 on all of them, with `pin` and `active`; before, only the one that
    /// visitors see, from the server's cache of five minutes.
    pub async fn incidents(&self, slug: &str) -> Result<Vec<Value>, Error> {
        if !self.0.version().await?.at_least(2, 1) {
            let path = format!("/api/status-page/{slug}");
            let page = http::get(self.0.endpoint(), &path, self.0.limits().call).await?;
            let incident = page.and_then(|mut page| page.remove("incident"));
            return Ok(incident.filter(Value::is_object).into_iter().collect());
        }
        let event = "getIncidentHistory";
        let mut incidents = Vec::new();
        let mut cursor = Value::Null;
        for _ in 0..PARTS {
            let mut part = self.0.call(Kind::Read, event, &[json!(slug), cursor]).await?;
            let more = part.get("hasMore") == Some(&json!(true));
            cursor = part.remove("nextCursor").unwrap_or_default();
            incidents.extend(list(event, part, "incidents")?);
            if !more || cursor.is_null() {
                break;
            }
        }
        Ok(incidents)
    }

    /// Posts an incident, `{ title, content, style }`, or changes the one of the `id` among these; gives its number. Older
    /// servers unpin what was posted before.
    pub async fn post_incident(&self, slug: &str, incident: &Object) -> Result<i64, Error> {
        let event = "postIncident";
        let arguments = [json!(slug), Value::Object(incident.clone())];
        let answer = self.0.call(Kind::Write, event, &arguments).await?;
        number(event, &object(event, answer, "incident")?, "id")
    }

    /// Ends an incident: from 2.1 on it is resolved, before it is unpinned; no error if it is not there.
    pub async fn end_incident(&self, slug: &str, id: i64) -> Result<(), Error> {
        let incidents = self.incidents(slug).await?;
        if !incidents
            .iter()
            .any(|incident| incident.get("id").and_then(Value::as_i64) == Some(id))
        {
            return Ok(());
        }
        let ended = if self.0.version().await?.at_least(2, 1) {
            self.0
                .call(Kind::Write, "resolveIncident", &[json!(slug), json!(id)])
                .await
        } else {
            self.0.call(Kind::Write, "unpinIncident", &[json!(slug)]).await
        };
        ended.map(drop)
    }
}
