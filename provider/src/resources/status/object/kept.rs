//! The secrets that a configuration does not name.

use tfplugin::{Diagnostic, Diagnostics};

use super::Kind;
use crate::resources::status::fields::{Absence, Written};
use crate::resources::status::secrets::Fingerprints;

/// A secret that stays on the server as it is: an import found it, and the configuration says nothing in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// Its attribute, such as `http.basic_auth.password_wo`.
    pub(super) attribute: String,
    /// Its name on the server.
    pub(super) key: String,
}

/// Those that stay. A block that is gone takes its secrets along, and so does a plain attribute that says the same.
pub(super) fn kept<K: Kind>(config: &K::Model, prior: &K::Model, memory: &Fingerprints) -> Vec<Kept> {
    let written = Written::of(config);
    let same_words = K::same_words(prior, config);
    let key = |attribute: &str| {
        if let Some(entry) = written.secrets.iter().find(|entry| entry.attribute == attribute) {
            return entry.value.is_null().then(|| entry.key.to_string());
        }
        // One of those that have no attribute of their own.
        let mut inside = written.loose.iter().filter_map(|text| {
            let key = attribute.strip_prefix(text.as_str())?.strip_prefix('.')?;
            let plain = written.entries.iter().any(|entry| entry.key == key);
            (same_words && !plain).then(|| key.to_owned())
        });
        inside.next()
    };
    let found = memory.found();
    let kept = found.filter_map(|attribute| {
        Some(Kept {
            attribute: attribute.to_owned(),
            key: key(attribute)?,
        })
    });
    kept.collect()
}

/// Refuses a configuration without a secret that there has to be, unless an import found it, or that there is none.
pub(super) fn check<K: Kind>(config: &K::Model, memory: Option<&Fingerprints>) -> Result<(), Diagnostics> {
    let has = |attribute: &str| memory.is_some_and(|memory| memory.found().any(|found| found == attribute));
    let mut missing = Diagnostics::new();
    for entry in Written::of(config).secrets {
        if entry.absence == Absence::Lacks && entry.value.is_null() && !has(&entry.attribute) {
            missing.push(lacks::<K>(config, &entry.attribute));
        }
    }
    missing.into_result()
}

