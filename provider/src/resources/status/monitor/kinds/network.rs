//! Types that look whether something on the network answers.

use tfplugin::schema::validators;
use tfplugin::{Field, Model};

use super::super::checks;
use super::super::conditions::{Condition, Conditions};
use crate::resources::status::fields::{Fields, Visit};

/// TLS alerts that a monitor may expect (RFC 8446, section 6.2).
const ALERTS: [&str; 9] = [
    "none",
    "certificate_required",
    "bad_certificate",
    "certificate_unknown",
    "unknown_ca",
    "access_denied",
    "handshake_failure",
    "certificate_expired",
    "certificate_revoked",
];
const RECORD_TYPES: [&str; 10] = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"];

/// Whether a TCP port takes connections.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Port {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
    /// How the connection becomes a TLS one, for a look at the certificate: `nostarttls` (not at all), `secure` (at once) or
    /// `starttls`. Uptime Kuma 2.0 and newer.
    #[attribute(optional, validate = validators::one_of(&["nostarttls", "secure", "starttls"]))]
    pub security: Field<String>,
    /// Alert with which the other side must end the TLS handshake, such as `certificate_required` from a service that asks
    /// for a client's certificate; `none` expects a handshake that succeeds. Uptime Kuma 2.1 and newer.
    #[attribute(optional, validate = validators::one_of(&ALERTS))]
    pub expected_tls_alert: Field<String>,
    /// Whether to notify before the certificate expires; it takes `security`.
    #[attribute(optional, default = false)]
    pub certificate_expiry_notification: Field<bool>,
}

impl Fields for Port {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, None);
        visit.text("security", "smtpSecurity", &mut self.security, None);
        visit.text(
            "expected_tls_alert",
            "expectedTlsAlert",
            &mut self.expected_tls_alert,
            None,
        );
        let notification = &mut self.certificate_expiry_notification;
        visit.truth(
            "certificate_expiry_notification",
            "expiryNotification",
            notification,
            false,
        );
    }
}

/// Whether a host answers ICMP echo requests. `timeout` holds for all requests of a check together, from 1 to 300 seconds.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Ping {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// Size of a request, in bytes.
    #[attribute(optional, default = 56, validate = validators::range(1..=65500))]
    pub packet_size: Field<i64>,
    /// Requests of one check. Uptime Kuma 2.0 and newer.
    #[attribute(optional, default = 3, validate = validators::range(1..=100))]
    pub packet_count: Field<i64>,
    /// Whether addresses are shown in place of names. Uptime Kuma 2.0 and newer.
    #[attribute(optional, default = true)]
    pub numeric: Field<bool>,
    /// Seconds to wait for the answer to one request. Uptime Kuma 2.0 and newer.
    #[attribute(optional, default = 2, validate = validators::range(1..=60))]
    pub per_request_timeout: Field<i64>,
}

impl Fields for Ping {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("packet_size", "packetSize", &mut self.packet_size, Some(56));
        visit.number("packet_count", "ping_count", &mut self.packet_count, Some(3));
        visit.truth("numeric", "ping_numeric", &mut self.numeric, true);
        let wait = &mut self.per_request_timeout;
        visit.number("per_request_timeout", "ping_per_request_timeout", wait, Some(2));
    }
}

/// Whether a domain name has a record.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Dns {
    /// Name that is asked for.
    #[attribute(required, validate = checks::queried_name)]
    pub hostname: Field<String>,
    /// Servers that are asked: IP addresses or host names, with commas between.
    #[attribute(optional, default = "1.1.1.1", validate = checks::not_blank)]
    pub resolver_server: Field<String>,
    /// Port of the servers.
    #[attribute(optional, default = 53, validate = validators::port)]
    pub port: Field<i64>,
    /// Type of the record: `A`, `AAAA`, `CAA`, `CNAME`, `MX`, `NS`, `PTR`, `SOA`, `SRV` or `TXT`.
    #[attribute(optional, default = "A", validate = validators::one_of(&RECORD_TYPES))]
    pub record_type: Field<String>,
    /// What the record must be like: `record` is compared. Each is a comparison, or a group of such blocks. Uptime Kuma 2.0 and
    /// newer.
    #[block]
    pub condition: Vec<Condition>,
}

impl Fields for Dns {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.text(
            "resolver_server",
            "dns_resolve_server",
            &mut self.resolver_server,
            Some("1.1.1.1"),
        );
        visit.number("port", "port", &mut self.port, Some(53));
        visit.text("record_type", "dns_resolve_type", &mut self.record_type, Some("A"));
        visit.json("condition", "conditions", &mut Conditions(&mut self.condition));
    }
}

/// Whether a host answers over Tailscale. The program `tailscale` must be where the server runs.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct TailscalePing {
    /// Name or address of the host in the tailnet.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
}

impl Fields for TailscalePing {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
    }
}

/// Whether a time server answers with good time (RFC 5905). Uptime Kuma 2.5 and newer. Public time servers limit how often
/// they are asked: an `interval` of 300 seconds is polite.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Ntp {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port.
    #[attribute(optional, default = 123, validate = validators::port)]
    pub port: Field<i64>,
    /// Highest stratum that counts as up: 1 is a server with a clock of its own.
    #[attribute(optional, default = 5, validate = validators::range(1..=15))]
    pub stratum_threshold: Field<i64>,
    /// Largest difference of the clocks that counts as up, in milliseconds.
    #[attribute(optional, default = 1000, validate = checks::at_least(1))]
    pub time_offset_threshold: Field<i64>,
    /// Largest error to the clock at the root that counts as up, in milliseconds.
    #[attribute(optional, default = 500, validate = checks::at_least(1))]
    pub root_dispersion_threshold: Field<i64>,
}

impl Fields for Ntp {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, Some(123));
        visit.number(
            "stratum_threshold",
            "ntpStratumThreshold",
            &mut self.stratum_threshold,
            Some(5),
        );
        let offset = &mut self.time_offset_threshold;
        visit.number("time_offset_threshold", "ntpTimeOffsetThreshold", offset, Some(1000));
        let dispersion = &mut self.root_dispersion_threshold;
        visit.number(
            "root_dispersion_threshold",
            "ntpRootDispersionThreshold",
            dispersion,
            Some(500),
        );
    }
}
