//! Making a key and keeping its value, or leaving nothing behind.

use crate::api::uptime_kuma::{Error, Session};
use crate::resources::status::server::SecretPlace;

/// What a new key is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Its name.
    pub name: &'a str,
    /// When it ends, such as `2035-01-01 00:00:00` in the server's time.
    pub expires: Option<&'a str>,
    /// Whether it is switched on.
    pub active: bool,
}

/// The name of a key's value among the secrets of the server.
pub(crate) fn secret_name(id: i64) -> String {
    format!("api-key-{id}")
}

/// Makes a key, and keeps its value in `place`. The server tells the value this once: a key whose value got lost, on its
/// way or in being kept, is deleted.
pub async fn make_key(session: &Session, place: &impl SecretPlace, wanted: Wanted<'_>) -> Result<i64, Error> {
    let keys = session.api_keys();
    let (id, value) = keys.add_once(wanted.name, wanted.expires, wanted.active).await?;
    let Err(error) = place.keep(&secret_name(id), &value).await else {
        return Ok(id);
    };
    if let Err(left) = keys.delete(id).await {
        tracing::warn!(id, error = %left, "an API key whose value is lost stays on the server");
    }
    Err(error)
}
