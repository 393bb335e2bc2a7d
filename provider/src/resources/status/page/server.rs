//! A page on its server: read and written in parts, since the server has groups, icon and incidents apart.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::dialect;
use super::groups::WATCHED;
use super::identity::Slug;
use super::incident::{Incident, posted};
use super::model::{GROUPS, ICON, INCIDENTS, Page};
use crate::api::uptime_kuma::{Error, Object};
use crate::resources::status::fields::Written;
use crate::resources::status::server::Server;

/// What the server has of a page, in one object. None if there is no such page.
pub(super) async fn find(server: &Server, slug: &str) -> Result<Option<Object>, Error> {
    let pages = server.session().status_pages();
    let Some(config) = pages.get(slug).await? else {
        return Ok(None);
    };
    let Some(mut groups) = pages.groups(slug).await? else {
        return Ok(None);
    };
    let monitors = server.session().monitors().snapshot().await?;
    for monitor in groups
        .iter_mut()
        .filter_map(|group| group.get_mut("monitorList")?.as_array_mut())
        .flatten()
    {
        let id = monitor.get("id").and_then(Value::as_i64);
        let watched = id.and_then(|id| monitors.get(&id)?.0.get("url").cloned());
        if let Some(monitor) = monitor.as_object_mut() {
            monitor.insert(WATCHED.to_owned(), watched.unwrap_or_default());
        }
    }
    let mut page = dialect::today(config);
    page.insert(GROUPS.to_owned(), Value::Array(groups));
    page.insert(INCIDENTS.to_owned(), Value::Array(pages.incidents(slug).await?));
    Ok(Some(page))
}

/// Makes a page whole. The slug was free a moment ago, so what is there after a failure was made by this.
pub(super) async fn add(server: &Server, wanted: Object, planned: &Page) -> Result<Slug, Error> {
    let pages = server.session().status_pages();
    let text = |key: &str| wanted.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (slug, title) = (text("slug"), text("title"));
    pages.add_once(&title, &slug).await?;
    match fill(server, &slug, wanted, planned).await {
        Ok(()) => Ok(Slug(slug)),
        Err(error) => {
            match pages.delete(&slug).await {
                Ok(()) => Err(error),
                // It is there, without all that it should have.
                Err(_) => Err(Error::Unsure {
                    before: BTreeSet::new(),
                    error: Box::new(error),
                }),
            }
        }
    }
}

/// Writes what a new page has.
async fn fill(server: &Server, slug: &str, wanted: Object, planned: &Page) -> Result<(), Error> {
    let pages = server.session().status_pages();
    if let Some(incident) = &planned.incident {
        pages.post_incident(slug, &object(posted(incident))).await?;
    }
    save(server, slug, wanted).await.map(drop)
}

/// Writes a page. None if it is gone.
pub(super) async fn save(server: &Server, slug: &str, wanted: Object) -> Result<Option<()>, Error> {
    let mut wanted = dialect::of_version(wanted, &server.facts().version);
    let icon = wanted.remove(ICON);
    let groups = wanted.remove(GROUPS);
    wanted.remove(INCIDENTS);
    let icon = icon.as_ref().and_then(Value::as_str).unwrap_or_default();
    let groups = groups.as_ref().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let saved = server
        .session()
        .status_pages()
        .save(slug, &wanted, icon, groups)
        .await?;
    Ok(saved.map(drop))
}

/// Posts, changes or ends the incident of a page that was there before.
pub(super) async fn change_incident(server: &Server, slug: &str, prior: &Page, planned: &Page) -> Result<(), Error> {
    let pages = server.session().status_pages();
    let id = |incident: &Incident| incident.id.known().copied();
    match (&prior.incident, &planned.incident) {
        (Some(before), Some(wanted)) if posted(before) == posted(wanted) => return Ok(()),
        (before, Some(wanted)) => {
            let mut incident = object(posted(wanted));
            if let Some(id) = before.as_ref().and_then(id) {
                incident.insert("id".to_owned(), json!(id));
            }
            pages.post_incident(slug, &incident).await?;
        }
        (Some(before), None) => {
            if let Some(id) = id(before) {
                pages.end_incident(slug, id).await?;
            }
        }
        (None, None) => return Ok(()),
    }
    // Older servers tell of incidents only what their visitors see, from a cache that only a save clears.
    if !dialect::has_history(&server.facts().version) {
        save(server, slug, Written::of(planned).object()).await?;
    }
    Ok(())
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
