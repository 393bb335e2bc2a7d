//! What `validate` refuses, and where it says the fault is.

use tfplugin::Model as _;
use tfplugin::value::Value;

use crate::session::Session;
use crate::{Silent, stack};

/// The configuration with another value at a place.
fn with(path: &str, value: Value) -> Value {
    let mut config = stack(Silent::listen().reference()).to_value();
    let mut place = &mut config;
    for name in path.split('.') {
        if place.is_null() {
            *place = Value::map::<String>([]);
        }
        let Value::Map(members) = place else {
            panic!("{path}: {name}")
        };
        place = members.entry(name.to_owned()).or_default();
    }
    *place = value;
    config
}

/// Fills in what a block that stood nowhere needs on the wire.
fn whole(config: &Value) -> Value {
    use quickfra::resources::stack::Stack;
    use tfplugin::value::Path;
    Stack::from_value(config, &Path::root()).map_or_else(|_| config.clone(), |stack| stack.to_value())
}

/// Values that try to mean something else than they say, for every text.
const HOSTILE: [&str; 12] = [
    "",
    "a b",
    "$(id)",
    "${HOME}",
    "`id`",
    "a'b",
    "a\"b",
    "a\nb",
    "a\0b",
    "ä.example.com",
    "{{ . }}",
    "../../etc",
];

#[tokio::test]
async fn good_configurations_pass() {
    let mut session = Session::start().await;
    let good = stack(Silent::listen().reference()).to_value();
    assert_eq!(session.validate(&good).await, Vec::<String>::new());
    for path in [
        "name",
        "domain",
        "host",
        "ingress.acme.email",
        "status.enabled",
        "metrics.port",
        "host.address",
    ] {
        let unknown = with(path, Value::unknown());
        assert_eq!(session.validate(&unknown).await, Vec::<String>::new(), "{path}");
    }
}

#[tokio::test]
async fn a_hostile_text_is_refused_once_and_at_its_own_attribute() {
    let mut session = Session::start().await;
    let huge = "a".repeat(1 << 20);
    for path in [
        "name",
        "domain",
        "registry",
        "on_destroy",
        "host.host_key",
        "ingress.image",
        "ingress.acme.email",
        "ingress.acme.directory_url",
        "ingress.acme.ca_bundle",
        "ingress.acme.challenge",
        "ingress.acme.key_type",
        "status.domain",
        "status.image",
        "status.administrator",
        "metrics.image",
        "metrics.node_exporter_image",
    ] {
        for text in HOSTILE.into_iter().chain([huge.as_str()]) {
            let config = whole(&with(path, Value::from(text)));
            let told = session.validate(&config).await;
            let shown: String = text.chars().take(20).collect();
            assert_eq!(told, [format!("{path}: Invalid value")], "{path} = {shown:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_value_is_refused_at_its_own_attribute() {
    let mut session = Session::start().await;
    let invalid = "Invalid configuration of a service";
    for (path, value, place, summary) in [
        ("host.address", Value::from("root@vm"), "host.address", "Invalid value"),
        ("host.address", Value::from("a\0b"), "host.address", "Invalid value"),
        ("host.port", Value::from(0), "host.port", "Invalid value"),
        ("host.port", Value::from(65_536), "host.port", "Number out of range"),
        ("host.user", Value::from("a b"), "host.user", "Invalid value"),
        (
            "host.local",
            Value::from(true),
            "host.local",
            "Host is both local and remote",
        ),
        ("host.address", Value::Null, "host", "Host has no address"),
        ("ingress.memory", Value::from(1), "ingress.memory", invalid),
        (
            "ingress.memory",
            Value::from(-1),
            "ingress.memory",
            "Number out of range",
        ),
        (
            "ingress.rate_limit.average",
            Value::from(0),
            "ingress.rate_limit.average",
            invalid,
        ),
        (
            "ingress.rate_limit.burst",
            Value::from(0),
            "ingress.rate_limit.burst",
            invalid,
        ),
        ("status.memory", Value::from(1), "status.memory", invalid),
        (
            "metrics.retention_days",
            Value::from(0),
            "metrics.retention_days",
            invalid,
        ),
        (
            "metrics.interval_seconds",
            Value::from(0),
            "metrics.interval_seconds",
            invalid,
        ),
        ("metrics.port", Value::from(0), "metrics.port", invalid),
        ("metrics.memory", Value::from(1), "metrics.memory", invalid),
        (
            "ingress.trusted_proxies",
            Value::from(vec![Value::from("203.0.113.1"), Value::from("$(id)")]),
            "ingress.trusted_proxies",
            "Invalid value",
        ),
        ("ingress", Value::Null, "status", "The status page needs the ingress"),
        (
            "status.domain",
            Value::from("example"),
            "status.domain",
            "Invalid value",
        ),
    ] {
        let told = session.validate(&whole(&with(path, value))).await;
        assert_eq!(told, [format!("{place}: {summary}")], "{path}");
    }
}
