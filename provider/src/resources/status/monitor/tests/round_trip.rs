//! From what a server has into the model, and back.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tfplugin::schema::{Block, Model as _};
use tfplugin::{Field, Secret};

use super::object;
use super::recorded::{Recording, recordings, value};
use crate::api::uptime_kuma::Object;
use crate::resources::status::fields::{Reading, Written};
use crate::resources::status::monitor::conditions::tests::plain;
use crate::resources::status::monitor::extra;
use crate::resources::status::monitor::model::Monitor;
use crate::resources::status::monitor::types::{self, TYPES};
use crate::resources::status::monitor::wire;

/// The monitor that is read from a server's object, and its secrets by attribute.
fn read(found: &Object) -> (Monitor, Vec<(String, Option<Secret>)>) {
    let mut monitor = Monitor::default();
    let secrets = Reading::into(&wire::from_server(found), &mut monitor);
    (monitor, secrets.into_iter().collect())
}

/// What the server would be sent for a model, with the secrets that it told.
fn sent(recording: &Recording, monitor: &Monitor, secrets: &[(String, Option<Secret>)]) -> (Object, Vec<String>) {
    let mut wanted = Object::new();
    let mut defaults = Vec::new();
    for entry in Written::of(monitor).entries {
        if types::knows(&recording.version, wire::outer(&entry.key)) {
            if entry.is_default {
                defaults.push(entry.key.to_string());
            } else {
                defaults.retain(|key: &String| key.as_str() != entry.key.as_ref());
            }
            wanted.insert(entry.key.to_string(), entry.value);
        } else {
            assert!(entry.is_default, "{} is not for this version", entry.attribute);
        }
    }
    // What a configuration would say again.
    let mut all = monitor.clone();
    say_secrets(&mut all);
    for entry in Written::of(&all).secrets {
        let found = secrets.iter().find(|(attribute, _)| *attribute == entry.attribute);
        if let Some((_, Some(secret))) = found {
            wanted.insert(entry.key.to_string(), json!(secret.expose()));
        }
    }
    (wire::to_server(wanted), defaults)
}

/// Only these secrets show themselves to a writer when they are configured.
fn say_secrets(monitor: &mut Monitor) {
    if let Some(push) = &mut monitor.push {
        push.token_wo = Field::Known(Secret::new("configured"));
    }
    let headers = || Field::Known([("X-Test".to_owned(), Secret::new("1"))].into());
    if let Some(http) = &mut monitor.http {
        http.headers_wo = headers();
    }
    if let Some(grpc) = &mut monitor.grpc_keyword {
        grpc.metadata_wo = headers();
    }
}

#[test]
fn what_is_read_is_written_again() {
    for recording in &recordings() {
        let mut seen = BTreeSet::new();
        for recorded in &recording.monitors {
            let found = &recorded.monitor;
            let name = value(found, "type").as_str().unwrap();
            if types::of_name(name).is_none() {
                continue;
            }
            seen.insert(name.to_owned());
            let (monitor, secrets) = read(found);
            assert_eq!(
                monitor.types().iter().map(|known| known.name).collect::<Vec<_>>(),
                [name]
            );
            let (wanted, defaults) = sent(recording, &monitor, &secrets);
            for (key, wanted) in &wanted {
                let at = format!("{} {name} {key}", recording.version);
                let had = found
                    .get(key)
                    .unwrap_or_else(|| panic!("{at} is no field of the server"));
                // Null on the server means the default, and the default is then written out.
                // Conditions may have numbers, which say nothing.
                let unnumbered = key == "conditions" && plain(wanted) == plain(had);
                let same = wanted == had || unnumbered || (had.is_null() && defaults.contains(key));
                let forced = key == "active" && !truth(had) && truth(value(found, "forceInactive"));
                // The server of 1.23 has numbers for truth values.
                let number = wanted.is_boolean() && had.as_i64().map(|had| had == 1) == wanted.as_bool();
                assert!(
                    same || forced || number,
                    "{at}: {wanted} is written for {had} ({})",
                    recorded.step
                );
            }
        }
        let known = TYPES
            .iter()
            .filter(|known| known.since.is_none() || recording.version.at_least(2, 5));
        assert_eq!(
            seen,
            known.map(|known| known.name.to_owned()).collect(),
            "{}",
            recording.version
        );
    }
}

fn truth(value: &Value) -> bool {
    value == &json!(true) || value == &json!(1)
}

/// As the server's own page makes them.
#[test]
fn groups_of_conditions_are_blocks_in_blocks() {
    let [newest, _] = &recordings();
    let (monitor, _) = read(newest.one("conditions.groups"));
    let conditions = monitor.dns.unwrap().condition;
    let known = |text: &str| Field::Known(text.to_owned());
    assert_eq!((&conditions[0].value, conditions.len()), (&known("192.0.2."), 2));
    let inner = &conditions[1].condition;
    assert_eq!(
        (&conditions[1].join, &inner[0].value),
        (&known("or"), &known("198.51.100."))
    );
    let innermost: Vec<_> = inner[1].condition.iter().map(|one| (&one.value, &one.join)).collect();
    assert_eq!(
        innermost,
        [(&known("203.0.113."), &known("and")), (&known(".7"), &known("or"))]
    );
}

#[test]
fn a_second_look_finds_no_difference() {
    for recording in &recordings() {
        for recorded in &recording.monitors {
            let (first, _) = read(&recorded.monitor);
            let mut second = first.clone();
            Reading::into(&wire::from_server(&recorded.monitor), &mut second);
            assert_eq!(first, second, "{}", recorded.step);
        }
    }
}

