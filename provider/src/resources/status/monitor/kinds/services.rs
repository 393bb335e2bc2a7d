//! Types that ask a service in its own protocol.

use std::collections::BTreeMap;

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use super::super::checks::{self, OPERATORS};
use super::super::shapes::headers;
use crate::resources::status::fields::{Fields, JsonText, Visit, needed_if};

/// Whether a mail server greets.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Smtp {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port, such as 25, 465 or 587.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
    /// How the connection becomes a TLS one: `secure` (at once), `starttls` (it must), or `nostarttls` (not at all).
    #[attribute(optional, validate = validators::one_of(&["secure", "starttls", "nostarttls"]))]
    pub security: Field<String>,
}

impl Fields for Smtp {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, None);
        visit.text("security", "smtpSecurity", &mut self.security, None);
    }
}

/// Whether a value that a device tells over SNMP is as expected. Uptime Kuma 2.0 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Snmp {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port.
    #[attribute(optional, default = 161, validate = validators::port)]
    pub port: Field<i64>,
    /// Version of the protocol: `1`, `2c` or `3`.
    #[attribute(optional, default = "2c", validate = validators::one_of(&["1", "2c", "3"]))]
    pub version: Field<String>,
    /// Community string, which versions 1 and 2c need, though an import without it keeps what the server has.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub community_wo: Field<Secret>,
    /// Name of the user, which version 3 needs; the server then asks without a password. The server takes it only for a new
    /// monitor and never tells it, so that another name makes another monitor. One that was imported without it keeps the
    /// name that the server has, and a name that is written later is taken for that one. Uptime Kuma 2.1 and newer.
    #[attribute(optional, validate = checks::not_blank)]
    pub username: Field<String>,
    /// Object identifier of the value, such as `1.3.6.1.2.1.1.3.0`.
    #[attribute(required, validate = checks::object_identifier)]
    pub oid: Field<String>,
    /// JSONata expression on the value; `$` is the value itself.
    #[attribute(optional, default = "$", validate = checks::not_blank)]
    pub json_path: Field<String>,
    /// How it is compared: `>`, `>=`, `<`, `<=`, `!=`, `==` or `contains`.
    #[attribute(optional, default = "==", validate = validators::one_of(&OPERATORS))]
    pub operator: Field<String>,
    /// What it is compared with: a number for `>`, `>=`, `<` and `<=`.
    #[attribute(required, validate = checks::not_blank)]
    pub expected_value: Field<String>,
}

impl Fields for Snmp {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, Some(161));
        visit.text("version", "snmpVersion", &mut self.version, Some("2c"));
        // The server keeps it there, too.
        let third = self.version.is_unknown() || self.version.known().is_some_and(|version| version == "3");
        needed_if(
            visit,
            !third,
            ("community_wo", "radiusPassword"),
            &mut self.community_wo,
        );
        visit.text("oid", "snmpOid", &mut self.oid, None);
        visit.text("json_path", "jsonPath", &mut self.json_path, Some("$"));
        visit.text("operator", "jsonPathOperator", &mut self.operator, Some("=="));
        visit.text("expected_value", "expectedValue", &mut self.expected_value, None);
    }
}

/// Whether a RADIUS server lets a user in (RFC 2865).
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Radius {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port.
    #[attribute(optional, default = 1812, validate = validators::port)]
    pub port: Field<i64>,
    /// Name of the user.
    #[attribute(required, validate = checks::not_blank)]
    pub username: Field<String>,
    /// Password of the user.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub password_wo: Field<Secret>,
    /// Secret that this server shares with the RADIUS server.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub secret_wo: Field<Secret>,
    /// What is called, as the attribute Called-Station-Id tells it.
    #[attribute(required, validate = checks::not_blank)]
    pub called_station_id: Field<String>,
    /// What calls, as the attribute Calling-Station-Id tells it.
    #[attribute(required, validate = checks::not_blank)]
    pub calling_station_id: Field<String>,
}

