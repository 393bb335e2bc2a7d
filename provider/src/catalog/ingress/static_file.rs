//! What Traefik reads at its start.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ACME_AT, Challenge, Config, FILES_AT, KeyType, LIVE_AT, METRICS_PORT};
use crate::catalog::yaml::{YamlError, to_yaml};

/// Name of the main file.
pub const NAME: &str = "traefik.yaml";

/// Name of the file with the authorities that vouch for the ACME directory.
const CA_BUNDLE: &str = "acme-ca.pem";

/// What the file holds where the configuration names no authority. It is there in any case: a plan can say that a file may
/// change, but not that one may come or go without saying it of all of them.
const NO_CA_BUNDLE: &str = "# The authorities that the image trusts vouch for the ACME directory.\n";

/// Name of the certificate resolver.
pub(super) const RESOLVER: &str = "acme";

/// Entry points, by their names in Traefik.
pub(super) const HTTP: &str = "http";
pub(super) const HTTPS: &str = "https";
const METRICS: &str = "metrics";
const PING: &str = "ping";

/// The files by name.
pub(super) fn files(config: &Config) -> Result<BTreeMap<String, String>, YamlError> {
    let mut files = BTreeMap::from([(NAME.to_owned(), to_yaml(&File::new(config))?)]);
    let bundle = config.acme.ca_bundle.clone();
    files.insert(CA_BUNDLE.to_owned(), bundle.unwrap_or_else(|| NO_CA_BUNDLE.to_owned()));
    Ok(files)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    global: Global,
    log: Log,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_log: Option<AccessLog>,
    entry_points: EntryPoints<'a>,
    providers: Providers,
    certificates_resolvers: BTreeMap<&'static str, Resolver<'a>>,
    ping: Ping,
    metrics: Metrics,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Global {
    check_new_version: bool,
    send_anonymous_usage: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    level: &'static str,
    no_color: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessLog {
    format: &'static str,
    fields: Fields,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    headers: DefaultMode,
    query_parameters: DefaultMode,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DefaultMode {
    default_mode: &'static str,
}

/// In the order in which a request meets them.
#[derive(Serialize)]
struct EntryPoints<'a> {
    http: EntryPoint<'a>,
    https: EntryPoint<'a>,
    metrics: EntryPoint<'a>,
    ping: EntryPoint<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryPoint<'a> {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    forwarded_headers: Option<ForwardedHeaders<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<Transport>,
    http: EntryPointHttp,
}

#[derive(Serialize)]
struct ForwardedHeaders<'a> {
    #[serde(rename = "trustedIPs")]
    trusted_ips: &'a [String],
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Transport {
    responding_timeouts: RespondingTimeouts,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct RespondingTimeouts {
    read_timeout: String,
    idle_timeout: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryPointHttp {
    alias_headers_strategy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirections: Option<Redirections>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Redirections {
    entry_point: Redirection,
}

#[derive(Serialize)]
struct Redirection {
    to: &'static str,
    scheme: &'static str,
    permanent: bool,
}

/// How long Traefik leaves changes alone after it has taken one. Its default of two seconds is for sources that change all
/// the time; here the first of several files, or the making of its temporary name, would hold back the rest that long.
const THROTTLE: &str = "100ms";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Providers {
    providers_throttle_duration: &'static str,
    file: FileProvider,
}

#[derive(Serialize)]
struct FileProvider {
    directory: &'static str,
    watch: bool,
}

#[derive(Serialize)]
struct Resolver<'a> {
    acme: Acme<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Acme<'a> {
    email: &'a str,
    ca_server: &'a str,
    #[serde(rename = "caCertificates", skip_serializing_if = "Option::is_none")]
    ca_certificates: Option<[String; 1]>,
    storage: String,
    key_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_challenge: Option<HttpChallenge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_challenge: Option<TlsChallenge>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpChallenge {
    entry_point: &'static str,
}

#[derive(Serialize)]
struct TlsChallenge {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ping {
    entry_point: &'static str,
}

#[derive(Serialize)]
struct Metrics {
    prometheus: Prometheus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Prometheus {
    entry_point: &'static str,
    add_routers_labels: bool,
}

impl<'a> File<'a> {
    fn new(config: &'a Config) -> Self {
        let acme = &config.acme;
        Self {
            global: Global {
                check_new_version: false,
                send_anonymous_usage: false,
            },
            log: Log {
                level: "INFO",
                no_color: true,
            },
            access_log: config.access_log.enabled.then_some(AccessLog {
                format: "json",
                fields: Fields {
                    headers: DefaultMode { default_mode: "drop" },
                    query_parameters: DefaultMode { default_mode: "drop" },
                },
            }),
            entry_points: EntryPoints::new(config),
            providers: Providers {
                providers_throttle_duration: THROTTLE,
                file: FileProvider {
                    directory: LIVE_AT,
                    watch: true,
                },
            },
            certificates_resolvers: BTreeMap::from([(
                RESOLVER,
                Resolver {
                    acme: Acme {
                        email: &acme.email,
                        ca_server: &acme.directory_url,
                        ca_certificates: acme.ca_bundle.as_ref().map(|_| [format!("{FILES_AT}/{CA_BUNDLE}")]),
                        storage: format!("{ACME_AT}/acme.json"),
                        key_type: match acme.key_type {
                            KeyType::Ec256 => "EC256",
                            KeyType::Ec384 => "EC384",
                            KeyType::Rsa2048 => "RSA2048",
                            KeyType::Rsa4096 => "RSA4096",
                        },
                        http_challenge: (acme.challenge == Challenge::Http)
                            .then_some(HttpChallenge { entry_point: HTTP }),
                        tls_challenge: (acme.challenge == Challenge::Tls).then_some(TlsChallenge {}),
                    },
                },
            )]),
            ping: Ping { entry_point: PING },
            metrics: Metrics {
                prometheus: Prometheus {
                    entry_point: METRICS,
                    add_routers_labels: true,
                },
            },
        }
    }
}

impl<'a> EntryPoints<'a> {
    fn new(config: &'a Config) -> Self {
        let transport = Transport {
            responding_timeouts: RespondingTimeouts {
                read_timeout: format!("{}s", config.timeouts.read_seconds),
                idle_timeout: format!("{}s", config.timeouts.idle_seconds),
            },
        };
        let public = |port: u16, redirections: Option<Redirections>| EntryPoint {
            address: format!(":{port}"),
            forwarded_headers: (!config.trusted_proxies.is_empty()).then_some(ForwardedHeaders {
                trusted_ips: &config.trusted_proxies,
            }),
            transport: Some(transport.clone()),
            http: EntryPointHttp::new(redirections),
        };
        let inner = |address: String| EntryPoint {
            address,
            forwarded_headers: None,
            transport: None,
            http: EntryPointHttp::new(None),
        };
        Self {
            // Traefik answers the challenges of its ACME resolvers before it redirects.
            http: public(
                80,
                Some(Redirections {
                    entry_point: Redirection {
                        to: HTTPS,
                        scheme: "https",
                        permanent: true,
                    },
                }),
            ),
            https: public(443, None),
            metrics: inner(format!(":{METRICS_PORT}")),
            // Asked by the health check inside the container only.
            ping: inner("127.0.0.1:8083".to_owned()),
        }
    }
}

impl EntryPointHttp {
    /// Headers such as `X_Forwarded_For` that a service could take for others are taken away.
    const fn new(redirections: Option<Redirections>) -> Self {
        Self {
            alias_headers_strategy: "delete",
            redirections,
        }
    }
}
