//! What is drawn for the provider's own schemas: mostly what passes their checks, and never another machine than this one.

mod status;

use tfplugin::client::core::Draw;
use tfplugin::value::Value;

pub(crate) use status::draw_for;

const HOST_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB comment";

/// The shortest text that passes for certificates: a DER sequence with one number.
const BUNDLE: &str = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";

const IMAGE: &str = "registry.example.com/a/b@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Values that are texts.
fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::from(*text)).collect()
}

/// What is drawn for everything that has no values of its own. Machines and servers are at that port of this
/// machine.
pub(crate) fn draw(seed: u64, port: i64) -> Draw {
    let server = format!("http://127.0.0.1:{port}");
    // A server that refuses connections is tried for half a minute, since it may be starting: there is no login for it.
    let login = if port == super::REFUSING {
        "http://127.0.0.1:2".to_owned()
    } else {
        server.clone()
    };
    Draw::new(seed)
        .one_of(&["stack", "endpoint"])
        .only("endpoint", texts(&[&server]))
        .only("url", texts(&[&login]))
        .present("address")
        .present("ingress")
        .only("address", texts(&["127.0.0.1"]))
        .only("port", [Value::from(port)])
        .only("local", [Value::from(false)])
        .suggest("user", texts(&["root", "deploy"]))
        .suggest("host_key", texts(&[HOST_KEY]))
        .suggest("name", texts(&["platform", "a", "x-1"]))
        .suggest(
            "domain",
            texts(&["example.com", "status.example.com", "xn--bcher-kva.example"]),
        )
        .suggest(
            "registry",
            texts(&["registry.example.com", "registry.example.com:5000/mirror"]),
        )
        .suggest("on_destroy", texts(&["keep", "purge"]))
        .suggest("image", texts(&["library/traefik:v3.1", IMAGE]))
        .suggest("node_exporter_image", texts(&["prom/node-exporter:v1.9.1"]))
        .suggest("email", texts(&["ops@example.com"]))
        .suggest("directory_url", texts(&["https://acme.example.com/dir"]))
        .suggest("challenge", texts(&["http", "tls"]))
        .suggest("key_type", texts(&["ec256", "rsa4096"]))
        .suggest("referrer_policy", texts(&["no-referrer", "same-origin"]))
        .suggest("administrator", texts(&["admin", "root"]))
        .suggest("trusted_proxies", [Value::from(texts(&["10.0.0.0/8", "2001:db8::1"]))])
        .suggest("ca_bundle", texts(&[BUNDLE]))
        .suggest("memory", [256, 1024].map(Value::from))
        .suggest("average", [1, 100].map(Value::from))
        .suggest("burst", [1, 200].map(Value::from))
        .suggest("hsts_seconds", [0, 31_536_000].map(Value::from))
        .suggest("retention_days", [1, 90].map(Value::from))
        .suggest("interval_seconds", [10, 15, 60].map(Value::from))
        .suggest("create", texts(&["20m"]))
        .suggest("read", texts(&["1m"]))
        .suggest("update", texts(&["20m"]))
        .suggest("delete", texts(&["20m"]))
        .suggest("on_unreachable", texts(&["error", "warn"]))
}
