//! Stacks as a user may write them, and machines that carry them.

mod apply;
mod configuration_file;
mod configured;
mod earlier;
mod import;
mod kept;
mod observe;
mod plan;
mod unwell;
mod validate;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use tfplugin::Field;
use tfplugin::value::{Path, Value};

use super::model::{AccessLog, Acme, Ingress, Metrics, RateLimit, SecurityHeaders, Stack, Status};
use super::observe::observe;
use super::plan::rendered;
use crate::catalog::pem;
use crate::host::desired::layout::hexadecimal;
use crate::host::desired::{ConfigFile, file_set_hash};
use crate::host::snapshot::{Container, FileFacts, FilePlace, ManagedFile, StackSnapshot};
use crate::render::{Rendered, lines};
use crate::resources::reference::HostReference;

fn known(text: &str) -> Field<String> {
    Field::Known(text.to_owned())
}

/// What must be written, and nothing else.
fn minimal() -> Stack {
    Stack {
        host: Field::Known(HostReference {
            address: known("203.0.113.7"),
            port: Field::Known(22),
            user: known("root"),
            ..HostReference::default()
        }),
        name: known("platform"),
        domain: known("example.com"),
        on_destroy: known("keep"),
        ingress: Some(Ingress {
            acme: Some(Acme {
                email: known("ops@example.com"),
                ..Acme::default()
            }),
            ..Ingress::default()
        }),
        status: Some(Status::default()),
        metrics: Some(Metrics::default()),
        ..Stack::default()
    }
}

/// Every block, with nothing in it but what must be.
pub(super) fn spread() -> Stack {
    let mut stack = minimal();
    if let Some(ingress) = &mut stack.ingress {
        ingress.rate_limit = Some(RateLimit::default());
        ingress.security_headers = Some(SecurityHeaders::default());
        ingress.access_log = Some(AccessLog::default());
    }
    stack
}

/// A value of its own for every attribute that the catalog should hear of. `on_destroy`, `host` and `timeouts` are not
/// the catalog's.
pub(super) fn values() -> Vec<(&'static str, Value)> {
    let digest = format!("quay.io/prometheus/node-exporter@sha256:{}", "0a".repeat(32));
    vec![
        ("name", Value::from("edge-2")),
        ("domain", Value::from("example.test")),
        ("registry", Value::from("registry.test:5000/mirror")),
        ("ingress.enabled", Value::from(false)),
        ("ingress.image", Value::from("ghcr.io/example/traefik:v3")),
        (
            "ingress.trusted_proxies",
            Value::from(vec![Value::from("203.0.113.0/24"), Value::from("2001:db8::1")]),
        ),
        ("ingress.memory", Value::from(128)),
        ("ingress.acme.email", Value::from("edge@example.test")),
        (
            "ingress.acme.directory_url",
            Value::from("https://pebble.test:14000/dir"),
        ),
        ("ingress.acme.ca_bundle", Value::from(pem::tests::certificate(20))),
        ("ingress.acme.challenge", Value::from("tls")),
        ("ingress.acme.key_type", Value::from("rsa4096")),
        ("ingress.rate_limit.enabled", Value::from(false)),
        ("ingress.rate_limit.average", Value::from(7)),
        ("ingress.rate_limit.burst", Value::from(9)),
        ("ingress.security_headers.enabled", Value::from(false)),
        ("ingress.security_headers.hsts_seconds", Value::from(63_072_000)),
        ("ingress.security_headers.hsts_include_subdomains", Value::from(true)),
        ("ingress.security_headers.hsts_preload", Value::from(true)),
        ("ingress.security_headers.content_type_nosniff", Value::from(false)),
        ("ingress.security_headers.frame_same_origin", Value::from(false)),
        ("ingress.security_headers.referrer_policy", Value::from("no-referrer")),
        ("ingress.access_log.enabled", Value::from(false)),
        ("status.enabled", Value::from(false)),
        ("status.domain", Value::from("up.example.org")),
        ("status.image", Value::from("ghcr.io/example/uptime-kuma:2")),
        ("status.administrator", Value::from("ops")),
        ("status.memory", Value::from(1024)),
        ("metrics.enabled", Value::from(false)),
        ("metrics.image", Value::from("ghcr.io/example/metrics:1")),
        ("metrics.node_exporter_image", Value::from(digest)),
        ("metrics.retention_days", Value::from(7)),
        ("metrics.interval_seconds", Value::from(60)),
        ("metrics.port", Value::from(8428)),
        ("metrics.memory", Value::from(256)),
    ]
}

