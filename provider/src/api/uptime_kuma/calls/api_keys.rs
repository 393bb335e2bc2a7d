//! Keys that open `/metrics`, and nothing else.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use tfplugin::Secret;

use super::super::connection::Push;
use super::super::error::Error;
use super::super::object::{Object, truth};
use super::super::session::{Kind, Session};
use super::number;

/// What the list is asked for with.
const LIST: &str = "getAPIKeyList";

/// Calls about keys. The first key switches `/metrics` from user name and password to keys, for good.
#[derive(Debug, Clone, Copy)]
pub struct ApiKeys<'a>(pub(super) &'a Session);

/// A key, without its text, which the server shows only once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ApiKey {
    pub id: i64,
    pub name: String,
    /// When it ends, in the server's time; never if there is none.
    pub expires: Option<String>,
    /// Whether it is switched on.
    #[serde(deserialize_with = "switched_on")]
    pub active: bool,
    /// `active`, `inactive` or `expired`.
    pub status: String,
}

/// The database's own rows have numbers for truth values.
fn switched_on<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(value)?;
    truth(&value).ok_or_else(|| serde::de::Error::custom("no truth value"))
}

impl ApiKeys<'_> {
    /// All keys, asked for anew.
    pub async fn list(&self) -> Result<Vec<ApiKey>, Error> {
        let live = self.0.fresh(LIST, Push::ApiKeys).await?;
        live.connection
            .pushes()
            .rows(Push::ApiKeys)
            .values()
            .map(read)
            .collect()
    }

    /// One key as the server sent it last, which it does with every change: mostly without asking.
    pub async fn known(&self, id: i64) -> Result<Option<ApiKey>, Error> {
        let live = self.0.current(LIST, Push::ApiKeys).await?;
        live.connection
            .pushes()
            .rows(Push::ApiKeys)
            .get(&id)
            .map(read)
            .transpose()
    }

    /// Makes a key, and gives its number and its text. `expires` is like `2035-01-01 00:00:00`, in the server's time.
    pub async fn add(&self, name: &str, expires: Option<&str>, active: bool) -> Result<(i64, Secret), Error> {
        let event = "addAPIKey";
        let arguments = [json!({ "name": name, "expires": expires, "active": active })];
        let answer = self.0.call(Kind::Write, event, &arguments).await?;
        let key = answer.get("key").and_then(Value::as_str).map(Secret::new);
        let what = "there is no key in it";
        Ok((
            number(event, &answer, "keyID")?,
            key.ok_or(Error::Unexpected { event, what })?,
        ))
    }

    /// Switches a key on.
    pub async fn enable(&self, id: i64) -> Result<(), Error> {
        self.switch("enableAPIKey", id).await
    }

    /// Switches a key off.
    pub async fn disable(&self, id: i64) -> Result<(), Error> {
        self.switch("disableAPIKey", id).await
    }

    /// Deletes a key; no error if it is gone.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.switch("deleteAPIKey", id).await
    }

    async fn switch(&self, event: &'static str, id: i64) -> Result<(), Error> {
        let switched = self.0.call(Kind::Write, event, &[json!(id)]).await;
        // The list comes after the answer.
        self.0.tell(|pushes| pushes.mark_list(Push::ApiKeys)).await;
        switched.map(drop)
    }
}

fn read(row: &Arc<Object>) -> Result<ApiKey, Error> {
    let key = serde_json::from_value(Value::Object(Object::clone(row)));
    let what = "a key is not as expected";
    key.map_err(|_| Error::Unexpected { event: LIST, what })
}
