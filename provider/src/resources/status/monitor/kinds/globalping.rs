//! The type that lets a probe of Globalping look.

use std::collections::BTreeMap;

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use super::super::checks::{self, OPERATORS};
use super::super::shapes::{headers, texts};
use super::authentication::{BasicAuth, Bearer, OAuth2, Ways};
use crate::resources::status::fields::{Fields, Visit, variant};

/// The server's field that says which measurement is made.
const MEASUREMENT: &str = "subtype";
const RECORD_TYPES: [&str; 16] = [
    "A", "AAAA", "ANY", "CNAME", "DNSKEY", "DS", "HTTPS", "MX", "NS", "NSEC", "PTR", "RRSIG", "SOA", "SRV", "SVCB",
    "TXT",
];

/// A measurement from somewhere else in the world, by a probe of Globalping. Exactly one of `ping`, `http` and `dns`. Uptime
/// Kuma 2.1 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Globalping {
    /// Where the probe is, in Globalping's words: `world`, a country, a town, a network, joined by `+`.
    #[attribute(optional, default = "world", validate = checks::location)]
    pub location: Field<String>,
    /// `ipv4` or `ipv6`, to use only that.
    #[attribute(optional, validate = validators::one_of(&["ipv4", "ipv6"]))]
    pub ip_family: Field<String>,
    /// Whether a host answers.
    #[block]
    pub ping: Option<GlobalpingPing>,
    /// Whether a web address answers.
    #[block]
    pub http: Option<GlobalpingHttp>,
    /// Whether a domain name has a record.
    #[block]
    pub dns: Option<GlobalpingDns>,
}

impl Fields for Globalping {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("location", "location", &mut self.location, Some("world"));
        visit.text("ip_family", "ipFamily", &mut self.ip_family, None);
        variant(visit, "ping", (MEASUREMENT, "ping"), &mut self.ping);
        variant(visit, "http", (MEASUREMENT, "http"), &mut self.http);
        variant(visit, "dns", (MEASUREMENT, "dns"), &mut self.dns);
    }
}

/// Whether a host answers a probe.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct GlobalpingPing {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// `ICMP` or `TCP`.
    #[attribute(optional, default = "ICMP", validate = validators::one_of(&["ICMP", "TCP"]))]
    pub protocol: Field<String>,
    /// The port, for `TCP`.
    #[attribute(optional, validate = validators::port)]
    pub port: Field<i64>,
    /// Requests of one check.
    #[attribute(optional, default = 3, validate = validators::range(1..=100))]
    pub packet_count: Field<i64>,
}

impl Fields for GlobalpingPing {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.text("protocol", "protocol", &mut self.protocol, Some("ICMP"));
        visit.number("port", "port", &mut self.port, None);
        visit.number("packet_count", "ping_count", &mut self.packet_count, Some(3));
    }
}

/// Whether a web address answers a probe. With `keyword`, its answer must hold a text; else with `expected_value`, a value of
/// its JSON answer must be as expected.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct GlobalpingHttp {
    /// Address that is asked for.
    #[attribute(required, validate = checks::web_address)]
    pub url: Field<String>,
    /// Method of the request: `HEAD`, `GET` or `OPTIONS`.
    #[attribute(optional, default = "GET", validate = validators::one_of(&["HEAD", "GET", "OPTIONS"]))]
    pub method: Field<String>,
    /// `HTTP2`, to use only that.
    #[attribute(optional, validate = validators::one_of(&["HTTP2"]))]
    pub protocol: Field<String>,
    /// Server that names are asked of, in place of the probe's own.
    #[attribute(optional)]
    pub resolver_server: Field<String>,
    /// Headers of the request. For headers that hold a secret, see `headers_wo`.
    #[attribute(optional, validate = checks::header_names)]
    pub headers: Field<BTreeMap<String, String>>,
    /// Headers of the request, in place of `headers`, if one of them holds a secret.
    #[attribute(optional, write_only, validate = checks::header_names)]
    pub headers_wo: Field<BTreeMap<String, Secret>>,
    /// Codes of the answer that count as up: single ones, or ranges such as `200-299`.
    #[attribute(optional, default = texts(&["200-299"]), validate = checks::status_codes)]
    pub accepted_status_codes: Field<Vec<String>>,
    /// Text that is looked for, in the letters as written.
    #[attribute(optional)]
    pub keyword: Field<String>,
    /// Whether the text must not be there.
    #[attribute(optional, default = false)]
    pub invert_keyword: Field<bool>,
    /// JSONata expression that gives a value of the JSON answer.
    #[attribute(optional)]
    pub json_path: Field<String>,
    /// How the value is compared: `>`, `>=`, `<`, `<=`, `!=`, `==` or `contains`.
    #[attribute(optional, validate = validators::one_of(&OPERATORS))]
    pub operator: Field<String>,
    /// What it is compared with.
    #[attribute(optional)]
    pub expected_value: Field<String>,
    /// Whether a certificate is accepted that nobody vouches for.
    #[attribute(optional, default = false)]
    pub ignore_tls: Field<bool>,
    /// Whether a random parameter is added to the address, so that no cache answers.
    #[attribute(optional, default = false)]
    pub cache_bust: Field<bool>,
    /// Whether to notify before the certificate of the address expires.
    #[attribute(optional, default = false)]
    pub certificate_expiry_notification: Field<bool>,
    /// Login with a user name and a password. At most one kind of login is possible.
    #[block]
    pub basic_auth: Option<BasicAuth>,
    /// Login with a token.
    #[block]
    pub bearer: Option<Bearer>,
    /// Login with a token that the server gets for itself.
    #[block]
    pub oauth2: Option<OAuth2>,
}

