//! What a user writes of a stack, and what Terraform shows of it.

use std::collections::BTreeMap;

use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Field, Model};

use crate::catalog::{image, ingress, pem, validate};
use crate::resources::reference::HostReference;

/// A set of services on one machine, and the ingress in front of them that gives each its HTTPS address.
///
/// The plan compares what the configuration asks for with what is on the machine: `files` holds the rendered
/// configuration line by line, so a changed or hand-edited file shows like a diff in a pull request. Data volumes and
/// generated secrets outlive the resource unless `on_destroy` is `purge`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Stack {
    /// The machine that carries the stack: `quickfra_host.<name>.host`, or an object of the same form.
    #[attribute(required)]
    pub host: Field<HostReference>,
    /// Name of the stack on its machine: lower-case letters, digits and hyphens. It is part of the folder
    /// `/opt/quickfra/<name>`, of networks and of data volumes.
    #[attribute(required, replace, validate = validate::stack_name)]
    pub name: Field<String>,
    /// The domain below which each service gets its host name, such as `status.example.com` for `example.com`.
    #[attribute(required, validate = validate::domain)]
    pub domain: Field<String>,
    /// Registry, with an optional path, that holds every image in place of Docker Hub: a mirror, or the registry of a
    /// site without internet access. Images that are set one by one are taken as they are.
    #[attribute(optional, validate = image::registry)]
    pub registry: Field<String>,
    /// What `destroy` does with data volumes and generated secrets: `keep` leaves them on the machine, where a stack of
    /// the same name finds them again; `purge` deletes them, but for what was there before a create that never finished.
    #[attribute(optional, default = "keep", validate = validators::one_of(&["keep", "purge"]))]
    pub on_destroy: Field<String>,
    /// Traefik: routes, certificates and limits in front of all services. Required as soon as a service has a host name.
    #[block]
    pub ingress: Option<Ingress>,
    /// Uptime Kuma: the status page and monitors.
    #[block]
    pub status: Option<Status>,
    /// VictoriaMetrics and node exporter: metrics of the machine and of the ingress, reachable only from inside.
    #[block]
    pub metrics: Option<Metrics>,
    /// The HTTPS address of each service that has one.
    #[attribute(computed)]
    pub endpoints: Field<BTreeMap<String, Field<String>>>,
    /// The release in force on the machine: a hash of everything that was rendered.
    #[attribute(computed)]
    pub release: Field<String>,
    /// Each container of the stack, by the name of its service, as it was found on the machine.
    #[attribute(computed)]
    pub services: Field<BTreeMap<String, Service>>,
    /// The rendered configuration: path to lines, without anything secret. A file that was changed on the machine shows
    /// what it holds there.
    #[attribute(computed)]
    pub files: Field<BTreeMap<String, Field<Vec<String>>>>,
    /// What else was found different from the release, in words: a file's mode or owner, another image behind the same
    /// reference, an apply that was cut, a lost secret, data from before a create that never finished. Empty after each
    /// apply.
    #[attribute(computed)]
    pub drift: Field<Vec<String>>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}

/// Traefik in front of all services.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Ingress {
    /// Whether the ingress is part of the stack. Defaults to `true`.
    #[attribute(optional)]
    pub enabled: Field<bool>,
    /// Image in place of the pinned one.
    #[attribute(optional, validate = image::reference)]
    pub image: Field<String>,
    /// Addresses or networks (CIDR) of proxies in front of this machine, whose word about a client's address is believed.
    #[attribute(optional, validate = validators::each(validate::address_or_network))]
    pub trusted_proxies: Field<Vec<String>>,
    /// Most memory that Traefik may take, in MiB. Defaults to `256`.
    #[attribute(optional)]
    pub memory: Field<u32>,
    /// Where certificates come from.
    #[block(min = 1)]
    pub acme: Option<Acme>,
    /// Requests allowed for each client address; too many are answered with 429. IPv6 clients are counted by /64.
    #[block]
    pub rate_limit: Option<RateLimit>,
    /// Headers of every answer that tell browsers to be careful.
    #[block]
    pub security_headers: Option<SecurityHeaders>,
    /// The log of requests, in the container's log: without query strings and headers, which often hold secrets.
    #[block]
    pub access_log: Option<AccessLog>,
}

/// Certificates by ACME (RFC 8555).
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Acme {
    /// Address for the certificate authority's notices.
    #[attribute(required, validate = validate::email)]
    pub email: Field<String>,
    /// The authority's directory. Defaults to that of Let's Encrypt.
    #[attribute(optional, validate = validate::https_url)]
    pub directory_url: Field<String>,
    /// PEM certificates that vouch for the directory's own HTTPS, for an authority inside the company.
    #[attribute(optional, validate = pem::certificate_bundle)]
    pub ca_bundle: Field<String>,
    /// How the authority checks that a name leads here: `http` (port 80) or `tls` (port 443). Defaults to `http`.
    #[attribute(optional, validate = validators::one_of(&ingress::Challenge::NAMES))]
    pub challenge: Field<String>,
    /// Kind of the certificates' keys: `ec256`, `ec384`, `rsa2048` or `rsa4096`. Defaults to `ec256`.
    #[attribute(optional, validate = validators::one_of(&ingress::KeyType::NAMES))]
    pub key_type: Field<String>,
}

