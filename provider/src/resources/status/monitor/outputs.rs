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

/// Plans the addresses. `prior` is none for a new monitor.
pub(crate) fn plan(prior: Option<&Monitor>, planned: &mut Monitor) {
    let Some(prior) = prior else {
        planned.badge_urls = future_badges();
        planned.push_url = if planned.push.is_some() {
            Field::Unknown
        } else {
            Field::Null
        };
        return;
    };
    if !prior.badge_urls.is_known() {
        planned.badge_urls = future_badges();
    }
    planned.push_url = match (&prior.push, &planned.push) {
        (_, None) => Field::Null,
        (None, Some(_)) => Field::Unknown,
        (Some(_), Some(_)) => prior.push_url.clone(),
    };
    // A configured token is written with every change.
    let is_token = |attribute: &String| attribute == "push.token_wo";
    let written = planned
        .secrets
        .known()
        .is_none_or(|secrets| secrets.keys().any(is_token));
    if planned.push.is_some() && written && planned != prior {
        planned.push_url = Field::Unknown;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::kinds::{Http, Push};
    use super::*;

    fn push(token: Option<&str>) -> Monitor {
        let secrets = token.map(|word| ("push.token_wo".to_owned(), Field::Known(word.to_owned())));
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
    fn a_plan_leaves_open_what_a_change_may_change() {
        let planned = |prior: Option<&Monitor>, planned: &Monitor| {
            let mut planned = planned.clone();
            plan(prior, &mut planned);
            planned.push_url
        };
        let (with, without) = (push(Some("set")), push(None));
        let renamed = |monitor: &Monitor| Monitor {
            name: Field::Known("other".to_owned()),
            ..monitor.clone()
        };
        assert_eq!(planned(None, &without), Field::Unknown);
        assert_eq!(planned(Some(&with), &with), with.push_url);
        assert_eq!(planned(Some(&without), &renamed(&without)), without.push_url);
        assert_eq!(planned(Some(&with), &renamed(&with)), Field::Unknown);
        let http = Monitor {
            http: Some(Http::default()),
            ..Monitor::default()
        };
        assert_eq!(planned(Some(&without), &http), Field::Null);
        assert_eq!(planned(None, &http), Field::Null);
        assert_eq!(planned(Some(&http), &without), Field::Unknown);
    }
}
