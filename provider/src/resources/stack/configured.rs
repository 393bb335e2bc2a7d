//! From the blocks of a stack to the catalog's plain configuration, as soon as all of it is known.

use tfplugin::Field;

use super::model::{AccessLog, Acme, Ingress, Metrics, RateLimit, SecurityHeaders, Stack, Status};
use crate::catalog::{StackConfig, ingress, metrics, status};

/// Some value that the rendering needs is not known before the apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotYetKnown;

/// What the catalog renders, or that it cannot be told yet. An unknown value never becomes a default.
pub(super) fn stack_config(stack: &Stack) -> Result<StackConfig, NotYetKnown> {
    Ok(StackConfig {
        name: optional(&stack.name)?.unwrap_or_default(),
        domain: optional(&stack.domain)?.unwrap_or_default(),
        registry: optional(&stack.registry)?,
        ingress: block(stack.ingress.as_ref(), |block| &block.enabled, ingress_config)?,
        status: block(stack.status.as_ref(), |block| &block.enabled, status_config)?,
        metrics: block(stack.metrics.as_ref(), |block| &block.enabled, metrics_config)?,
    })
}

pub(super) fn ingress_config(written: &Ingress) -> Result<ingress::Config, NotYetKnown> {
    let defaults = ingress::Config::default();
    Ok(ingress::Config {
        image: optional(&written.image)?,
        acme: written
            .acme
            .as_ref()
            .map_or_else(|| Ok(ingress::Acme::default()), acme)?,
        rate_limit: written
            .rate_limit
            .as_ref()
            .map_or_else(|| Ok(ingress::RateLimit::default()), rate_limit)?,
        security_headers: written
            .security_headers
            .as_ref()
            .map_or_else(|| Ok(ingress::SecurityHeaders::default()), security_headers)?,
        access_log: written
            .access_log
            .as_ref()
            .map_or_else(|| Ok(ingress::AccessLog::default()), access_log)?,
        trusted_proxies: optional(&written.trusted_proxies)?.unwrap_or_default(),
        memory: or(&written.memory, defaults.memory)?,
        ..defaults
    })
}

fn acme(written: &Acme) -> Result<ingress::Acme, NotYetKnown> {
    let defaults = ingress::Acme::default();
    let challenge = optional(&written.challenge)?;
    let key_type = optional(&written.key_type)?;
    Ok(ingress::Acme {
        email: optional(&written.email)?.unwrap_or_default(),
        directory_url: or(&written.directory_url, defaults.directory_url)?,
        ca_bundle: optional(&written.ca_bundle)?,
        challenge: challenge
            .and_then(|name| ingress::Challenge::from_name(&name))
            .unwrap_or(defaults.challenge),
        key_type: key_type
            .and_then(|name| ingress::KeyType::from_name(&name))
            .unwrap_or(defaults.key_type),
    })
}

fn rate_limit(written: &RateLimit) -> Result<ingress::RateLimit, NotYetKnown> {
    let defaults = ingress::RateLimit::default();
    Ok(ingress::RateLimit {
        enabled: or(&written.enabled, defaults.enabled)?,
        average: or(&written.average, defaults.average)?,
        burst: or(&written.burst, defaults.burst)?,
    })
}

fn security_headers(written: &SecurityHeaders) -> Result<ingress::SecurityHeaders, NotYetKnown> {
    let defaults = ingress::SecurityHeaders::default();
    Ok(ingress::SecurityHeaders {
        enabled: or(&written.enabled, defaults.enabled)?,
        hsts_seconds: or(&written.hsts_seconds, defaults.hsts_seconds)?,
        hsts_include_subdomains: or(&written.hsts_include_subdomains, defaults.hsts_include_subdomains)?,
        hsts_preload: or(&written.hsts_preload, defaults.hsts_preload)?,
        content_type_nosniff: or(&written.content_type_nosniff, defaults.content_type_nosniff)?,
        frame_same_origin: or(&written.frame_same_origin, defaults.frame_same_origin)?,
        referrer_policy: optional(&written.referrer_policy)?.or(defaults.referrer_policy),
    })
}

fn access_log(written: &AccessLog) -> Result<ingress::AccessLog, NotYetKnown> {
    Ok(ingress::AccessLog {
        enabled: or(&written.enabled, ingress::AccessLog::default().enabled)?,
    })
}

pub(super) fn status_config(written: &Status) -> Result<status::Config, NotYetKnown> {
    let defaults = status::Config::default();
    Ok(status::Config {
        image: optional(&written.image)?,
        domain: optional(&written.domain)?,
        administrator: or(&written.administrator, defaults.administrator)?,
        memory: or(&written.memory, defaults.memory)?,
    })
}

pub(super) fn metrics_config(written: &Metrics) -> Result<metrics::Config, NotYetKnown> {
    let defaults = metrics::Config::default();
    Ok(metrics::Config {
        image: optional(&written.image)?,
        node_exporter_image: optional(&written.node_exporter_image)?,
        retention_days: or(&written.retention_days, defaults.retention_days)?,
        interval_seconds: or(&written.interval_seconds, defaults.interval_seconds)?,
        port: optional(&written.port)?,
        memory: or(&written.memory, defaults.memory)?,
    })
}

/// The configuration of a block that stands there and is not switched off.
fn block<B, C>(
    block: Option<&B>,
    enabled: impl Fn(&B) -> &Field<bool>,
    convert: impl Fn(&B) -> Result<C, NotYetKnown>,
) -> Result<Option<C>, NotYetKnown> {
    match block {
        Some(block) if or(enabled(block), true)? => convert(block).map(Some),
        _ => Ok(None),
    }
}

fn optional<T: Clone>(field: &Field<T>) -> Result<Option<T>, NotYetKnown> {
    match field {
        Field::Unknown => Err(NotYetKnown),
        Field::Null => Ok(None),
        Field::Known(value) => Ok(Some(value.clone())),
    }
}

fn or<T: Clone>(field: &Field<T>, default: T) -> Result<T, NotYetKnown> {
    Ok(optional(field)?.unwrap_or(default))
}
