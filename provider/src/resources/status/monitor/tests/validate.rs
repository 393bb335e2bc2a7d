//! What is refused offline, and in what words.

use std::fmt::Write as _;

use tfplugin::{Diagnostics, Field, Secret};

use crate::resources::status::monitor::MonitorKind;
use crate::resources::status::monitor::checks;
use crate::resources::status::monitor::conditions::{Condition, InGroup, InGroups, Innermost};
use crate::resources::status::monitor::kinds::{
    BasicAuth, Bearer, Dns, Globalping, GlobalpingDns, GlobalpingHttp, GlobalpingPing, Group, Http, JsonQuery,
    KafkaProducer, Mqtt, Ping, RealBrowser, Sasl, Snmp,
};
use crate::resources::status::monitor::model::Monitor;
use crate::resources::status::object::Kind as _;

fn known<T>(value: impl Into<T>) -> Field<T> {
    Field::Known(value.into())
}

fn faults(monitor: &Monitor) -> String {
    let mut diagnostics = Diagnostics::new();
    MonitorKind::validate(monitor, &mut diagnostics);
    let mut text = String::new();
    for one in &diagnostics {
        assert!(one.summary.len() < 80, "{}", one.summary);
        let path = one.path.as_ref().map_or(String::new(), ToString::to_string);
        writeln!(text, "{path}\n  {}\n  {}", one.summary, one.detail).unwrap();
    }
    text
}

fn http(http: Http) -> Monitor {
    Monitor {
        http: Some(http),
        ..Monitor::default()
    }
}

fn globalping(globalping: Globalping) -> Monitor {
    Monitor {
        globalping: Some(globalping),
        ..Monitor::default()
    }
}

fn condition(variable: &str, operator: &str) -> Condition {
    Condition {
        variable: known(variable),
        operator: known(operator),
        value: known("1"),
        ..Condition::default()
    }
}

#[test]
fn a_monitor_has_one_type() {
    assert_eq!(faults(&http(Http::default())), "");
    let two = Monitor {
        group: Some(Group::default()),
        ..http(Http::default())
    };
    insta::assert_snapshot!([faults(&Monitor::default()), faults(&two)].join("\n"));
}

#[test]
fn what_contradicts_itself_in_a_request_is_refused() {
    let both = http(Http {
        body: known("{ a: 1 }"),
        headers: Field::Known([("Accept".to_owned(), "*/*".to_owned())].into()),
        headers_wo: Field::Known([("X-Key".to_owned(), Secret::new("canary"))].into()),
        basic_auth: Some(BasicAuth::default()),
        bearer: Some(Bearer::default()),
        ..Http::default()
    });
    let query = Monitor {
        json_query: Some(JsonQuery {
            operator: known(">="),
            expected_value: known("many"),
            ..JsonQuery::default()
        }),
        ..Monitor::default()
    };
    let text = [faults(&both), faults(&query)].join("\n");
    assert!(!text.contains("canary"));
    insta::assert_snapshot!(text);
    let form = http(Http {
        body: known("a=1"),
        body_encoding: known("form"),
        ..Http::default()
    });
    assert_eq!(faults(&form), "");
    let later = http(Http {
        body: known("a=1"),
        body_encoding: Field::Unknown,
        headers: Field::Unknown,
        ..Http::default()
    });
    assert_eq!(faults(&later), "");
}

#[test]
fn a_measurement_is_one_of_three() {
    let none = globalping(Globalping::default());
    let two = globalping(Globalping {
        ping: Some(GlobalpingPing {
            protocol: known("TCP"),
            ..GlobalpingPing::default()
        }),
        dns: Some(GlobalpingDns::default()),
        ..Globalping::default()
    });
    let looks = globalping(Globalping {
        http: Some(GlobalpingHttp {
            keyword: known("up"),
            operator: known(">"),
            expected_value: known("many"),
            ..GlobalpingHttp::default()
        }),
        ..Globalping::default()
    });
    insta::assert_snapshot!([faults(&none), faults(&two), faults(&looks)].join("\n"));
}

