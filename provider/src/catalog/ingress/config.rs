//! What users can say about the ingress, with its defaults and its checks.

use crate::catalog::{Invalid, at, image, pem, validate};

/// Let's Encrypt's production directory.
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Configuration of the ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The image to use. Default: [`super::IMAGE`].
    pub image: Option<String>,
    /// Where certificates come from.
    pub acme: Acme,
    /// How many requests a client may make.
    pub rate_limit: RateLimit,
    /// Headers that tell browsers to be careful.
    pub security_headers: SecurityHeaders,
    /// The log of requests.
    pub access_log: AccessLog,
    /// Addresses and networks (CIDR) of proxies before the ingress, whose word about a client's address is believed.
    /// Default: none. Where some are given, the rate limit counts by the last address before them.
    pub trusted_proxies: Vec<String>,
    /// How long connections may last.
    pub timeouts: Timeouts,
    /// Most memory it may take, in MiB. Default: 256.
    pub memory: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            image: None,
            acme: Acme::default(),
            rate_limit: RateLimit::default(),
            security_headers: SecurityHeaders::default(),
            access_log: AccessLog::default(),
            trusted_proxies: Vec::new(),
            timeouts: Timeouts::default(),
            memory: 256,
        }
    }
}

/// Where certificates come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acme {
    /// Address that the authority warns about its certificates. Needed.
    pub email: String,
    /// The authority's directory. Default: [`LETS_ENCRYPT`].
    pub directory_url: String,
    /// PEM bundle of the authorities that vouch for the directory's own certificate. Default: those of the system.
    pub ca_bundle: Option<String>,
    /// How the authority checks that a name leads here. Default: [`Challenge::Http`].
    pub challenge: Challenge,
    /// Kind of the certificates' keys. Default: [`KeyType::Ec256`].
    pub key_type: KeyType,
}

impl Default for Acme {
    fn default() -> Self {
        Self {
            email: String::new(),
            directory_url: LETS_ENCRYPT.to_owned(),
            ca_bundle: None,
            challenge: Challenge::default(),
            key_type: KeyType::default(),
        }
    }
}

/// How an ACME authority checks that a name leads here (RFC 8555 section 8.3, RFC 8737).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Challenge {
    /// A page on port 80 (HTTP-01).
    #[default]
    Http,
    /// A special certificate on port 443 (TLS-ALPN-01).
    Tls,
}

impl Challenge {
    /// The names that users write.
    pub const NAMES: [&str; 2] = ["http", "tls"];

    /// The challenge of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "http" => Some(Self::Http),
            "tls" => Some(Self::Tls),
            _ => None,
        }
    }
}

/// Kind of a certificate's key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyType {
    /// ECDSA on P-256: made in no time, understood by every browser since 2014.
    #[default]
    Ec256,
    /// ECDSA on P-384.
    Ec384,
    /// RSA with 2048 bits, for very old clients.
    Rsa2048,
    /// RSA with 4096 bits.
    Rsa4096,
}

impl KeyType {
    /// The names that users write.
    pub const NAMES: [&str; 4] = ["ec256", "ec384", "rsa2048", "rsa4096"];

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ec256" => Some(Self::Ec256),
            "ec384" => Some(Self::Ec384),
            "rsa2048" => Some(Self::Rsa2048),
            "rsa4096" => Some(Self::Rsa4096),
            _ => None,
        }
    }
}

/// A token bucket for each client address; IPv6 clients are counted by /64, which is what one customer gets. A request too
/// many is answered with 429.
///
/// Behind trusted proxies Traefik 3.7 tells IPv6 clients apart by their whole address, and counts all that come around the
/// proxies as one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimit {
    /// Whether there is a limit. Default: yes.
    pub enabled: bool,
    /// Requests a second that a client may make on average. Default: 100.
    pub average: u32,
    /// Requests that a client may make at once after a while of silence. Default: 200.
    pub burst: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            enabled: true,
            average: 100,
            burst: 200,
        }
    }
}

