//! What proxies, docker hosts and remote browsers have in common.

use serde_json::Value;

use crate::api::uptime_kuma::calls::{Item, Items};
use crate::api::uptime_kuma::object::overlay;
use crate::api::uptime_kuma::{Error, Object};

/// One item, as the server sent it last.
pub(super) async fn find(items: &Items<'_>, id: i64) -> Result<Option<Object>, Error> {
    let all = items.list().await?;
    Ok(all
        .into_iter()
        .find(|item| item.id() == Some(id))
        .map(|Item(object)| object))
}

/// All items, each with the text of the field that people know it by.
pub(super) async fn all(items: &Items<'_>, known_by: &str) -> Result<Vec<(i64, String)>, Error> {
    let all = items.list().await?;
    let named = all.into_iter().filter_map(|item| {
        let name = item.0.get(known_by).and_then(Value::as_str).unwrap_or_default();
        Some((item.id()?, name.to_owned()))
    });
    Ok(named.collect())
}

/// Changes an item: the server merges nothing, so what is not wanted otherwise is written as it is.
pub(super) async fn save(items: &Items<'_>, id: i64, wanted: &Object) -> Result<Option<()>, Error> {
    let Some(mut read) = find(items, id).await? else {
        return Ok(None);
    };
    for key in ["id", "userId", "user_id"] {
        read.remove(key);
    }
    items.replace(id, &overlay(&read, wanted)).await.map(Some)
}