#[test]
fn times_fit_together() {
    let ping = |timeout: f64, wait: Field<i64>| Monitor {
        timeout: Field::Known(timeout),
        ping: Some(Ping {
            per_request_timeout: wait,
            ..Ping::default()
        }),
        ..Monitor::default()
    };
    let browser = |delay: i64, interval: Field<i64>| Monitor {
        interval,
        real_browser: Some(RealBrowser {
            screenshot_delay: Field::Known(delay),
            ..RealBrowser::default()
        }),
        ..Monitor::default()
    };
    for good in [
        faults(&ping(2.0, Field::Null)),
        faults(&ping(1.0, Field::Unknown)),
        faults(&ping(300.0, Field::Known(60))),
        faults(&browser(0, Field::Known(1))),
        faults(&browser(29_999, Field::Null)),
        faults(&browser(99_999, Field::Unknown)),
    ] {
        assert_eq!(good, "");
    }
    let bad = [
        faults(&ping(1.0, Field::Null)),
        faults(&ping(301.0, Field::Null)),
        faults(&ping(2.5, Field::Null)),
        faults(&ping(5.0, Field::Known(6))),
        faults(&browser(30_000, Field::Null)),
        faults(&browser(500, Field::Known(1))),
    ];
    insta::assert_snapshot!(bad.join("\n"));
}

