//! What the server is sent. It stores a notification as one JSON object, and replaces all of it.

use serde_json::json;

use super::email::DKIM;
use super::model::Notification;
use crate::api::uptime_kuma::Object;
use crate::resources::status::fields::members;

/// The whole object: what the server has of the same type, with what is wanted in its place. Of another type nothing is
/// kept, since that would leave the former one's token on the server. What is null is left out, as the server's own web
/// page does.
pub(super) fn whole(read: &Object, wanted: Object) -> Object {
    let same = read.get("type").is_some() && read.get("type") == wanted.get("type");
    let mut whole = if same { read.clone() } else { Object::new() };
    whole.extend(wanted);
    whole.retain(|_, value| !value.is_null());
    // It acts once, on all monitors there are: they say for themselves which notifications they use.
    whole.insert("applyExisting".to_owned(), json!(false));
    whole
}

/// Fields that were written before and are not any more.
pub(super) fn emptied(prior: &Notification, planned: &Notification) -> Vec<String> {
    let signs = |model: &Notification| model.email.as_ref().is_some_and(|email| email.dkim.is_some());
    if signs(prior) && !signs(planned) {
        return DKIM.map(str::to_owned).to_vec();
    }
    let settings = prior.other.as_ref().and_then(|other| other.settings.known());
    let settings = settings.map(|text| members(text)).unwrap_or_default();
    settings.into_iter().map(|(key, _)| key).collect()
}
