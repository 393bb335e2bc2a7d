//! Headers that an import may show, since none of them can be a credential.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tfplugin::{Field, Secret};

use super::model::Monitor;
use crate::api::uptime_kuma::Object;

/// Headers whose values the standards of HTTP choose: what is accepted, what is sent, what may be answered from a cache.
/// `User-Agent` and `Referer` are free text, and some firewalls are opened by them.
const OPEN: [&str; 20] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-type",
    "dnt",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "range",
    "te",
    "upgrade-insecure-requests",
];

impl Monitor {
    /// The headers of the type's block, with the attribute for secret ones.
    fn headers(&mut self) -> Option<(&'static str, &mut Field<BTreeMap<String, String>>)> {
        if let Some(http) = &mut self.http {
            return Some(("http.headers_wo", &mut http.headers));
        }
        if let Some(keyword) = &mut self.keyword {
            return Some(("keyword.headers_wo", &mut keyword.headers));
        }
        if let Some(query) = &mut self.json_query {
            return Some(("json_query.headers_wo", &mut query.headers));
        }
        if let Some(socket) = &mut self.websocket_upgrade {
            return Some(("websocket_upgrade.headers_wo", &mut socket.headers));
        }
        let probe = self.globalping.as_mut()?.http.as_mut()?;
        Some(("globalping.http.headers_wo", &mut probe.headers))
    }
}

/// Shows the headers of an imported monitor if all of them are such, and takes them from among the secrets.
pub(super) fn show(object: &Object, state: &mut Monitor, secrets: &mut BTreeMap<String, Option<Secret>>) {
    let text = object.get("headers").and_then(Value::as_str).unwrap_or_default();
    let Some(headers) = open(text) else { return };
    if let Some((attribute, field)) = state.headers() {
        *field = Field::Known(headers);
        secrets.remove(attribute);
    }
}

fn open(text: &str) -> Option<BTreeMap<String, String>> {
    let headers: Map<String, Value> = serde_json::from_str(text).ok()?;
    let headers = headers.into_iter().map(|(name, value)| match value {
        Value::String(value) if OPEN.contains(&name.to_lowercase().as_str()) => Some((name, value)),
        _ => None,
    });
    headers
        .collect::<Option<BTreeMap<_, _>>>()
        .filter(|headers| !headers.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resources::status::monitor::kinds::Http;

    fn shown(text: &str) -> (Field<BTreeMap<String, String>>, bool) {
        let mut monitor = Monitor {
            http: Some(Http::default()),
            ..Monitor::default()
        };
        let mut secrets = BTreeMap::from([("http.headers_wo".to_owned(), Some(Secret::new(text)))]);
        let object = [("headers".to_owned(), json!(text))].into_iter().collect();
        show(&object, &mut monitor, &mut secrets);
        (monitor.http.unwrap().headers, secrets.is_empty())
    }

    #[test]
    fn headers_are_shown_if_none_can_be_a_credential() {
        let expected = BTreeMap::from([
            ("Accept".to_owned(), "text/html".to_owned()),
            ("Host".to_owned(), "example.com".to_owned()),
        ]);
        let text = r#"{"Accept": "text/html", "Host": "example.com"}"#;
        assert_eq!(shown(text), (Field::Known(expected), true));
    }

    #[test]
    fn one_that_can_be_hides_them_all() {
        for text in [
            r#"{"Accept": "text/html", "X-Token": "canary"}"#,
            r#"{"User-Agent": "canary"}"#,
            r#"{"Accept": 1}"#,
            "{}",
            "Accept: text/html",
            "",
        ] {
            assert_eq!(shown(text), (Field::Null, false), "{text}");
        }
    }
}
