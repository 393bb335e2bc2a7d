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

/// What the names of keys' values begin with.
const PREFIX: &str = "api-key-";

/// The name of a key's value among the secrets of the server.
pub(crate) fn secret_name(id: i64) -> String {
    format!("{PREFIX}{id}")
}

/// Makes a key, and keeps its value in `place`. The server tells the value this once: a key whose value got lost, on its
/// way or in being kept, is deleted. The values of keys that were deleted on the server's page are removed: nobody else
/// looks for them.
pub async fn make_key(session: &Session, place: &impl SecretPlace, wanted: Wanted<'_>) -> Result<i64, Error> {
    let keys = session.api_keys();
    let (id, value) = keys.add_once(wanted.name, wanted.expires, wanted.active).await?;
    let Err(error) = place.keep(&secret_name(id), &value).await else {
        remove_dead(session, place).await;
        return Ok(id);
    };
    if let Err(left) = keys.delete(id).await {
        tracing::warn!(id, error = %left, "an API key whose value is lost stays on the server");
    }
    Err(error)
}

/// Removes the values of keys that the server has no more, of those that were there at first. One that is left does no harm.
async fn remove_dead(session: &Session, place: &impl SecretPlace) {
    let number = |name: &String| name.strip_prefix(PREFIX)?.parse::<i64>().ok();
    let kept: Vec<i64> = place.seen().iter().filter_map(number).collect();
    if kept.is_empty() {
        return;
    }
    let Ok(keys) = session.api_keys().list().await else {
        return;
    };
    for id in kept {
        if !keys.iter().any(|key| key.id == id)
            && let Err(left) = place.remove(&secret_name(id)).await
        {
            tracing::warn!(id, error = %left, "the value of a deleted API key stays on the machine");
        }
    }
}
