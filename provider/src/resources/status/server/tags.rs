//! The tags of a server as they were seen last: it sends no list of them by itself, and many monitors carry the same few.

use std::collections::BTreeMap;

use tokio::sync::Mutex;

use crate::api::uptime_kuma::{Error, Session};

/// The tags that were seen, by number.
#[derive(Debug, Default)]
pub(crate) struct SeenTags(Mutex<BTreeMap<i64, String>>);

impl SeenTags {
    /// All tags with their names. The server is asked for them only if one of `wanted` was not seen before: whoever comes
    /// meanwhile waits for the answer.
    pub(crate) async fn with(
        &self,
        session: &Session,
        wanted: impl IntoIterator<Item = i64>,
    ) -> Result<BTreeMap<i64, String>, Error> {
        let mut seen = self.0.lock().await;
        if wanted.into_iter().any(|id| !seen.contains_key(&id)) {
            let tags = session.tags().list().await?.into_iter();
            *seen = tags.map(|tag| (tag.id, tag.name)).collect();
        }
        Ok(seen.clone())
    }
}
