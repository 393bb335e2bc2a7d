//! What older servers call otherwise: before 2.1, the only analytics are Google's, in a field of their own.

use serde_json::{Value, json};

use super::model::ANALYTICS;
use crate::api::uptime_kuma::Object;
use crate::api::uptime_kuma::session::{Dialect, Version};

/// What they have in place of [`ANALYTICS`].
const GOOGLE: &str = "googleAnalyticsId";

/// Whether a version has a field of the configuration.
pub(super) fn knows(version: &Version, key: &str) -> bool {
    match key {
        "autoRefreshInterval" => version.dialect() == Dialect::Two,
        "rssTitle" | "showOnlyLastHeartbeat" | "analyticsScriptUrl" => any_analytics(version),
        _ => true,
    }
}

/// Whether a version knows other analytics than Google's.
pub(super) fn any_analytics(version: &Version) -> bool {
    version.at_least(2, 1)
}

/// Whether a version tells of incidents by themselves.
pub(super) fn has_history(version: &Version) -> bool {
    version.at_least(2, 1)
}

/// A configuration in today's words.
pub(super) fn today(mut config: Object) -> Object {
    if let Some(id) = config.remove(GOOGLE) {
        let there = id.as_str().is_some_and(|id| !id.is_empty());
        config.insert(
            ANALYTICS[0].to_owned(),
            if there { json!("google") } else { Value::Null },
        );
        config.insert(ANALYTICS[1].to_owned(), id);
    }
    config
}

/// What is wanted, in the words of a version.
pub(super) fn of_version(mut wanted: Object, version: &Version) -> Object {
    if !any_analytics(version) {
        let id = wanted.remove(ANALYTICS[1]);
        wanted.retain(|key, _| !ANALYTICS.contains(&key.as_str()));
        if let Some(id) = id {
            wanted.insert(GOOGLE.to_owned(), id);
        }
    }
    wanted
}
