//! What Traefik watches: one file for what holds for all routes, and one for each routed service.
//!
//! Traefik runs these files through Go's template language, so nothing in them may hold `{{`. All that is rendered here is
//! numbers, fixed words, and host names and networks that were checked.

use std::collections::BTreeMap;

use serde::Serialize;

use super::static_file::{HTTPS, RESOLVER};
use super::{Config, RateLimit, SecurityHeaders};
use crate::catalog::description::Route;
use crate::catalog::yaml::{YamlError, to_yaml};

/// Name of the file with limits, headers and TLS options.
pub const COMMON: &str = "common.yaml";

/// Name of the file with the routes of a service.
pub fn route_file(service: &str) -> String {
    format!("route-{service}.yaml")
}

const RATE_LIMIT: &str = "rate-limit";
const SECURITY_HEADERS: &str = "security-headers";

/// The middlewares that are always there: a group of them can be empty, and what is in it can change without any route's
/// file being touched.
const EVERY_ROUTE: &str = "every-route";

/// The prefix length by which IPv6 clients are told apart.
const IPV6_SUBNET: u8 = 64;

/// The files by name.
pub(super) fn files(config: &Config, routes: &[Route]) -> Result<BTreeMap<String, String>, YamlError> {
    let mut files = BTreeMap::from([(COMMON.to_owned(), to_yaml(&common(config))?)]);
    let mut services: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in routes {
        services.entry(&route.service).or_default().push(route);
    }
    for (service, routes) in services {
        files.insert(route_file(service), to_yaml(&route_rules(&routes))?);
    }
    Ok(files)
}

#[derive(Serialize)]
struct Common {
    http: CommonHttp,
    tls: Tls,
}

#[derive(Serialize)]
struct CommonHttp {
    middlewares: BTreeMap<&'static str, Middleware>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Middleware {
    Chain {
        middlewares: Vec<&'static str>,
    },
    #[serde(rename_all = "camelCase")]
    RateLimit {
        average: u32,
        burst: u32,
        source_criterion: SourceCriterion,
    },
    Headers(Headers),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceCriterion {
    ip_strategy: IpStrategy,
}

#[derive(Serialize)]
struct IpStrategy {
    #[serde(rename = "ipv6Subnet")]
    ipv6_subnet: u8,
    #[serde(rename = "excludedIPs", skip_serializing_if = "Vec::is_empty")]
    excluded_ips: Vec<String>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Headers {
    #[serde(skip_serializing_if = "is_zero")]
    sts_seconds: u32,
    #[serde(skip_serializing_if = "is_false")]
    sts_include_subdomains: bool,
    #[serde(skip_serializing_if = "is_false")]
    sts_preload: bool,
    #[serde(skip_serializing_if = "is_false")]
    content_type_nosniff: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_frame_options_value: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer_policy: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Serialize)]
struct Tls {
    options: BTreeMap<&'static str, TlsOptions>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsOptions {
    min_version: &'static str,
}

#[derive(Serialize)]
struct Routes<'a> {
    http: RoutesHttp<'a>,
}

#[derive(Serialize)]
struct RoutesHttp<'a> {
    routers: BTreeMap<String, Router<'a>>,
    services: BTreeMap<String, Backend>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Router<'a> {
    rule: String,
    entry_points: [&'static str; 1],
    service: &'a str,
    middlewares: [&'static str; 1],
    tls: RouterTls,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RouterTls {
    cert_resolver: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Backend {
    load_balancer: LoadBalancer,
}

#[derive(Serialize)]
struct LoadBalancer {
    servers: [Server; 1],
}

#[derive(Serialize)]
struct Server {
    url: String,
}

fn common(config: &Config) -> Common {
    let mut middlewares = BTreeMap::new();
    let mut chain = Vec::new();
    if config.rate_limit.enabled {
        chain.push(RATE_LIMIT);
        middlewares.insert(RATE_LIMIT, rate_limit(&config.rate_limit, &config.trusted_proxies));
    }
    if let Some(headers) = headers(&config.security_headers) {
        chain.push(SECURITY_HEADERS);
        middlewares.insert(SECURITY_HEADERS, Middleware::Headers(headers));
    }
    middlewares.insert(EVERY_ROUTE, Middleware::Chain { middlewares: chain });
    Common {
        http: CommonHttp { middlewares },
        tls: Tls {
            options: BTreeMap::from([(
                "default",
                TlsOptions {
                    min_version: "VersionTLS12",
                },
            )]),
        },
    }
}

fn rate_limit(limit: &RateLimit, trusted_proxies: &[String]) -> Middleware {
    Middleware::RateLimit {
        average: limit.average,
        burst: limit.burst,
        source_criterion: SourceCriterion {
            ip_strategy: IpStrategy {
                ipv6_subnet: IPV6_SUBNET,
                excluded_ips: trusted_proxies.to_vec(),
            },
        },
    }
}

/// The headers, or nothing where none is asked for: Traefik refuses an empty middleware.
fn headers(config: &SecurityHeaders) -> Option<Headers> {
    if !config.enabled {
        return None;
    }
    let hsts = config.hsts_seconds > 0;
    let headers = Headers {
        sts_seconds: config.hsts_seconds,
        sts_include_subdomains: hsts && config.hsts_include_subdomains,
        sts_preload: hsts && config.hsts_preload,
        content_type_nosniff: config.content_type_nosniff,
        custom_frame_options_value: config.frame_same_origin.then_some("SAMEORIGIN"),
        referrer_policy: config.referrer_policy.clone(),
    };
    let any = hsts || headers.content_type_nosniff || config.frame_same_origin || headers.referrer_policy.is_some();
    any.then_some(headers)
}

fn route_rules<'a>(routes: &[&'a Route]) -> Routes<'a> {
    let mut http = RoutesHttp {
        routers: BTreeMap::new(),
        services: BTreeMap::new(),
    };
    for route in routes {
        http.routers.insert(
            route.container.clone(),
            Router {
                rule: format!("Host(`{}`)", route.host),
                entry_points: [HTTPS],
                service: &route.container,
                middlewares: [EVERY_ROUTE],
                tls: RouterTls {
                    cert_resolver: RESOLVER,
                },
            },
        );
        http.services.insert(
            route.container.clone(),
            Backend {
                load_balancer: LoadBalancer {
                    servers: [Server {
                        url: format!("http://{}:{}", route.container, route.port),
                    }],
                },
            },
        );
    }
    Routes { http }
}
