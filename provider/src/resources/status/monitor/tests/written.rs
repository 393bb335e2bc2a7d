//! What the server is sent for a configuration.

use serde_json::{Value, json};
use tfplugin::{Field, Secret};

use crate::resources::status::fields::{Reading, Written};
use crate::resources::status::monitor::kinds::{BasicAuth, Http, KafkaProducer, Ping, Sasl};
use crate::resources::status::monitor::model::Monitor;
use crate::resources::status::monitor::wire;

fn known<T>(value: impl Into<T>) -> Field<T> {
    Field::Known(value.into())
}

fn http(http: Http) -> Monitor {
    Monitor {
        http: Some(http),
        ..Monitor::default()
    }
}

/// All that is sent, secrets among it.
fn sent(monitor: &Monitor) -> Value {
    let written = Written::of(monitor);
    let mut wanted = written.object();
    for secret in &written.secrets {
        if let Field::Known(value) = &secret.value {
            wanted.insert(secret.key.to_string(), json!(value.expose()));
        }
    }
    Value::Object(wire::to_server(wanted))
}

#[test]
fn what_follows_from_the_interval_is_sent_and_not_shown() {
    let web = || http(Http::default());
    let ping = || Monitor {
        ping: Some(Ping::default()),
        ..Monitor::default()
    };
    let check = |monitor: Monitor, interval: i64, timeout: Value| {
        let mut monitor = Monitor {
            interval: Field::Known(interval),
            ..monitor
        };
        let sent = sent(&monitor);
        assert_eq!((&sent["retryInterval"], &sent["timeout"]), (&json!(interval), &timeout));
        let before = monitor.clone();
        let Value::Object(found) = sent else {
            panic!("no object")
        };
        Reading::into(&wire::from_server(&found), &mut monitor);
        assert_eq!(
            (monitor.retry_interval, monitor.timeout),
            (before.retry_interval, before.timeout)
        );
    };
    check(web(), 60, json!(48));
    check(web(), 20, json!(16));
    check(web(), 1, json!(0.8));
    check(web(), 300, json!(48));
    check(ping(), 60, json!(10));
    check(ping(), 1, json!(2));
}

#[test]
fn another_retry_interval_shows_and_a_written_one_stays() {
    let Value::Object(found) = json!({ "type": "http", "interval": 60, "retryInterval": 30, "timeout": 12.5 }) else {
        panic!("no object")
    };
    let mut monitor = Monitor::default();
    Reading::into(&wire::from_server(&found), &mut monitor);
    assert_eq!(
        (monitor.retry_interval, monitor.timeout),
        (Field::Known(30), Field::Known(12.5))
    );
    let Value::Object(found) = json!({ "type": "http", "interval": 30, "retryInterval": 30, "timeout": 24 }) else {
        panic!("no object")
    };
    monitor.timeout = Field::Known(24.0);
    Reading::into(&wire::from_server(&found), &mut monitor);
    assert_eq!(
        (monitor.retry_interval, monitor.timeout),
        (Field::Known(30), Field::Known(24.0))
    );
}

#[test]
fn headers_are_one_text_and_secret_ones_are_no_field() {
    let shown = http(Http {
        headers: Field::Known([("Accept".to_owned(), "*/*".to_owned())].into()),
        ..Http::default()
    });
    assert_eq!(sent(&shown)["headers"], json!("{\n    \"Accept\": \"*/*\"\n}"));
    let secret = http(Http {
        headers_wo: Field::Known([("X-Key".to_owned(), Secret::new("canary"))].into()),
        ..Http::default()
    });
    let written = Written::of(&secret);
    assert!(written.entries.iter().all(|entry| entry.key != "headers"));
    assert!(!format!("{:?} {:?}", written.entries, written.secrets).contains("canary"));
    assert_eq!(sent(&secret)["headers"], json!("{\n    \"X-Key\": \"canary\"\n}"));

    // What a state has no map for may be secret, and is not put into it.
    let Value::Object(found) = json!({ "type": "http", "headers": "{\"X-Key\": \"canary\"}" }) else {
        panic!("no object")
    };
    let mut read = Monitor::default();
    let secrets = Reading::into(&found, &mut read);
    assert_eq!(read.http.as_ref().unwrap().headers, Field::Null);
    assert!(secrets["http.headers_wo"].is_some());
    let mut read = shown;
    Reading::into(&found, &mut read);
    let seen = Field::Known([("X-Key".to_owned(), "canary".to_owned())].into());
    assert_eq!(read.http.unwrap().headers, seen);
}

#[test]
fn a_login_that_is_no_more_is_cleared() {
    let mut monitor = http(Http {
        basic_auth: Some(BasicAuth {
            username: known("u"),
            password_wo: known("p"),
        }),
        ..Http::default()
    });
    let with = sent(&monitor);
    assert_eq!(
        (&with["authMethod"], &with["basic_auth_pass"]),
        (&json!("basic"), &json!("p"))
    );
    if let Some(http) = &mut monitor.http {
        http.basic_auth = None;
    }
    let without = sent(&monitor);
    for key in [
        "authMethod",
        "basic_auth_user",
        "basic_auth_pass",
        "bearer_token",
        "tlsKey",
        "oauth_client_secret",
    ] {
        assert_eq!(without[key], Value::Null, "{key}");
    }
}

#[test]
fn the_login_of_kafka_is_an_inner_object() {
    let mut monitor = Monitor {
        kafka_producer: Some(KafkaProducer {
            sasl: Some(Sasl {
                mechanism: known("plain"),
                username: known("u"),
                password_wo: known("p"),
                ..Sasl::default()
            }),
            ..KafkaProducer::default()
        }),
        ..Monitor::default()
    };
    let written = sent(&monitor);
    let expected = json!({ "mechanism": "plain", "username": "u", "password": "p" });
    assert_eq!(written["kafkaProducerSaslOptions"], expected);
    let Value::Object(found) = written else {
        panic!("no object")
    };
    let mut read = Monitor::default();
    let secrets = Reading::into(&wire::from_server(&found), &mut read);
    let login = read.kafka_producer.unwrap().sasl.unwrap();
    assert_eq!((login.mechanism, login.username), (known("plain"), known("u")));
    assert_eq!(
        secrets["kafka_producer.sasl.password_wo"].as_ref().unwrap().expose(),
        "p"
    );

    if let Some(kafka) = &mut monitor.kafka_producer {
        kafka.sasl = None;
    }
    assert_eq!(
        sent(&monitor)["kafkaProducerSaslOptions"],
        json!({ "mechanism": "None" })
    );
}
