//! What is written of notifications, what is read, and what is refused.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, any, proptest};
use serde_json::{Value, json};
use tfplugin::{Field, Secret};

use super::model::TYPES;
use super::*;
use crate::resources::status::fields::testing::{anything, configured, planned, refusals, with_defaults};
use crate::resources::status::fields::{Reading, Written};
use crate::resources::status::recorded;

/// What the server is sent, as the generic layer puts it together: fields, then secrets.
fn wanted(planned: &Notification, config: &Notification) -> Object {
    let mut wanted = Written::of(planned).object();
    for secret in Written::of(config).secrets {
        if let Field::Known(value) = secret.value {
            wanted.insert(secret.key.into_owned(), json!(value.expose()));
        }
    }
    wanted
}

/// What the server shows of it afterwards.
fn stored(whole: &Object) -> Object {
    let row = json!({ "id": 1, "name": whole["name"], "isDefault": whole["isDefault"],
        "config": Value::Object(whole.clone()).to_string() });
    row_of(&row)
}

fn row_of(row: &Value) -> Object {
    seen(OnServer {
        id: row["id"].as_i64().unwrap(),
        name: row["name"].as_str().unwrap_or_default().to_owned(),
        is_default: row["isDefault"].as_bool().unwrap(),
        config: serde_json::from_str(row["config"].as_str().unwrap()).unwrap(),
    })
}

fn read(object: &Object) -> (Notification, BTreeMap<String, Option<Secret>>) {
    let mut model = Notification::default();
    let secrets = Reading::into(object, &mut model);
    (model, secrets)
}

/// One block of each kind, with as little as is needed.
fn minimal() -> Vec<(&'static str, Value)> {
    vec![
        (
            "email",
            json!({ "host": "mail.example.com", "port": 587, "from": "a@example.com", "to": ["b@example.com"],
            "password_wo": "canary" }),
        ),
        ("webhook", json!({ "url_wo": "https://example.com/canary" })),
        ("telegram", json!({ "bot_token_wo": "canary", "chat_id": "-100" })),
        ("ntfy", json!({ "topic": "t" })),
        ("slack", json!({ "webhook_url_wo": "https://example.com/canary" })),
        ("discord", json!({ "webhook_url_wo": "https://example.com/canary" })),
        (
            "gotify",
            json!({ "server_url": "https://example.com", "application_token_wo": "canary" }),
        ),
        ("pagerduty", json!({ "integration_key_wo": "canary" })),
        (
            "matrix",
            json!({ "homeserver_url": "https://example.com", "room_id": "!a:b", "access_token_wo": "canary" }),
        ),
        (
            "pushover",
            json!({ "user_key_wo": "canary", "application_token_wo": "canary" }),
        ),
        ("teams", json!({ "webhook_url_wo": "https://example.com/canary" })),
        (
            "signal",
            json!({ "url": "https://example.com/v2/send", "number": "+1", "recipients": ["+2", "+3"] }),
        ),
        (
            "other",
            json!({ "type": "apprise", "settings": "{\"title\":\"t\"}",
            "secret_settings_wo": "{\"appriseURL\":\"canary\"}" }),
        ),
    ]
}

fn of(block: &str, content: &Value) -> Value {
    json!({ "name": "alerts", "endpoint": "https://status.example.net", block: content })
}

#[test]
fn each_kind_is_written_as_the_servers_web_page_writes_it() {
    let written: Vec<String> = minimal()
        .iter()
        .map(|(block, content)| {
            let config = of(block, content);
            let (config, planned) = (configured(&config), planned(&config));
            let whole = saved::whole(&Object::new(), wanted(&planned, &config));
            format!("{block}: {}", Value::Object(whole))
        })
        .collect();
    insta::assert_snapshot!(written.join("\n"));
}

#[test]
fn each_type_is_told_with_its_block() {
    for (kind, block) in TYPES {
        let content = minimal().into_iter().find(|(name, _)| *name == block).unwrap().1;
        let written = Written::of(&planned::<Notification>(&of(block, &content))).object();
        assert_eq!(written["type"], json!(kind), "{block}");
    }
}