#[test]
fn each_field_is_one_that_servers_have() {
    let [newest, older] = &recordings();
    for key in extra::keys() {
        assert!(newest.has(key), "{key} is no field of {}", newest.version);
        let known = types::knows(&older.version, key);
        assert_eq!(older.has(key), known, "{key} and {}", older.version);
    }
    assert_eq!(
        newest.types().iter().copied().collect::<BTreeSet<_>>().len(),
        TYPES.len() + 1
    );
}

#[test]
fn every_field_of_the_server_has_an_attribute_or_a_reason() {
    let [newest, _] = &recordings();
    let keys = extra::keys();
    let without: Vec<&str> = newest.monitors[0]
        .monitor
        .keys()
        .map(String::as_str)
        .filter(|key| !keys.contains(key))
        .collect();
    let reasons =
        "id path pathName childrenIDs weight forceInactive dns_last_result maintenance includeSensitiveData screenshot";
    assert_eq!(
        without.join(" "),
        reasons,
        "the server tells these by itself, and `extra` takes a weight"
    );
}

/// A default of the schema is what is planned, one of the list of fields what is read where a server lacks the field:
/// another one there would be a plan that never ends.
#[test]
fn defaults_of_the_schema_are_those_of_the_fields() {
    for known in TYPES {
        // A monitor of the type on a server that knows no other field.
        let mut read = Monitor::default();
        let found = object(json!({
            "type": known.name,
            "subtype": "http",
            "kafkaProducerSaslOptions/mechanism": "plain",
            "kafkaProducerSaslOptions": { "mechanism": "plain" },
        }));
        Reading::into(&found, &mut read);
        for subtype in ["ping", "http", "dns"] {
            let mut found = found.clone();
            found.insert("subtype".to_owned(), json!(subtype));
            Reading::into(&found, &mut read);
            compare(&Monitor::schema(), &read.to_value(), "monitor");
        }
        for login in ["basic", "bearer", "oauth2-cc", "ntlm", "mtls"] {
            let mut found = found.clone();
            found.insert("authMethod".to_owned(), json!(login));
            Reading::into(&found, &mut read);
            compare(&Monitor::schema(), &read.to_value(), "monitor");
        }
    }
}

/// Compares each default of a block with what was read; what has none must read as null.
fn compare(block: &Block, read: &tfplugin::value::Value, place: &str) {
    use tfplugin::value::Value as Found;
    let Found::Map(members) = read else { return };
    for attribute in &block.attributes {
        let place = format!("{place}.{}", attribute.name);
        let found = &members[&attribute.name];
        if place == "monitor.manual.status" {
            // The server never tells it.
            continue;
        }
        let empty_list = matches!(found, Found::List(list) if list.is_empty());
        match &attribute.modifiers.default {
            Some(default) => assert_eq!(found, default, "{place}"),
            None => assert!(
                found.is_null() || empty_list || place.ends_with(".mechanism"),
                "{place} reads as {found:?}"
            ),
        }
    }
    for nested in &block.blocks {
        compare(
            &nested.block,
            &members[&nested.name],
            &format!("{place}.{}", nested.name),
        );
    }
}

#[test]
fn a_monitor_of_an_unknown_type_can_be_read() {
    let [newest, _] = &recordings();
    let (monitor, secrets) = read(newest.one("error.add.unknown-type"));
    assert!(monitor.types().is_empty() && secrets.is_empty());
    assert_eq!(monitor.name, Field::Known("err".to_owned()));
}

#[test]
fn a_monitor_in_a_paused_group_keeps_its_own_switch() {
    for recording in &recordings() {
        let found = wire::from_server(recording.one("group.pause"));
        for on in [true, false] {
            let mut monitor = Monitor {
                active: Field::Known(on),
                ..Monitor::default()
            };
            Reading::into(&found, &mut monitor);
            assert_eq!(monitor.active, Field::Known(on), "{}", recording.version);
        }
    }
}

#[test]
fn secrets_have_their_paths() {
    let [newest, _] = &recordings();
    let mut paths = BTreeSet::new();
    for recorded in &newest.monitors {
        let (monitor, secrets) = read(&recorded.monitor);
        let shown = format!("{monitor:?} {:?}", monitor.to_value());
        for (path, secret) in secrets {
            // An empty object is no secret.
            let Some(secret) = secret.filter(|secret| secret.expose() != "{}") else {
                continue;
            };
            assert!(
                !shown.contains(&format!("{:?}", secret.expose())),
                "{path} stands in the state"
            );
            paths.insert(path);
        }
    }
    insta::assert_snapshot!(paths.into_iter().collect::<Vec<_>>().join("\n"), @r"
    http.basic_auth.password_wo
    http.bearer.token_wo
    http.headers_wo
    http.mtls.private_key_wo
    http.ntlm.password_wo
    http.oauth2.client_secret_wo
    mongodb.connection_string_wo
    mqtt.password_wo
    mysql.connection_string_wo
    mysql.password_wo
    oracle_db.connection_string_wo
    oracle_db.password_wo
    postgres.connection_string_wo
    push.token_wo
    rabbitmq.password_wo
    radius.password_wo
    radius.secret_wo
    redis.connection_string_wo
    snmp.community_wo
    sql_server.connection_string_wo
    ");
}