#[test]
fn conditions_fit_the_type() {
    let dns = Monitor {
        dns: Some(Dns {
            hostname: known("203.0.113.7"),
            condition: vec![
                condition("record", "contains"),
                condition("result", "equals"),
                condition("record", "gt"),
            ],
            ..Dns::default()
        }),
        ..Monitor::default()
    };
    let mqtt = |path: Field<String>| Monitor {
        mqtt: Some(Mqtt {
            check_type: known("json-query"),
            json_path: path,
            condition: vec![condition("json_value", "gt")],
            ..Mqtt::default()
        }),
        ..Monitor::default()
    };
    assert_eq!(faults(&mqtt(known("$.a"))), "");
    let query = Monitor {
        mqtt: Some(Mqtt {
            check_type: known("json-query"),
            ..Mqtt::default()
        }),
        ..Monitor::default()
    };
    let all = [faults(&dns), faults(&mqtt(Field::Null)), faults(&query)];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_condition_compares_or_is_a_group() {
    let group = |inner: Vec<InGroup>| Condition {
        condition: inner,
        ..Condition::default()
    };
    let inner = |variable: &str| InGroup {
        variable: known(variable),
        operator: known("equals"),
        value: known("1"),
        ..InGroup::default()
    };
    let deep = |text: &str| {
        let last = Innermost {
            conditions_json: known(text),
            ..Innermost::default()
        };
        let groups = InGroups {
            condition: vec![last],
            ..InGroups::default()
        };
        group(vec![InGroup {
            condition: vec![groups],
            ..InGroup::default()
        }])
    };
    let dns = |condition: Vec<Condition>| Monitor {
        dns: Some(Dns {
            condition,
            ..Dns::default()
        }),
        ..Monitor::default()
    };
    let expression = |variable: &str, operator: &str, join: &str| {
        format!(
            r#"[{{"type":"expression","variable":"{variable}","operator":"{operator}","value":"1","andOr":"{join}"}}]"#
        )
    };
    let later = Condition {
        variable: Field::Unknown,
        operator: Field::Unknown,
        value: Field::Unknown,
        ..Condition::default()
    };
    let good = dns(vec![
        later,
        condition("record", "equals"),
        group(vec![inner("record")]),
        deep(&expression("record", "equals", "or")),
    ]);
    assert_eq!(faults(&good), "");
    let both = Condition {
        condition: vec![inner("record")],
        ..condition("record", "equals")
    };
    let part = Condition {
        operator: Field::Null,
        ..condition("record", "equals")
    };
    let bad = dns(vec![
        both,
        Condition::default(),
        part,
        group(vec![inner("record"), inner("message")]),
        deep(&expression("message", "equals", "or")),
        deep(&expression("record", "like", "or")),
        deep(&expression("record", "equals", "xor")),
    ]);
    insta::assert_snapshot!(faults(&bad));
    // The value is looked at wherever the comparison stands.
    let mqtt = Monitor {
        mqtt: Some(Mqtt {
            condition: vec![deep(&expression("json_value", "gt", "and"))],
            ..Mqtt::default()
        }),
        ..Monitor::default()
    };
    assert!(faults(&mqtt).contains("The value is not said"));
}

#[test]
fn logins_fit_the_protocol() {
    let snmp = |version: Field<String>, user: Field<String>, community: Field<Secret>| Monitor {
        snmp: Some(Snmp {
            version,
            username: user,
            community_wo: community,
            ..Snmp::default()
        }),
        ..Monitor::default()
    };
    let kafka = |sasl: Sasl| Monitor {
        kafka_producer: Some(KafkaProducer {
            sasl: Some(sasl),
            ..KafkaProducer::default()
        }),
        ..Monitor::default()
    };
    assert_eq!(faults(&snmp(Field::Unknown, Field::Null, Field::Null)), "");
    assert_eq!(faults(&snmp(Field::Null, Field::Null, known("public"))), "");
    assert_eq!(faults(&snmp(known("3"), known("kuma"), Field::Null)), "");
    let all = [
        faults(&snmp(Field::Null, known("kuma"), Field::Null)),
        faults(&kafka(Sasl {
            mechanism: known("plain"),
            access_key_id: known("id"),
            ..Sasl::default()
        })),
        faults(&kafka(Sasl {
            mechanism: known("aws"),
            username: known("u"),
            ..Sasl::default()
        })),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn nothing_is_said_of_what_is_unknown() {
    let unknown = http(Http {
        url: Field::Unknown,
        body: Field::Unknown,
        ..Http::default()
    });
    assert_eq!(
        faults(&Monitor {
            interval: Field::Unknown,
            ..unknown
        }),
        ""
    );
}

/// What a check says of each text.
fn said<T: ?Sized>(check: impl Fn(&T) -> Result<(), String>, texts: &[&T]) -> Vec<bool> {
    texts.iter().map(|text| check(text).is_ok()).collect()
}

#[test]
fn single_values_have_the_bounds_of_the_server() {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let codes = |texts: &[&str]| checks::status_codes(&owned(texts)).is_ok();
    assert!(codes(&["200-299", "404"]) && codes(&["100"]) && codes(&["999"]));
    assert!(
        !codes(&[])
            && !codes(&["2xx"])
            && !codes(&["299-200"])
            && !codes(&["99"])
            && !codes(&["+200"])
            && !codes(&["0200"])
    );
    assert!(
        checks::close_codes(&owned(&["1000-1001", "4999"])).is_ok() && checks::close_codes(&owned(&["200"])).is_err()
    );

    assert_eq!(
        said(
            checks::host,
            &["a.example", "203.0.113.7", "::1", "_srv.example.", "a_b"]
        ),
        [true; 5]
    );
    assert_eq!(said(checks::host, &["", "https://a", "a:80", "a b", "."]), [false; 5]);
    assert_eq!(
        said(checks::queried_name, &[".", "*.a.example", "203.0.113.7", "a b"]),
        [true, true, true, false]
    );
    assert_eq!(
        said(checks::broker_host, &["a", "mqtts://a.example", "wss://[x", "http://a"]),
        [true, true, false, false]
    );
    assert_eq!(
        said(checks::broker_path, &["/mqtt", "/", "mqtt", "/a/b"]),
        [true, true, false, false]
    );
    assert_eq!(
        said(
            checks::web_address,
            &["https://a/b?c", "http://a", "https://", "ftp://a", "https://a b"]
        ),
        [true, true, false, false, false]
    );
    assert_eq!(
        said(checks::socket_address, &["wss://a", "ws://a", "https://a"]),
        [true, true, false]
    );
    assert_eq!(
        said(checks::service_name, &["nginx", "a@b.timer", "a b", "", "a;b"]),
        [true, true, false, false, false]
    );
    assert_eq!(
        said(checks::process_name, &["api worker", " a", "", "a\n"]),
        [true, false, false, false]
    );
    assert_eq!(
        said(
            checks::object_identifier,
            &["1.3.6.1.2.1.1.3.0", "2", "3.1", "1.03", "1..2", ".1.3"]
        ),
        [true, true, false, false, false, false]
    );
    assert_eq!(
        said(checks::json_object, &["{\"ping\":1}", "1", "{"]),
        [true, false, false]
    );
    assert_eq!(
        said(checks::location, &["amazon+germany", "", "a,b"]),
        [true, false, false]
    );
    assert_eq!(
        said(checks::name, &["site", "", " a", &"a".repeat(151)]),
        [true, false, false, false]
    );
    assert!(
        checks::nodes(&owned(&["https://a:15672"])).is_ok()
            && checks::nodes(&[]).is_err()
            && checks::nodes(&owned(&["a"])).is_err()
    );
    assert!(checks::brokers(&owned(&["a:9092", "[::1]:9092"])).is_ok() && checks::brokers(&owned(&["a:b"])).is_err());
    assert!(
        checks::push_token(&Secret::new("0123456789abcdef")).is_ok()
            && checks::push_token(&Secret::new("short")).is_err()
    );
    assert!(checks::push_token(&Secret::new("0123456789abcde/")).is_err());
}