/// A field has its default twice, in the schema and in the list of fields: whichever of the two fills it in, the server is
/// sent the same, and nothing differs after an import.
#[test]
fn both_kinds_of_defaults_are_the_same() {
    for (block, content) in minimal() {
        let config = of(block, &content);
        let (bare, full): (Notification, Notification) = (configured(&config), planned(&config));
        assert_ne!(bare, full, "{block} has no default at all");
        assert_eq!(Written::of(&bare).entries, Written::of(&full).entries, "{block}");
        let only_needed = saved::whole(&Object::new(), wanted(&full, &bare));
        let mut told = only_needed;
        for entry in Written::of(&full).entries.into_iter().filter(|entry| entry.is_default) {
            told.remove(&*entry.key);
        }
        told.insert("name".to_owned(), json!("alerts"));
        let (mut imported, _) = read(&told);
        imported.endpoint = full.endpoint.clone();
        if let (Some(imported), Some(full)) = (&mut imported.other, &full.other) {
            imported.settings = full.settings.clone();
        }
        assert_eq!(imported, stateful(full), "{block}");
    }
}

/// As it is stored: without what is write-only.
fn stateful(mut model: Notification) -> Notification {
    let written = Written::of(&model).object();
    Reading::into(&written, &mut model);
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_written_is_read_again(seed in any::<u64>()) {
        for (number, (block, content)) in (0_u64..).zip(minimal()) {
            let mut drawn: Notification = anything(seed.wrapping_add(number));
            let one: Notification = configured(&of(block, &content));
            macro_rules! only {
                ($($name:ident),*) => { $(
                    drawn.$name = if one.$name.is_some() { Some(anything(seed ^ number)) } else { None };
                )* };
            }
            only!(email, webhook, telegram, ntfy, slack, discord, gotify, pagerduty, matrix, pushover, teams, signal);
            drawn.other = one.other;
            drawn.stack = Field::Null;
            drawn.endpoint = Field::Null;
            drawn.secrets_wo_version = Field::Null;
            drawn.timeouts = None;
            let whole = saved::whole(&Object::new(), wanted(&drawn, &drawn));
            let (mut found, secrets) = read(&stored(&whole));
            for entry in Written::of(&drawn).secrets {
                let there = secrets.get(&entry.attribute).and_then(Option::as_ref);
                assert_eq!(there, entry.value.known(), "{}", entry.attribute);
            }
            if let (Some(found), Some(drawn)) = (&mut found.other, &drawn.other) {
                found.settings = drawn.settings.clone();
            }
            assert_eq!(found, stateful(drawn), "{block}");
            // Written again with nothing changed, it is the same.
            assert_eq!(saved::whole(&stored(&whole), wanted(&found, &found)), whole);
        }
    }
}