impl Fields for GlobalpingHttp {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("url", "url", &mut self.url, None);
        visit.text("method", "method", &mut self.method, Some("GET"));
        visit.text("protocol", "protocol", &mut self.protocol, None);
        visit.text("resolver_server", "dns_resolve_server", &mut self.resolver_server, None);
        let (shown, secret) = (&mut self.headers, &mut self.headers_wo);
        headers(visit, ["headers", "headers_wo"], "headers", shown, secret);
        let codes = &mut self.accepted_status_codes;
        visit.texts("accepted_status_codes", "accepted_statuscodes", codes, &["200-299"]);
        visit.text("keyword", "keyword", &mut self.keyword, None);
        visit.truth("invert_keyword", "invertKeyword", &mut self.invert_keyword, false);
        visit.text("json_path", "jsonPath", &mut self.json_path, None);
        visit.text("operator", "jsonPathOperator", &mut self.operator, None);
        visit.text("expected_value", "expectedValue", &mut self.expected_value, None);
        visit.truth("ignore_tls", "ignoreTls", &mut self.ignore_tls, false);
        visit.truth("cache_bust", "cacheBust", &mut self.cache_bust, false);
        let notification = &mut self.certificate_expiry_notification;
        visit.truth(
            "certificate_expiry_notification",
            "expiryNotification",
            notification,
            false,
        );
        let ways = Ways {
            basic_auth: Some(&mut self.basic_auth),
            bearer: Some(&mut self.bearer),
            oauth2: Some(&mut self.oauth2),
            ..Ways::default()
        };
        ways.fields(visit);
    }
}

/// Whether a domain name has a record where a probe is.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct GlobalpingDns {
    /// Name that is asked for.
    #[attribute(required, validate = checks::queried_name)]
    pub hostname: Field<String>,
    /// Server that is asked, in place of the probe's own.
    #[attribute(optional)]
    pub resolver_server: Field<String>,
    /// Port of the server.
    #[attribute(optional, default = 53, validate = validators::port)]
    pub port: Field<i64>,
    /// Type of the record, such as `A`, `AAAA`, `MX` or `TXT`.
    #[attribute(optional, default = "A", validate = validators::one_of(&RECORD_TYPES))]
    pub record_type: Field<String>,
    /// Regular expression that a record matches.
    #[attribute(optional)]
    pub keyword: Field<String>,
    /// `UDP` or `TCP`.
    #[attribute(optional, default = "UDP", validate = validators::one_of(&["UDP", "TCP"]))]
    pub protocol: Field<String>,
}

impl Fields for GlobalpingDns {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.text("resolver_server", "dns_resolve_server", &mut self.resolver_server, None);
        visit.number("port", "port", &mut self.port, Some(53));
        visit.text("record_type", "dns_resolve_type", &mut self.record_type, Some("A"));
        visit.text("keyword", "keyword", &mut self.keyword, None);
        visit.text("protocol", "protocol", &mut self.protocol, Some("UDP"));
    }
}