fn lacks<K: Kind>(config: &K::Model, attribute: &str) -> Diagnostic {
    Diagnostic::error(
        format!("A secret of the {} is missing", K::NOUN),
        format!(
            "The {} {:?} needs {attribute}. It is write-only and stands in no state, so the configuration has to say it: \
             {} = var.<name>, with an ephemeral variable for example. Only what was imported with it goes without, and keeps \
             what its server has.\n\nNothing was changed.",
            K::NOUN,
            K::name(config),
            attribute.rsplit('.').next().unwrap_or(attribute),
        ),
    )
    .at(super::apply::path(attribute))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use tfplugin::value::Path;
    use tfplugin::{Field, Secret};

    use super::*;
    use crate::resources::status::fields::testing::configured;
    use crate::resources::status::monitor::{Monitor, MonitorKind};
    use crate::resources::status::notification::{Notification, NotificationKind};

    fn monitor(json: &serde_json::Value) -> Monitor {
        configured(json)
    }

    fn notification(json: &serde_json::Value) -> Notification {
        configured(json)
    }

    fn imported(attributes: &[&str]) -> Fingerprints {
        let there = |attribute: &&str| ((*attribute).to_owned(), Some(Secret::new("canary")));
        let there: BTreeMap<_, _> = attributes.iter().map(there).collect();
        let mut memory = Fingerprints::new();
        memory.take_over(&there);
        memory
    }

    fn names(kept: &[Kept]) -> Vec<(&str, &str)> {
        kept.iter()
            .map(|kept| (kept.attribute.as_str(), kept.key.as_str()))
            .collect()
    }

    fn basic(password: &serde_json::Value) -> Monitor {
        monitor(&json!({ "name": "site", "http": { "url": "https://example.com",
            "basic_auth": { "username": "ada", "password_wo": password } } }))
    }

    const PASSWORD: &str = "http.basic_auth.password_wo";

    #[test]
    fn what_an_import_found_stays_until_it_is_named() {
        let memory = imported(&[PASSWORD, "http.headers_wo"]);
        let bare = basic(&json!(null));
        let both = [(PASSWORD, "basic_auth_pass"), ("http.headers_wo", "headers")];
        assert_eq!(names(&kept::<MonitorKind>(&bare, &bare, &memory)), both);
        let named = basic(&json!("other"));
        assert_eq!(names(&kept::<MonitorKind>(&named, &bare, &memory)), both[1..]);
    }

    #[test]
    fn what_takes_its_place_takes_it_away() {
        let memory = imported(&[PASSWORD, "http.headers_wo"]);
        let before = basic(&json!(null));
        let mut now = before.clone();
        if let Some(http) = &mut now.http {
            http.basic_auth = None;
            http.headers = Field::Known(BTreeMap::new());
        }
        assert_eq!(names(&kept::<MonitorKind>(&now, &before, &memory)), []);
    }

    #[test]
    fn the_fields_of_another_service_are_not_kept() {
        let memory = imported(&["other.secret_settings_wo.token", "other.secret_settings_wo.title"]);
        let of = |kind: &str, settings: &str| {
            notification(&json!({ "name": "n", "other": { "type": kind, "settings": settings } }))
        };
        let before = notification(&json!({ "name": "n", "other": { "type": "apprise" } }));
        let token = ("other.secret_settings_wo.token", "token");
        let title = ("other.secret_settings_wo.title", "title");
        assert_eq!(
            names(&kept::<NotificationKind>(&before, &before, &memory)),
            [title, token]
        );
        let shown = of("apprise", "{\"title\":\"t\"}");
        assert_eq!(names(&kept::<NotificationKind>(&shown, &before, &memory)), [token]);
        assert_eq!(
            names(&kept::<NotificationKind>(&of("gorush", "{}"), &before, &memory)),
            []
        );
    }

    #[test]
    fn a_secret_that_there_has_to_be_is_asked_for() {
        let bare = basic(&json!(null));
        let refused = check::<MonitorKind>(&bare, None).unwrap_err();
        insta::assert_snapshot!(refused.0[0].detail, @r#"
        The monitor "site" needs http.basic_auth.password_wo. It is write-only and stands in no state, so the configuration has to say it: password_wo = var.<name>, with an ephemeral variable for example. Only what was imported with it goes without, and keeps what its server has.

        Nothing was changed.
        "#);
        let expected = Path::root()
            .attribute("http")
            .attribute("basic_auth")
            .attribute("password_wo");
        assert_eq!(refused.0[0].path, Some(expected));
        assert!(refused.0[0].summary.len() < 80);
        assert!(check::<MonitorKind>(&bare, Some(&imported(&[PASSWORD]))).is_ok());
        assert!(check::<MonitorKind>(&bare, Some(&imported(&["http.headers_wo"]))).is_err());
        // One that was written is missed when it is gone.
        let mut written = imported(&[PASSWORD]);
        written.remember([(PASSWORD, &Secret::new("canary"))]);
        written.keep(&[]);
        assert!(check::<MonitorKind>(&bare, Some(&written)).is_err());
    }

    #[test]
    fn what_is_needed_may_depend_on_other_attributes() {
        let missing = |refused: Result<(), Diagnostics>| {
            let paths = refused.err().into_iter().flat_map(|refused| refused.0);
            paths
                .filter_map(|one| one.path)
                .map(|path| path.to_string())
                .collect::<Vec<_>>()
        };
        let of = |block: &str, content: serde_json::Value| monitor(&json!({ "name": "m", block: content }));
        let checked = |block, content| missing(check::<MonitorKind>(&of(block, content), None));
        assert_eq!(checked("snmp", json!({ "version": "2c" })), ["snmp.community_wo"]);
        assert!(checked("snmp", json!({ "version": "3" })).is_empty());
        let sasl = |mechanism: &str| json!({ "sasl": { "mechanism": mechanism } });
        assert_eq!(
            checked("kafka_producer", sasl("plain")),
            ["kafka_producer.sasl.password_wo"]
        );
        assert_eq!(
            checked("kafka_producer", sasl("aws")),
            ["kafka_producer.sasl.secret_access_key_wo"]
        );
        let ntfy = |way: &str| {
            let config = notification(&json!({ "name": "n", "ntfy": { "topic": "t", "authentication": way } }));
            missing(check::<NotificationKind>(&config, None))
        };
        assert_eq!(ntfy("username_password"), ["ntfy.password_wo"]);
        assert_eq!(ntfy("access_token"), ["ntfy.access_token_wo"]);
        assert!(ntfy("none").is_empty());
    }
}
