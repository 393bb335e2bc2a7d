//! `quickfra_status_page`: a status page with its groups, icon and incident.

mod check;
mod dialect;
mod groups;
mod icon;
mod identity;
mod incident;
mod model;
mod server;
mod shapes;
mod validate;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;
use tfplugin::{Diagnostics, Field, Secret};

use super::fields::Reading;
use super::object::Kind;
use super::server::{Place, Server, ServerFacts, ServerName, on_server};
use crate::api::uptime_kuma::{Error, Object};
pub use identity::{PageIdentity, Slug};
pub use model::Page;
use model::{ANALYTICS, ICON, INCIDENTS};

on_server!(Page);

/// The kind of status pages.
pub struct PageKind;

impl Kind for PageKind {
    type Model = Page;
    type Key = Slug;
    type Identity = PageIdentity;
    const NAME: &'static str = "quickfra_status_page";
    const NOUN: &'static str = "status page";

    fn of_identity(identity: &PageIdentity) -> Result<(ServerName, Slug), Diagnostics> {
        let server = Place::from(identity).server()?;
        Ok((server, Slug(identity.slug.known().cloned().unwrap_or_default())))
    }

    /// The slug, which is configured. A page that comes to another server has none there yet.
    fn key(model: &Page) -> Option<Slug> {
        if model.id.is_unknown() {
            return None;
        }
        model.slug.known().cloned().map(Slug)
    }

    fn set_key(model: &mut Page, key: &Slug) {
        model.slug = Field::Known(key.0.clone());
        if model.id.is_unknown() {
            model.id = Field::Null;
        }
    }

    fn name(model: &Page) -> &str {
        model.title.known().map_or("", String::as_str)
    }

    fn validate(config: &Page, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    fn plan(prior: Option<&Page>, planned: &mut Page) -> Result<(), Diagnostics> {
        let same = |prior: &&Page| (&prior.icon, &prior.icon_png_base64) == (&planned.icon, &planned.icon_png_base64);
        planned.icon_path = match prior.filter(same) {
            Some(prior) => prior.icon_path.clone(),
            // The same server may have it all the same, where it is not known yet which one it will be.
            None => Field::Unknown,
        };
        if let Some(incident) = &mut planned.incident {
            let id = prior.and_then(|prior| prior.incident.as_ref()?.id.known());
            incident.id = id.map_or(Field::Unknown, |id| Field::Known(*id));
        }
        Ok(())
    }

    async fn check(server: &Server, key: Option<&Slug>, planned: &Page) -> Result<(), Diagnostics> {
        check::check(server, key, planned).await
    }

    fn forget(planned: &mut Page) {
        planned.id = Field::Unknown;
        planned.url = Field::Unknown;
        planned.icon_path = Field::Unknown;
    }

    fn knows(facts: &ServerFacts, key: &str) -> bool {
        dialect::knows(&facts.version, key)
    }

    fn emptied(prior: &Page, planned: &Page) -> Vec<String> {
        if prior.analytics.is_some() && planned.analytics.is_none() {
            return ANALYTICS.map(str::to_owned).to_vec();
        }
        Vec::new()
    }

    async fn find(server: &Server, key: &Slug) -> Result<Option<Object>, Error> {
        server::find(server, &key.0).await
    }

    async fn all(server: &Server) -> Result<Vec<(Slug, String)>, Error> {
        let pages = server.session().status_pages().snapshot().await?;
        let text = |page: &Object, key: &str| page.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(pages
            .values()
            .map(|page| (Slug(text(page, "slug")), text(page, "title")))
            .collect())
    }

    async fn add(server: &Server, wanted: Object, planned: &Page) -> Result<Slug, Error> {
        server::add(server, wanted, planned).await
    }

    async fn save(server: &Server, key: &Slug, wanted: Object, _: &Page) -> Result<Option<()>, Error> {
        server::save(server, &key.0, wanted).await
    }

    async fn complete(server: &Server, key: &Slug, prior: Option<&Page>, planned: &Page) -> Result<(), Error> {
        // What is new was made whole.
        let Some(prior) = prior else { return Ok(()) };
        server::change_incident(server, &key.0, prior, planned).await
    }

    async fn delete(server: &Server, key: &Slug, _: &Page) -> Result<(), Error> {
        server.session().status_pages().delete(&key.0).await
    }

    fn read(object: &Object, state: &mut Page, imported: bool) -> BTreeMap<String, Option<Secret>> {
        let secrets = Reading::into(object, state);
        if imported {
            state.incident = object.get(INCIDENTS).and_then(incident::only);
        }
        secrets
    }

    fn observe(facts: &ServerFacts, object: &Object, state: &mut Page) {
        state.id = Field::from(object.get("id").and_then(Value::as_i64));
        let path = object.get(ICON).and_then(Value::as_str);
        // A picture that was sent and could not be looked at afterwards has no path that is known.
        state.icon_path = Field::from(path.filter(|path| !path.starts_with("data:")).map(str::to_owned));
        let slug = state.slug.known().map_or("", String::as_str);
        state.url = Field::from(facts.url.as_ref().map(|url| format!("{url}/status/{slug}")));
        if let Some(incident) = &mut state.incident
            && !incident.id.is_known()
        {
            let newest = object.get(INCIDENTS).and_then(|all| incident::newest(all, incident));
            incident.id = Field::from(newest);
        }
    }
}