/// Headers of every answer that tell browsers to be careful.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a header that is there or not, whatever the others are"
)]
pub struct SecurityHeaders {
    /// Whether any of them is set. Default: yes.
    pub enabled: bool,
    /// Seconds for which browsers insist on HTTPS (RFC 6797); 0 leaves the header out. Default: a year.
    pub hsts_seconds: u32,
    /// Whether that holds for all names below, too. Default: no.
    pub hsts_include_subdomains: bool,
    /// Whether browser makers may put the name into their own lists. Hard to take back. Default: no.
    pub hsts_preload: bool,
    /// Whether browsers must believe the type of a file (`X-Content-Type-Options: nosniff`). Default: yes.
    pub content_type_nosniff: bool,
    /// Whether other sites may not show a page in a frame (`X-Frame-Options: SAMEORIGIN`). Default: yes.
    pub frame_same_origin: bool,
    /// What browsers tell other sites about where a user comes from. Default: `strict-origin-when-cross-origin`.
    pub referrer_policy: Option<String>,
}

/// The values of `Referrer-Policy` (W3C Referrer Policy, section 3).
pub const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self {
            enabled: true,
            hsts_seconds: 31_536_000,
            hsts_include_subdomains: false,
            hsts_preload: false,
            content_type_nosniff: true,
            frame_same_origin: true,
            referrer_policy: Some("strict-origin-when-cross-origin".to_owned()),
        }
    }
}

/// The log of requests: JSON lines in the container's log, without query strings and without headers, which often hold
/// secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLog {
    /// Whether requests are logged. Default: yes.
    pub enabled: bool,
}

impl Default for AccessLog {
    fn default() -> Self {
        Self { enabled: true }
    }
}

/// How long connections may last, in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    /// Longest time for reading a whole request. Default: 60. 0 means no limit.
    pub read_seconds: u32,
    /// Longest time that a connection may be idle between requests. Default: 180.
    pub idle_seconds: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            read_seconds: 60,
            idle_seconds: 180,
        }
    }
}

impl Config {
    /// Refuses what could not work, with its place.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if let Some(reference) = &self.image {
            at("ingress.image", image::reference(reference))?;
        }
        at("ingress.acme.email", validate::email(&self.acme.email))?;
        at(
            "ingress.acme.directory_url",
            validate::https_url(&self.acme.directory_url),
        )?;
        if let Some(bundle) = &self.acme.ca_bundle {
            at("ingress.acme.ca_bundle", pem::certificate_bundle(bundle))?;
        }
        self.rate_limit.check()?;
        self.security_headers.check()?;
        at(
            "ingress.trusted_proxies",
            validate::within(
                "the number of proxies",
                u32::try_from(self.trusted_proxies.len()).unwrap_or(u32::MAX),
                0,
                256,
            ),
        )?;
        for (index, proxy) in self.trusted_proxies.iter().enumerate() {
            at(
                &format!("ingress.trusted_proxies[{index}]"),
                validate::address_or_network(proxy),
            )?;
        }
        at(
            "ingress.timeouts.read_seconds",
            validate::within("the time in seconds", self.timeouts.read_seconds, 0, 86_400),
        )?;
        at(
            "ingress.timeouts.idle_seconds",
            validate::within("the time in seconds", self.timeouts.idle_seconds, 1, 86_400),
        )?;
        at(
            "ingress.memory",
            validate::within("the memory in MiB", self.memory, 64, 1 << 20),
        )
    }
}

impl RateLimit {
    fn check(&self) -> Result<(), Invalid> {
        at(
            "ingress.rate_limit.average",
            validate::within("the average of requests a second", self.average, 1, 1_000_000),
        )?;
        at(
            "ingress.rate_limit.burst",
            validate::within("the burst of requests", self.burst, 1, 1_000_000),
        )
    }
}

impl SecurityHeaders {
    fn check(&self) -> Result<(), Invalid> {
        if let Some(policy) = &self.referrer_policy
            && !REFERRER_POLICIES.contains(&policy.as_str())
        {
            return Err(Invalid::new(
                "ingress.security_headers.referrer_policy",
                format!("not one of {}", REFERRER_POLICIES.join(", ")),
            ));
        }
        if self.hsts_preload && (!self.hsts_include_subdomains || self.hsts_seconds < 31_536_000) {
            return Err(Invalid::new(
                "ingress.security_headers.hsts_preload",
                "the browsers' lists ask for hsts_include_subdomains and for at least a year (31536000) of hsts_seconds",
            ));
        }
        Ok(())
    }
}
