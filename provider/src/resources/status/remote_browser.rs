//! `quickfra_status_remote_browser`: a browser elsewhere that opens pages for Uptime Kuma.

use std::collections::BTreeSet;

use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Field, Model, Secret};

use super::fields::{Fields, Visit};
use super::items;
use super::object::{Kind, number_key};
use super::secrets::{Shown, Words};
use super::server::{Server, ServerFacts, ServerStack, check_endpoint, numbered};
use crate::api::uptime_kuma::{Error, Object};

/// A browser elsewhere that opens pages for Uptime Kuma (from 2.0). Real-browser monitors name it by its `id`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct RemoteBrowser {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Name of the remote browser.
    #[attribute(required, validate = validators::not_empty)]
    pub name: Field<String>,
    /// Its address, such as `wss://browser.example.net/playwright?token=...`. Write-only, since it often holds a token.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only)]
    pub url_wo: Field<Secret>,
    /// Raise it to write the write-only values again. Without it, they are written when they change.
    #[attribute(optional)]
    pub secrets_wo_version: Field<i64>,
    /// The write-only values that were written or that an import found, in words: `set`, or `changed on the server`.
    #[attribute(computed)]
    pub secrets: Field<Words>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
numbered!(RemoteBrowser);

impl Fields for RemoteBrowser {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "name", &mut self.name, None);
        visit.needed("url_wo", "url", &mut self.url_wo);
    }
}

/// The kind of remote browsers.
pub struct RemoteBrowserKind;

impl Kind for RemoteBrowserKind {
    type Model = RemoteBrowser;
    number_key!();
    const NAME: &'static str = "quickfra_status_remote_browser";
    const NOUN: &'static str = "remote browser";

    fn name(model: &RemoteBrowser) -> &str {
        model.name.known().map_or("", String::as_str)
    }

    fn secrets(model: &mut RemoteBrowser) -> Option<(&mut Shown, Field<i64>)> {
        Some((&mut model.secrets, model.secrets_wo_version))
    }

    fn knows(facts: &ServerFacts, _: &str) -> bool {
        facts.version.at_least(2, 0)
    }

    fn forget(planned: &mut RemoteBrowser) {
        planned.id = Field::Unknown;
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        items::find(&server.session().remote_browsers(), *key).await
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        items::all(&server.session().remote_browsers(), "name").await
    }

    async fn add(server: &Server, wanted: Object, _: &RemoteBrowser) -> Result<i64, Error> {
        let added = server.session().remote_browsers().add_once(&wanted).await?;
        Ok(added.id)
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        server.session().remote_browsers().like(wanted).await
    }

    async fn save(server: &Server, key: &i64, wanted: Object, _: &RemoteBrowser) -> Result<Option<()>, Error> {
        items::save(&server.session().remote_browsers(), *key, &wanted).await
    }

    async fn delete(server: &Server, key: &i64, _: &RemoteBrowser) -> Result<(), Error> {
        server.session().remote_browsers().delete(*key).await
    }
}