impl Fields for Radius {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, Some(1812));
        visit.text("username", "radiusUsername", &mut self.username, None);
        visit.needed("password_wo", "radiusPassword", &mut self.password_wo);
        visit.needed("secret_wo", "radiusSecret", &mut self.secret_wo);
        visit.text(
            "called_station_id",
            "radiusCalledStationId",
            &mut self.called_station_id,
            None,
        );
        visit.text(
            "calling_station_id",
            "radiusCallingStationId",
            &mut self.calling_station_id,
            None,
        );
    }
}

/// Whether the answer of a gRPC method holds a text.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct GrpcKeyword {
    /// Host and port of the server, such as `grpc.example.com:443`.
    #[attribute(required, validate = checks::not_blank)]
    pub url: Field<String>,
    /// Text that is looked for, in the letters as written.
    #[attribute(required, validate = checks::not_blank)]
    pub keyword: Field<String>,
    /// Whether the text must not be there.
    #[attribute(optional, default = false)]
    pub invert_keyword: Field<bool>,
    /// Name of the service in `protobuf`, such as `Health`.
    #[attribute(required, validate = checks::not_blank)]
    pub service_name: Field<String>,
    /// Name of the method, its first letter small, such as `check`.
    #[attribute(required, validate = checks::not_blank)]
    pub method: Field<String>,
    /// Definition of the service in the language of Protocol Buffers.
    #[attribute(optional)]
    pub protobuf: Field<String>,
    /// The message that is sent, as JSON.
    #[attribute(optional)]
    pub body: Field<String>,
    /// Metadata of the request. For metadata that hold a secret, see `metadata_wo`.
    #[attribute(optional, validate = checks::header_names)]
    pub metadata: Field<BTreeMap<String, String>>,
    /// Metadata of the request, in place of `metadata`, if a part of it is secret.
    #[attribute(optional, write_only, validate = checks::header_names)]
    pub metadata_wo: Field<BTreeMap<String, Secret>>,
    /// Whether the connection is a TLS one.
    #[attribute(optional, default = false)]
    pub enable_tls: Field<bool>,
}

impl Fields for GrpcKeyword {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("url", "grpcUrl", &mut self.url, None);
        visit.text("keyword", "keyword", &mut self.keyword, None);
        visit.truth("invert_keyword", "invertKeyword", &mut self.invert_keyword, false);
        visit.text("service_name", "grpcServiceName", &mut self.service_name, None);
        visit.text("method", "grpcMethod", &mut self.method, None);
        visit.text("protobuf", "grpcProtobuf", &mut self.protobuf, None);
        visit.json("body", "grpcBody", &mut JsonText(&mut self.body));
        let (shown, secret) = (&mut self.metadata, &mut self.metadata_wo);
        headers(visit, ["metadata", "metadata_wo"], "grpcMetadata", shown, secret);
        visit.truth("enable_tls", "grpcEnableTls", &mut self.enable_tls, false);
    }
}

/// Whether a SIP server answers the request OPTIONS. The program `sipsak` must be where the server runs. Uptime Kuma 2.1 and
/// newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct SipOptions {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port, such as 5060.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
}

impl Fields for SipOptions {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, None);
    }
}

/// Whether Steam lists a game server. The settings of the server must hold a key of Steam's interface.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Steam {
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
}

impl Fields for Steam {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, None);
    }
}

/// Whether a game server answers in the protocol of its game.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Gamedig {
    /// The game, as GameDig calls it, such as `minecraft`.
    #[attribute(required, validate = checks::not_blank)]
    pub game: Field<String>,
    /// Host name or IP address.
    #[attribute(required, validate = checks::host)]
    pub hostname: Field<String>,
    /// The port.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
    /// Whether only this port is asked, and not the others that the game may use.
    #[attribute(optional, default = true)]
    pub given_port_only: Field<bool>,
    /// Token that some games ask for. Uptime Kuma 2.4 and newer.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub token_wo: Field<Secret>,
}

impl Fields for Gamedig {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("game", "game", &mut self.game, None);
        visit.text("hostname", "hostname", &mut self.hostname, None);
        visit.number("port", "port", &mut self.port, None);
        visit.truth(
            "given_port_only",
            "gamedigGivenPortOnly",
            &mut self.given_port_only,
            true,
        );
        visit.secret("token_wo", "gamedigToken", &mut self.token_wo);
    }
}