/// A limit for each client address.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct RateLimit {
    /// Whether the limit applies. Defaults to `true`.
    #[attribute(optional)]
    pub enabled: Field<bool>,
    /// Requests a second that a client may make on average. Defaults to `100`.
    #[attribute(optional)]
    pub average: Field<u32>,
    /// Requests that a client may make at once after a while of silence. Defaults to `200`.
    #[attribute(optional)]
    pub burst: Field<u32>,
}

/// Headers of every answer that tell browsers to be careful.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct SecurityHeaders {
    /// Whether any of them is sent. Defaults to `true`.
    #[attribute(optional)]
    pub enabled: Field<bool>,
    /// Seconds for which browsers insist on HTTPS (RFC 6797); `0` leaves the header out. Defaults to `31536000`, a year.
    #[attribute(optional)]
    pub hsts_seconds: Field<u32>,
    /// Whether that holds for all names below, too. Defaults to `false`.
    #[attribute(optional)]
    pub hsts_include_subdomains: Field<bool>,
    /// Whether browser makers may put the name into their own lists, which is hard to take back. Defaults to `false`.
    #[attribute(optional)]
    pub hsts_preload: Field<bool>,
    /// Whether browsers must believe the type of a file (`X-Content-Type-Options: nosniff`). Defaults to `true`.
    #[attribute(optional)]
    pub content_type_nosniff: Field<bool>,
    /// Whether other sites may not show a page in a frame (`X-Frame-Options: SAMEORIGIN`). Defaults to `true`.
    #[attribute(optional)]
    pub frame_same_origin: Field<bool>,
    /// What browsers tell other sites about where a user comes from. Defaults to `strict-origin-when-cross-origin`.
    #[attribute(optional, validate = validators::one_of(&ingress::REFERRER_POLICIES))]
    pub referrer_policy: Field<String>,
}

/// The log of requests.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct AccessLog {
    /// Whether requests are logged. Defaults to `true`.
    #[attribute(optional)]
    pub enabled: Field<bool>,
}

/// Uptime Kuma.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Status {
    /// Whether the service is part of the stack. Defaults to `true`.
    #[attribute(optional)]
    pub enabled: Field<bool>,
    /// Host name of the service. Defaults to `status.` and the stack's domain.
    #[attribute(optional, validate = validate::domain)]
    pub domain: Field<String>,
    /// Image in place of the pinned one.
    #[attribute(optional, validate = image::reference)]
    pub image: Field<String>,
    /// Name of the first administrator, who is made before anybody can reach the service. The password is generated on
    /// the machine and stored nowhere else, in `/opt/quickfra/<name>/secrets/status/administrator-password`; a lost one is
    /// never replaced, see the guide on releases. Used when the service is set up for the first time. Defaults to `admin`.
    #[attribute(optional, validate = validate::user_name)]
    pub administrator: Field<String>,
    /// Most memory that Uptime Kuma may take, in MiB. Defaults to `512`.
    #[attribute(optional)]
    pub memory: Field<u32>,
}

/// VictoriaMetrics and node exporter.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Metrics {
    /// Whether the services are part of the stack. Defaults to `true`.
    #[attribute(optional)]
    pub enabled: Field<bool>,
    /// VictoriaMetrics image in place of the pinned one.
    #[attribute(optional, validate = image::reference)]
    pub image: Field<String>,
    /// Node exporter image in place of the pinned one.
    #[attribute(optional, validate = image::reference)]
    pub node_exporter_image: Field<String>,
    /// Days for which measurements are kept. Defaults to `90`.
    #[attribute(optional)]
    pub retention_days: Field<u32>,
    /// Seconds between two measurements. Defaults to `15`.
    #[attribute(optional)]
    pub interval_seconds: Field<u32>,
    /// Port of the machine's loopback address on which VictoriaMetrics answers. Without it, it answers nowhere outside
    /// the stack's own network.
    #[attribute(optional)]
    pub port: Field<u16>,
    /// Most memory that VictoriaMetrics may take, in MiB. Defaults to `512`.
    #[attribute(optional)]
    pub memory: Field<u32>,
}

/// A container of the stack.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Service {
    /// Image reference of the container.
    #[attribute(computed)]
    pub image: Field<String>,
    /// Digest of the image that runs.
    #[attribute(computed)]
    pub digest: Field<String>,
    /// `running`, or what the engine says instead: `exited`, `paused`, `restarting`. `missing` where there is no container,
    /// `no engine` where the engine does not answer.
    #[attribute(computed)]
    pub state: Field<String>,
    /// `healthy`, `unhealthy` or `starting`; `none` for a service without a health check.
    #[attribute(computed)]
    pub health: Field<String>,
}
