//! The type that opens a WebSocket.

use std::collections::BTreeMap;

use tfplugin::{Field, Model, Secret};

use super::super::checks;
use super::super::shapes::{Joined, headers, texts};
use super::authentication::{BasicAuth, Bearer, Mtls, OAuth2, Ways};
use crate::resources::status::fields::{Fields, Visit};

/// Whether a WebSocket can be opened (RFC 6455). Uptime Kuma 2.1 and newer.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct WebsocketUpgrade {
    /// Address of the WebSocket: `ws://` or `wss://`.
    #[attribute(required, validate = checks::socket_address)]
    pub url: Field<String>,
    /// Subprotocols that are offered.
    #[attribute(optional)]
    pub subprotocols: Field<Vec<String>>,
    /// Whether a server counts as up that answers with a wrong `Sec-WebSocket-Accept`.
    #[attribute(optional, default = false)]
    pub ignore_sec_websocket_accept_header: Field<bool>,
    /// Codes of the close frame that count as up: single ones, or ranges such as `1000-1001`.
    #[attribute(optional, default = texts(&["1000"]), validate = checks::close_codes)]
    pub accepted_status_codes: Field<Vec<String>>,
    /// Headers of the request. For headers that hold a secret, see `headers_wo`. Uptime Kuma 2.4 and newer.
    #[attribute(optional, validate = checks::header_names)]
    pub headers: Field<BTreeMap<String, String>>,
    /// Headers of the request, in place of `headers`, if one of them holds a secret.
    #[attribute(optional, write_only, validate = checks::header_names)]
    pub headers_wo: Field<BTreeMap<String, Secret>>,
    /// Login with a user name and a password. At most one kind of login is possible.
    #[block]
    pub basic_auth: Option<BasicAuth>,
    /// Login with a token.
    #[block]
    pub bearer: Option<Bearer>,
    /// Login with a token that the server gets for itself.
    #[block]
    pub oauth2: Option<OAuth2>,
    /// Login with a certificate.
    #[block]
    pub mtls: Option<Mtls>,
}

impl Fields for WebsocketUpgrade {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("url", "url", &mut self.url, None);
        visit.json("subprotocols", "wsSubprotocol", &mut Joined(&mut self.subprotocols));
        let ignore = &mut self.ignore_sec_websocket_accept_header;
        visit.truth(
            "ignore_sec_websocket_accept_header",
            "wsIgnoreSecWebsocketAcceptHeader",
            ignore,
            false,
        );
        let codes = &mut self.accepted_status_codes;
        visit.texts("accepted_status_codes", "accepted_statuscodes", codes, &["1000"]);
        let (shown, secret) = (&mut self.headers, &mut self.headers_wo);
        headers(visit, ["headers", "headers_wo"], "headers", shown, secret);
        let ways = Ways {
            basic_auth: Some(&mut self.basic_auth),
            bearer: Some(&mut self.bearer),
            oauth2: Some(&mut self.oauth2),
            mtls: Some(&mut self.mtls),
            ..Ways::default()
        };
        ways.fields(visit);
    }
}
