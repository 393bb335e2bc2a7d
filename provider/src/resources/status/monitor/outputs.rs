//! Addresses that a monitor has.

use std::collections::BTreeMap;

use serde_json::Value;
use tfplugin::Field;

use super::model::Monitor;
use crate::api::uptime_kuma::Object;

/// Pictures for pages elsewhere: the name here, and the one in the address.
const BADGES: [(&str, &str); 6] = [
    ("average_response", "avg-response"),
    ("certificate_expiry", "cert-exp"),
    ("ping", "ping"),
    ("response", "response"),
    ("status", "status"),
    ("uptime", "uptime"),
];

/// The attribute of a push monitor's token.
pub(super) const TOKEN: &str = "push.token_wo";

/// The pictures of a monitor that is not there yet.
pub(crate) fn future_badges() -> Field<BTreeMap<String, Field<String>>> {
    Field::Known(
        BADGES
            .iter()
            .map(|(name, _)| ((*name).to_owned(), Field::Unknown))
            .collect(),
    )
}

/// The pictures of a monitor. Without an address of the server there is none.
pub(crate) fn badges(url: Option<&str>, id: Option<i64>) -> Field<BTreeMap<String, Field<String>>> {
    let address = |last: &str| Some(format!("{}/api/badge/{}/{last}", url?, id?));
    let badges = BADGES
        .iter()
        .map(|(name, last)| ((*name).to_owned(), Field::from(address(last))));
    Field::Known(badges.collect())
}

/// The address that a push monitor is called at.
pub(crate) fn push_url(url: Option<&str>, object: &Object) -> Field<String> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let address = || {
        text("type").filter(|name| *name == "push")?;
        Some(format!("{}/api/push/{}", url?, text("pushToken")?))
    };
    Field::from(address())
}

/// Whether the token of a push monitor is the configuration's own: it is write-only, so the address that holds it is not
/// told. Unknown while the secrets are.
pub(crate) fn has_token(monitor: &Monitor) -> Field<bool> {
    match &monitor.secrets {
        Field::Known(secrets) => Field::Known(secrets.contains_key(TOKEN)),
        Field::Null => Field::Known(false),
        Field::Unknown => Field::Unknown,
    }
}

/// Plans the addresses. `prior` is none for a new monitor.
pub(crate) fn plan(prior: Option<&Monitor>, planned: &mut Monitor) {
    planned.badge_urls = match prior {
        Some(prior) if prior.badge_urls.is_known() => prior.badge_urls.clone(),
        _ => future_badges(),
    };
    let was_told = |prior: &&Monitor| prior.push.is_some() && has_token(prior) == Field::Known(false);
    planned.push_url = match (&planned.push, has_token(planned)) {
        (None, _) | (_, Field::Known(true)) => Field::Null,
        (_, Field::Unknown) => Field::Unknown,
        _ => prior
            .filter(was_told)
            .map_or(Field::Unknown, |prior| prior.push_url.clone()),
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::kinds::{Http, Push};
    use super::*;

    fn push(token: Option<&str>) -> Monitor {
        let secrets = token.map(|word| (TOKEN.to_owned(), Field::Known(word.to_owned())));
        Monitor {
            push: Some(Push::default()),
            push_url: Field::Known("https://status.example.net/api/push/abc".to_owned()),
            badge_urls: badges(Some("https://status.example.net"), Some(7)),
            secrets: Field::Known(secrets.into_iter().collect()),
            ..Monitor::default()
        }
    }

    #[test]
    fn addresses_are_known_once_their_parts_are() {
        let Field::Known(badges) = badges(Some("https://status.example.net"), Some(7)) else {
            panic!("not known")
        };
        let status = Field::Known("https://status.example.net/api/badge/7/status".to_owned());
        assert_eq!(badges["status"], status);
        let Field::Known(future) = future_badges() else {
            panic!("not known")
        };
        assert!(future.keys().eq(badges.keys()));
        let Field::Known(none) = super::badges(None, Some(7)) else {
            panic!("not known")
        };
        assert!(none.keys().eq(badges.keys()) && none.values().all(Field::is_null));

        let object = |kind: &str| match json!({ "type": kind, "pushToken": "abc" }) {
            Value::Object(object) => object,
            _ => panic!("no object"),
        };
        let url = Field::Known("https://status.example.net/api/push/abc".to_owned());
        assert_eq!(push_url(Some("https://status.example.net"), &object("push")), url);
        assert_eq!(
            push_url(Some("https://status.example.net"), &object("http")),
            Field::Null
        );
        assert_eq!(push_url(None, &object("push")), Field::Null);
    }

    #[test]
    fn the_address_of_a_token_of_the_configuration_is_not_told() {
        let planned = |prior: Option<&Monitor>, planned: &Monitor| {
            let mut planned = planned.clone();
            plan(prior, &mut planned);
            planned.push_url
        };
        let (with, without) = (push(Some("set")), push(None));
        let later = Monitor {
            secrets: Field::Unknown,
            ..push(None)
        };
        let http = Monitor {
            http: Some(Http::default()),
            ..Monitor::default()
        };
        assert_eq!(planned(None, &without), Field::Unknown);
        assert_eq!(planned(Some(&without), &without), without.push_url);
        assert_eq!(planned(Some(&with), &without), Field::Unknown);
        assert_eq!(planned(Some(&http), &without), Field::Unknown);
        for prior in [None, Some(&with), Some(&without), Some(&http)] {
            assert_eq!(planned(prior, &with), Field::Null);
            assert_eq!(planned(prior, &later), Field::Unknown);
            assert_eq!(planned(prior, &http), Field::Null);
        }
    }
}
