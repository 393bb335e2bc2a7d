//! From blocks to the catalog.

use std::collections::BTreeSet;

use tfplugin::Model as _;
use tfplugin::schema::Block;

use super::super::configured::{NotYetKnown, stack_config};
use super::*;
use crate::catalog::{StackConfig, ingress, metrics, status};

/// Every place of a schema that a user may write to.
fn places(block: &Block, prefix: &str) -> BTreeSet<String> {
    let attributes = block
        .attributes
        .iter()
        .filter(|attribute| attribute.mode.is_configurable())
        .map(|attribute| format!("{prefix}{}", attribute.name));
    let nested = block
        .blocks
        .iter()
        .flat_map(|nested| places(&nested.block, &format!("{prefix}{}.", nested.name)));
    attributes.chain(nested).collect()
}

#[test]
fn every_attribute_reaches_the_catalog() {
    let base = stack_config(&spread()).unwrap();
    for (path, value) in values() {
        let changed = stack_config(&with(&spread(), path, value)).unwrap();
        assert_ne!(changed, base, "{path} does not reach the catalog");
    }
    let tried: BTreeSet<String> = values().into_iter().map(|(path, _)| path.to_owned()).collect();
    let mut all = places(&Stack::schema(), "");
    // Not the catalog's.
    all.retain(|path| path != "host" && path != "on_destroy" && !path.starts_with("timeouts."));
    assert_eq!(tried, all);
}

#[test]
fn every_attribute_reaches_its_own_place_alone() {
    let mut expected = StackConfig {
        name: "edge-2".to_owned(),
        domain: "example.test".to_owned(),
        registry: Some("registry.test:5000/mirror".to_owned()),
        ..StackConfig::default()
    };
    expected.ingress = Some(ingress::Config {
        image: Some("ghcr.io/example/traefik:v3".to_owned()),
        acme: ingress::Acme {
            email: "edge@example.test".to_owned(),
            directory_url: "https://pebble.test:14000/dir".to_owned(),
            ca_bundle: Some(pem::tests::certificate(20)),
            challenge: ingress::Challenge::Tls,
            key_type: ingress::KeyType::Rsa4096,
        },
        rate_limit: ingress::RateLimit {
            enabled: true,
            average: 7,
            burst: 9,
        },
        security_headers: ingress::SecurityHeaders {
            enabled: true,
            hsts_seconds: 63_072_000,
            hsts_include_subdomains: true,
            hsts_preload: true,
            content_type_nosniff: false,
            frame_same_origin: false,
            referrer_policy: Some("no-referrer".to_owned()),
        },
        access_log: ingress::AccessLog { enabled: true },
        trusted_proxies: vec!["203.0.113.0/24".to_owned(), "2001:db8::1".to_owned()],
        timeouts: ingress::Timeouts::default(),
        memory: 128,
    });
    expected.status = Some(status::Config {
        image: Some("ghcr.io/example/uptime-kuma:2".to_owned()),
        domain: Some("up.example.org".to_owned()),
        administrator: "ops".to_owned(),
        memory: 1024,
    });
    expected.metrics = Some(metrics::Config {
        image: Some("ghcr.io/example/metrics:1".to_owned()),
        node_exporter_image: Some(format!("quay.io/prometheus/node-exporter@sha256:{}", "0a".repeat(32))),
        retention_days: 7,
        interval_seconds: 60,
        port: Some(8428),
        memory: 256,
    });
    assert_eq!(stack_config(&everything()), Ok(expected));
}

#[test]
fn what_is_left_out_has_the_defaults_of_the_catalog() {
    let expected = StackConfig {
        name: "platform".to_owned(),
        domain: "example.com".to_owned(),
        registry: None,
        ingress: Some(ingress::Config {
            acme: ingress::Acme {
                email: "ops@example.com".to_owned(),
                ..ingress::Acme::default()
            },
            ..ingress::Config::default()
        }),
        status: Some(status::Config::default()),
        metrics: Some(metrics::Config::default()),
    };
    assert_eq!(stack_config(&minimal()), Ok(expected.clone()));
    // A block that says nothing is as one that is not there.
    assert_eq!(stack_config(&spread()), Ok(expected));
}

#[test]
fn an_unknown_value_never_becomes_a_default() {
    for (path, _) in values() {
        let stack = with(&spread(), path, Value::unknown());
        assert_eq!(stack_config(&stack), Err(NotYetKnown), "{path}");
    }
    let proxies = Value::from(vec![Value::from("203.0.113.1"), Value::unknown()]);
    let stack = with(&spread(), "ingress.trusted_proxies", proxies);
    assert_eq!(stack_config(&stack), Err(NotYetKnown));
}

#[test]
fn a_service_that_is_switched_off_is_not_part_of_the_stack() {
    for name in ["ingress", "status", "metrics"] {
        let off = with(&everything(), &format!("{name}.enabled"), Value::from(false));
        let config = stack_config(&off).unwrap();
        assert_eq!(config.services().len(), 2, "{name}");
        // What else it says does not matter then, known or not.
        let memory = with(&off, &format!("{name}.memory"), Value::unknown());
        assert_eq!(stack_config(&memory), Ok(config));
    }
}
