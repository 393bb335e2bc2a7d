//! `quickfra_status_notification`: where Uptime Kuma reports to.

mod alerts;
mod chat;
mod email;
mod model;
mod other;
mod push;
mod saved;
mod validate;
mod webhook;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::json;
use tfplugin::{Diagnostics, Field};

use super::object::{Kind, number_key};
use super::secrets::Shown;
use super::server::{Server, numbered};
use crate::api::uptime_kuma::calls::Notification as OnServer;
use crate::api::uptime_kuma::{Error, Object};
pub use model::Notification;

numbered!(Notification);

/// The kind of notifications.
pub struct NotificationKind;

impl Kind for NotificationKind {
    type Model = Notification;
    number_key!();
    const NAME: &'static str = "quickfra_status_notification";
    const NOUN: &'static str = "notification";

    fn name(model: &Notification) -> &str {
        model.name.known().map_or("", String::as_str)
    }

    fn secrets(model: &mut Notification) -> Option<(&mut Shown, Field<i64>)> {
        Some((&mut model.secrets, model.secrets_wo_version))
    }

    fn validate(config: &Notification, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    fn forget(planned: &mut Notification) {
        planned.id = Field::Unknown;
    }

    fn same_words(prior: &Notification, planned: &Notification) -> bool {
        let of = |model: &Notification| model.other.as_ref().map(|other| other.r#type.clone());
        of(prior) == of(planned)
    }

    fn emptied(prior: &Notification, planned: &Notification) -> Vec<String> {
        saved::emptied(prior, planned)
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        let found = server.session().notifications().known(*key).await?;
        Ok(found.map(seen))
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        let all = server.session().notifications().list().await?;
        Ok(all.into_iter().map(|found| (found.id, found.name)).collect())
    }

    async fn add(server: &Server, wanted: Object, _: &Notification) -> Result<i64, Error> {
        let whole = saved::whole(&Object::new(), wanted);
        let added = server.session().notifications().add_once(&whole).await?;
        Ok(added.id)
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        server.session().notifications().like(wanted).await
    }

    async fn save(server: &Server, key: &i64, wanted: Object, _: &Notification) -> Result<Option<()>, Error> {
        let Some(read) = Self::find(server, key).await? else {
            return Ok(None);
        };
        let whole = saved::whole(&read, wanted);
        server.session().notifications().replace(*key, &whole).await.map(Some)
    }

    async fn delete(server: &Server, key: &i64, _: &Notification) -> Result<(), Error> {
        server.session().notifications().delete(*key).await
    }
}

/// What the server has of one: what was saved, with the columns that the server keeps beside it.
fn seen(found: OnServer) -> Object {
    let mut object = found.config;
    object.insert("name".to_owned(), json!(found.name));
    object.insert("isDefault".to_owned(), json!(found.is_default));
    object
}