/// The stack with `value` at the place `path`, such as `ingress.acme.email`.
pub(super) fn with(stack: &Stack, path: &str, value: Value) -> Stack {
    use tfplugin::Model as _;
    let mut whole = stack.to_value();
    let mut place = &mut whole;
    for name in path.split('.') {
        let Value::Map(members) = place else {
            panic!("{path} has no member {name}")
        };
        place = members.get_mut(name).unwrap_or_else(|| panic!("{path} has no {name}"));
    }
    *place = value;
    Stack::from_value(&whole, &Path::root()).unwrap()
}

/// Every attribute with a value of its own, and nothing switched off.
pub(super) fn everything() -> Stack {
    values()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("enabled"))
        .fold(spread(), |stack, (path, value)| with(&stack, path, value))
}

fn rendering(stack: &Stack) -> Rendered {
    rendered(stack).unwrap().unwrap()
}

/// A machine that carries a stack, as a probe finds it: whole, well, and without any content that need not be sent.
fn machine(rendered: &Rendered) -> StackSnapshot {
    let release = &rendered.release;
    let compose = ConfigFile {
        service: String::new(),
        path: "compose.yaml".to_owned(),
        mode: 0o600,
        content: release.compose.clone().into_bytes(),
    };
    let mut files = vec![managed(&compose, FilePlace::Compose)];
    for file in &release.files {
        let set = release.files.iter().filter(|other| other.service == file.service);
        let place = FilePlace::Files {
            service: file.service.clone(),
            hash: file_set_hash(set),
        };
        files.push(managed(file, place));
    }
    for file in &release.live {
        let place = FilePlace::Live {
            service: file.service.clone(),
        };
        files.push(managed(file, place));
    }
    StackSnapshot {
        name: release.stack.clone(),
        release: Some(release.hash()),
        files,
        services: release.services.iter().map(|service| service.name.clone()).collect(),
        containers: release
            .services
            .iter()
            .map(|service| Container {
                service: service.name.clone(),
                id: format!("id of {}", service.name),
                name: format!("quickfra_{}-{}-1", release.stack, service.name),
                image: service.image.clone(),
                image_id: format!("sha256:image of {}", service.name),
                digest: Some(format!("{}@sha256:digest-of-{}", service.image, service.name)),
                expected_image_id: Some(format!("sha256:image of {}", service.name)),
                state: "running".to_owned(),
                health: service.has_health_check.then(|| "healthy".to_owned()),
                exit_code: 0,
                restarts: 0,
                started_at: "2026-11-22T10:00:00Z".to_owned(),
                config_hash: format!("configuration of {}", service.name),
                expected_config_hash: Some(format!("configuration of {}", service.name)),
            })
            .collect(),
        engine_answered: true,
        ..StackSnapshot::default()
    }
}

fn managed(file: &ConfigFile, place: FilePlace) -> ManagedFile {
    let facts = FileFacts {
        sha256: hexadecimal(&Sha256::digest(&file.content)),
        mode: file.mode,
        owner: (0, 0),
    };
    ManagedFile {
        place,
        path: file.path.clone(),
        expected: Some(facts.clone()),
        found: Some(facts),
        content: None,
    }
}

/// The state that an apply of the stack leaves.
fn applied(stack: &Stack) -> Stack {
    let rendered = rendering(stack);
    let mut state = stack.clone();
    let endpoints = rendered.endpoints.clone().into_iter();
    state.endpoints = Field::Known(endpoints.map(|(name, url)| (name, Field::Known(url))).collect());
    observe(&machine(&rendered), &rendered.files, &mut state);
    state
}

/// The keys of a map in which two maps differ.
fn differing<T: PartialEq>(left: &BTreeMap<String, T>, right: &BTreeMap<String, T>) -> Vec<String> {
    let mut keys: Vec<String> = left.keys().chain(right.keys()).cloned().collect();
    keys.sort();
    keys.dedup();
    keys.retain(|key| left.get(key) != right.get(key));
    keys
}

/// Every file of a machine with the content that a probe of all contents sends.
fn with_contents(mut found: StackSnapshot, rendered: &Rendered) -> StackSnapshot {
    let release = &rendered.release;
    for file in &mut found.files {
        let is = |other: &&ConfigFile| match &file.place {
            FilePlace::Compose => false,
            FilePlace::Files { service, .. } | FilePlace::Live { service } => {
                other.service == *service && other.path == file.path
            }
        };
        file.content = match release.files.iter().chain(&release.live).find(is) {
            Some(found) => Some(found.content.clone()),
            None => Some(release.compose.clone().into_bytes()),
        };
    }
    found
}

#[test]
fn the_samples_are_what_they_say() {
    let rendered = rendering(&everything());
    assert_eq!(
        rendered.files["compose.yaml"],
        lines(rendered.release.compose.as_bytes())
    );
    assert_eq!(
        with_contents(machine(&rendered), &rendered).files.len(),
        rendered.files.len() + 1
    );
}