#[test]
fn recorded_notifications_are_read_and_kept() {
    for (version, recording) in recorded::VERSIONS {
        for (step, row) in recorded::all(recording, "notification") {
            let object = row_of(&row);
            let (model, secrets) = read(&object);
            assert_eq!(model.name, Field::Known(row["name"].as_str().unwrap().to_owned()));
            assert_eq!(
                model.default,
                Field::Known(row["isDefault"] == json!(true)),
                "{version} {step}"
            );
            let again = saved::whole(&object, wanted(&model, &model));
            let mut expected = object.clone();
            expected.insert("applyExisting".to_owned(), json!(false));
            if let Some(webhook) = &model.webhook {
                assert_eq!(webhook.content_type, Field::Known("json".to_owned()));
                let url = secrets["webhook.url_wo"].as_ref().map(Secret::expose);
                assert_eq!(url, Some("http://127.0.0.1:3999/ok"));
                let headers = secrets["webhook.headers_wo"].as_ref().map(Secret::expose);
                assert_eq!(headers, (step == "notification.edit").then_some("{\"X-Test\":\"1\"}"));
                // What was recorded was made without a method, which means this one.
                expected.insert("httpMethod".to_owned(), json!("post"));
            } else {
                assert_eq!(model.other.unwrap().r#type, Field::Known("nosuch".to_owned()));
            }
            assert_eq!(again, expected, "{version} {step}");
        }
    }
}

#[test]
fn what_the_model_does_not_know_survives_but_not_another_type() {
    let config = of("ntfy", &json!({ "topic": "new" }));
    let wanted = || wanted(&planned(&config), &configured(&config));
    let read = json!({ "type": "ntfy", "ntfytopic": "old", "ntfyicon": "gone in 3", "ntfyCall": "yes" });
    let whole = saved::whole(read.as_object().unwrap(), wanted());
    assert_eq!(
        (&whole["ntfytopic"], &whole["ntfyicon"]),
        (&json!("new"), &json!("gone in 3"))
    );
    assert_eq!(whole.get("ntfyCall"), None, "what is not configured is not there");
    let other = json!({ "type": "slack", "slackwebhookURL": "https://example.com/canary" });
    let whole = saved::whole(other.as_object().unwrap(), wanted());
    assert_eq!(whole.get("slackwebhookURL"), None);
}

#[test]
fn what_goes_from_the_configuration_goes_from_the_server() {
    let dkim = json!({ "domain": "example.com", "key_selector": "k", "private_key_wo": "canary" });
    let mail = |dkim: Option<&Value>| {
        let mut mail = minimal()[0].1.clone();
        mail["dkim"] = dkim.cloned().unwrap_or_default();
        configured::<Notification>(&of("email", &mail))
    };
    assert_eq!(saved::emptied(&mail(Some(&dkim)), &mail(None)).len(), 6);
    assert_eq!(
        saved::emptied(&mail(Some(&dkim)), &mail(Some(&dkim))),
        Vec::<String>::new()
    );
    let other =
        |settings: &str| configured::<Notification>(&of("other", &json!({ "type": "apprise", "settings": settings })));
    assert_eq!(
        saved::emptied(&other("{\"a\":1,\"b\":2}"), &other("{\"a\":1}")),
        ["a", "b"]
    );
}

#[test]
fn a_template_that_is_switched_off_is_none() {
    let whole =
        json!({ "type": "telegram", "name": "a", "telegramTemplate": "{{ msg }}", "telegramUseTemplate": false });
    let (model, _) = read(whole.as_object().unwrap());
    assert_eq!(model.telegram.unwrap().template, Field::Null);
}

#[test]
fn good_notifications_pass() {
    for (block, content) in minimal() {
        let told = refusals(&of(block, &content), validate::validate);
        assert_eq!(told, Vec::<String>::new(), "{block}");
    }
}

#[test]
fn wrong_ones_are_refused_without_a_secret() {
    let wrong = [
        json!({ "name": "" , "ntfy": { "topic": "t" }}),
        json!({ "name": "none" }),
        json!({ "name": "two", "ntfy": { "topic": "t" }, "teams": { "webhook_url_wo": "https://example.com/x" } }),
        of(
            "email",
            &json!({ "host": "h", "port": 0, "from": "f", "to": [], "cc": ["a, b"], "security": "ssl" }),
        ),
        of(
            "email",
            &json!({ "host": "h", "port": 25, "from": "f", "bcc": ["a@b"], "headers": "[]" }),
        ),
        of(
            "webhook",
            &json!({ "url_wo": "canary", "content_type": "custom", "headers_wo": "canary" }),
        ),
        of(
            "webhook",
            &json!({ "url_wo": "https://example.com", "headers_wo": "{\"a\":1}", "method": "put" }),
        ),
        of(
            "ntfy",
            &json!({ "topic": "t", "authentication": "username_password", "priority": 6 }),
        ),
        of(
            "discord",
            &json!({ "webhook_url_wo": "https://example.com", "message_format": "custom", "target": "thread" }),
        ),
        of(
            "discord",
            &json!({ "webhook_url_wo": "https://example.com", "target": "forum_post" }),
        ),
        of("other", &json!({ "type": "smtp", "settings": "{}" })),
        of(
            "other",
            &json!({ "type": "a", "settings": "{\"name\":1,\"x\":2}", "secret_settings_wo": "{\"x\":1}" }),
        ),
        of(
            "other",
            &json!({ "type": "a", "settings": "canary", "secret_settings_wo": "canary" }),
        ),
    ];
    let told: Vec<String> = wrong
        .iter()
        .flat_map(|config| refusals(config, validate::validate))
        .collect();
    let told = told.join("\n");
    assert!(!told.contains("canary"), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn unknown_values_are_never_refused() {
    let mut model: Notification = configured(&of("email", &minimal()[0].1));
    let email = model.email.as_mut().unwrap();
    email.to = Field::Unknown;
    email.password_wo = Field::Unknown;
    model.name = Field::Unknown;
    let mut diagnostics = Diagnostics::new();
    validate::validate(&model, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(with_defaults(&model).default, Field::Known(false));
}
