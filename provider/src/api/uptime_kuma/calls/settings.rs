//! The server's settings.

use serde_json::{Value, json};
use tfplugin::Secret;

use super::super::error::Error;
use super::super::object::{Object, overlay};
use super::super::session::{Kind, Session};
use super::object;

/// Calls about settings.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a>(pub(super) &'a Session);

impl Settings<'_> {
    /// What was ever stored; the rest is as the server likes.
    pub async fn get(&self) -> Result<Object, Error> {
        let event = "getSettings";
        let answer = self.0.call(Kind::Read, event, &[]).await?;
        object(event, answer, "data")
    }

    /// Changes settings: reads them, puts the wanted ones in their places, and writes them whole, since the server takes
    /// those left out for switched off. What was never stored and would be switched off by that is written as it works
    /// without being stored. The current password is needed for switching authentication off.
    pub async fn change(&self, wanted: &Object, current_password: Option<&Secret>) -> Result<(), Error> {
        let mut written = overlay(&self.get().await?, wanted);
        // Left out, the entry page would be nowhere until a restart, and the cache of names in a container would end.
        for (key, value) in [("entryPage", json!("dashboard")), ("nscd", json!(true))] {
            written.entry(key).or_insert(value);
        }
        let password = current_password.map(Secret::expose).unwrap_or_default();
        let arguments = [Value::Object(written), Value::from(password)];
        self.0.call(Kind::Write, "setSettings", &arguments).await.map(drop)
    }
}
