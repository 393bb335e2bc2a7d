//! `quickfra_status_maintenance`: a planned maintenance, with the monitors and status pages that it concerns.

mod concerned;
mod model;
mod moment;
mod shapes;
mod strategies;
mod validate;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tfplugin::{Diagnostics, Field};

use super::object::{Kind, number_key};
use super::server::{Server, numbered};
use crate::api::uptime_kuma::{Error, Object};
pub use model::Maintenance;
use model::{MONITORS, STATUS_PAGES};

numbered!(Maintenance);

/// The kind of maintenances.
pub struct MaintenanceKind;

impl Kind for MaintenanceKind {
    type Model = Maintenance;
    number_key!();
    const NAME: &'static str = "quickfra_status_maintenance";
    const NOUN: &'static str = "maintenance";

    fn name(model: &Maintenance) -> &str {
        model.title.known().map_or("", String::as_str)
    }

    fn validate(config: &Maintenance, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    async fn check(server: &Server, _: Option<&i64>, planned: &Maintenance) -> Result<(), Diagnostics> {
        concerned::check(server, planned).await
    }

    fn forget(planned: &mut Maintenance) {
        planned.id = Field::Unknown;
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        let Some(found) = server.session().maintenances().known(*key).await? else {
            return Ok(None);
        };
        let mut found = Object::clone(&found);
        let (monitors, pages) = concerned::read(server, *key).await?;
        found.insert(MONITORS.to_owned(), json!(monitors));
        found.insert(STATUS_PAGES.to_owned(), json!(pages));
        Ok(Some(found))
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        let all = server.session().maintenances().snapshot().await?;
        let title = |found: &Object| {
            found
                .get("title")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Ok(all.iter().map(|(id, found)| (*id, title(found))).collect())
    }

    async fn add(server: &Server, wanted: Object, _: &Maintenance) -> Result<i64, Error> {
        let added = server.session().maintenances().add_once(&own(wanted)).await?;
        Ok(added.id)
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        server.session().maintenances().like(wanted).await
    }

    async fn save(server: &Server, key: &i64, wanted: Object, _: &Maintenance) -> Result<Option<()>, Error> {
        server.session().maintenances().edit(*key, &own(wanted)).await
    }

    async fn complete(server: &Server, key: &i64, _: Option<&Maintenance>, planned: &Maintenance) -> Result<(), Error> {
        concerned::write(server, *key, planned).await
    }

    async fn delete(server: &Server, key: &i64, _: &Maintenance) -> Result<(), Error> {
        server.session().maintenances().delete(*key).await
    }
}

/// What the server keeps in the maintenance itself. It refuses one without a description.
fn own(mut wanted: Object) -> Object {
    wanted.remove(MONITORS);
    wanted.remove(STATUS_PAGES);
    if wanted.get("description").is_none_or(Value::is_null) {
        wanted.insert("description".to_owned(), json!(""));
    }
    wanted
}
