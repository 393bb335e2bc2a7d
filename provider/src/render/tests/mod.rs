//! Whole stacks as snapshots, and the rules of what a container may see, mount and publish.

use std::collections::BTreeSet;

use super::*;
use crate::catalog::{ingress, metrics, pem, status};
use crate::host::desired::Layout;

mod breakout;
mod rules;

/// A stack of one service behind the ingress, with nothing but what must be written.
pub(super) fn minimal() -> StackConfig {
    StackConfig {
        name: "platform".to_owned(),
        domain: "example.com".to_owned(),
        ingress: Some(ingress::Config {
            acme: ingress::Acme {
                email: "ops@example.com".to_owned(),
                ..ingress::Acme::default()
            },
            ..ingress::Config::default()
        }),
        status: Some(status::Config::default()),
        ..StackConfig::default()
    }
}

/// All services with their defaults.
pub(super) fn complete() -> StackConfig {
    StackConfig {
        metrics: Some(metrics::Config::default()),
        ..minimal()
    }
}

/// All services, with another value in every place.
pub(super) fn everything() -> StackConfig {
    StackConfig {
        name: "edge-2".to_owned(),
        domain: "example.test".to_owned(),
        registry: Some("registry.test:5000/mirror/".to_owned()),
        ingress: Some(ingress::Config {
            image: None,
            acme: ingress::Acme {
                email: "ops+edge@example.test".to_owned(),
                directory_url: "https://pebble.test:14000/dir".to_owned(),
                ca_bundle: Some(pem::tests::certificate(20)),
                challenge: ingress::Challenge::Tls,
                key_type: ingress::KeyType::Rsa4096,
            },
            rate_limit: ingress::RateLimit {
                enabled: true,
                average: 1,
                burst: 2,
            },
            security_headers: ingress::SecurityHeaders {
                hsts_include_subdomains: true,
                hsts_preload: true,
                frame_same_origin: false,
                referrer_policy: Some("no-referrer".to_owned()),
                ..ingress::SecurityHeaders::default()
            },
            access_log: ingress::AccessLog { enabled: false },
            trusted_proxies: vec!["203.0.113.0/24".to_owned(), "2001:db8::/32".to_owned()],
            timeouts: ingress::Timeouts {
                read_seconds: 0,
                idle_seconds: 30,
            },
            memory: 128,
        }),
        status: Some(status::Config {
            image: Some("ghcr.io/example/uptime-kuma:2.5.3-own".to_owned()),
            domain: Some("up.example.org".to_owned()),
            administrator: "ops@example.test".to_owned(),
            memory: 1024,
        }),
        metrics: Some(metrics::Config {
            image: None,
            node_exporter_image: Some(format!("quay.io/prometheus/node-exporter@sha256:{}", "0a".repeat(32))),
            retention_days: 7,
            interval_seconds: 60,
            port: Some(8428),
            memory: 256,
        }),
    }
}

/// All of a rendered stack in one text.
fn print(rendered: &Rendered) -> String {
    let files: Vec<String> = rendered
        .files
        .iter()
        .map(|(path, lines)| format!("=== {path}\n{}\n", lines.join("\n")))
        .collect();
    let Release {
        secrets,
        services,
        steps,
        ports,
        certificates,
        reloads,
        ..
    } = &rendered.release;
    let steps: Vec<_> = steps
        .iter()
        .map(|step| (&step.service, &step.name, &step.command, &step.secrets))
        .collect();
    format!(
        "{}=== endpoints\n{:#?}\n=== secrets\n{secrets:#?}\n=== services\n{services:#?}\n=== steps\n{steps:#?}\n\
         === ports\n{ports:#?}\n=== certificates\n{certificates:#?}\n=== reloads\n{reloads:#?}\n",
        files.concat(),
        rendered.endpoints
    )
}

#[test]
fn a_minimal_stack() {
    insta::assert_snapshot!(print(&render(&minimal()).unwrap()));
}

#[test]
fn a_complete_stack() {
    insta::assert_snapshot!(print(&render(&complete()).unwrap()));
}

#[test]
fn a_stack_with_everything_changed() {
    insta::assert_snapshot!(print(&render(&everything()).unwrap()));
}

#[test]
fn a_stack_of_metrics_alone() {
    let stack = StackConfig {
        ingress: None,
        status: None,
        ..complete()
    };
    let rendered = render(&stack).unwrap();
    assert_eq!(rendered.images.keys().collect::<Vec<_>>(), ["metrics", "metrics-node"]);
    assert!(rendered.release.ports.is_empty());
    assert!(rendered.release.certificates.is_empty());
    assert!(rendered.endpoints.is_empty());
}

#[test]
fn rendering_is_deterministic() {
    assert_eq!(render(&everything()).unwrap(), render(&everything()).unwrap());
    assert_eq!(
        render(&everything()).unwrap().release.hash(),
        render(&everything()).unwrap().release.hash()
    );
}

#[test]
fn the_lines_of_a_file_are_its_text() {
    assert_eq!(lines(b"a\nb\n"), ["a", "b"]);
    assert_eq!(lines(b"a\n\n"), ["a", ""]);
    assert_eq!(lines(b"a\r\nb"), ["a\r", "b"]);
    let rendered = render(&complete()).unwrap();
    assert_eq!(rendered.files[COMPOSE_FILE].join("\n") + "\n", rendered.release.compose);
}

#[test]
fn refusals_name_their_place() {
    let refused = |change: fn(&mut StackConfig)| {
        let mut stack = complete();
        change(&mut stack);
        match render(&stack) {
            Err(RenderError::Invalid(invalid)) => invalid.path,
            other => panic!("not refused as invalid: {other:?}"),
        }
    };
    assert_eq!(refused(|stack| stack.name = "A".to_owned()), "name");
    assert_eq!(refused(|stack| stack.domain = "localhost".to_owned()), "domain");
    assert_eq!(refused(|stack| stack.registry = Some("mirror".to_owned())), "registry");
    assert_eq!(refused(|stack| stack.ingress = None), "status");
    assert_eq!(
        refused(|stack| stack.ingress.as_mut().unwrap().acme.email.clear()),
        "ingress.acme.email"
    );
    assert_eq!(
        refused(|stack| stack.metrics.as_mut().unwrap().retention_days = 0),
        "metrics.retention_days"
    );
    // The domain itself may be as long as a domain can be, a name below it may not.
    assert_eq!(
        refused(|stack| stack.domain = format!("{}com", "abcdefg.".repeat(31))),
        "status.domain"
    );
}
