//! Types that ask a web server: `http`, `keyword` and `json_query`.

use std::collections::BTreeMap;

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use super::super::checks::{self, OPERATORS};
use super::super::shapes::{headers, or_default, texts};
use super::authentication::{BasicAuth, Bearer, Mtls, Ntlm, OAuth2, Ways};
use crate::resources::status::fields::{Fields, JsonText, Visit};

/// Bytes of an answer that the server keeps at most.
const RESPONSE_LIMIT: i64 = 1024 * 1024;

/// Makes the three models: what is asked for is the same, and each looks at the answer in its own way.
macro_rules! web {
    ($(#[$about:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $ty:ty),* $(,)? } looks $look:expr) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq, Model)]
        pub struct $name {
            /// Address that is asked for.
            #[attribute(required, validate = checks::web_address)]
            pub url: Field<String>,
            $($(#[$attribute])* pub $field: Field<$ty>,)*
            /// Method of the request: `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS`.
            #[attribute(
                optional,
                default = "GET",
                validate = validators::one_of(&["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
            )]
            pub method: Field<String>,
            /// Body of the request.
            #[attribute(optional)]
            pub body: Field<String>,
            /// What the body is: `json`, `form` (fields of a form) or `xml`.
            #[attribute(optional, default = "json", validate = validators::one_of(&["json", "form", "xml"]))]
            pub body_encoding: Field<String>,
            /// Headers of the request. For headers that hold a secret, see `headers_wo`.
            #[attribute(optional, validate = checks::header_names)]
            pub headers: Field<BTreeMap<String, String>>,
            /// Headers of the request, in place of `headers`, if one of them holds a secret. The server keeps all headers in one
            /// text, so all are secret, or none.
            #[attribute(optional, write_only, validate = checks::header_names)]
            pub headers_wo: Field<BTreeMap<String, Secret>>,
            /// Codes of the answer that count as up: single ones, or ranges such as `200-299`.
            #[attribute(
                optional,
                default = texts(&["200-299"]),
                validate = checks::status_codes
            )]
            pub accepted_status_codes: Field<Vec<String>>,
            /// How many redirects are followed; `0` follows none.
            #[attribute(optional, default = 10, validate = checks::at_least(0))]
            pub max_redirects: Field<i64>,
            /// Whether a certificate is accepted that nobody vouches for.
            #[attribute(optional, default = false)]
            pub ignore_tls: Field<bool>,
            /// Whether to notify before the certificate of the address expires.
            #[attribute(optional, default = false)]
            pub certificate_expiry_notification: Field<bool>,
            /// Whether a random parameter is added to the address, so that no cache answers. Uptime Kuma 2.0 and newer.
            #[attribute(optional, default = false)]
            pub cache_bust: Field<bool>,
            /// `ipv4` or `ipv6`, to use only that. Uptime Kuma 2.0 and newer.
            #[attribute(optional, validate = validators::one_of(&["ipv4", "ipv6"]))]
            pub ip_family: Field<String>,
            /// Id of the proxy that is used.
            #[attribute(optional, validate = checks::at_least(1))]
            pub proxy: Field<i64>,
            /// Whether the body of each answer is kept. Uptime Kuma 2.1 and newer.
            #[attribute(optional, default = false)]
            pub save_response: Field<bool>,
            /// Whether the body of an answer that counts as down is kept. Uptime Kuma 2.1 and newer.
            #[attribute(optional, default = true)]
            pub save_error_response: Field<bool>,
            /// How much of a body is kept, in bytes; `0` keeps all of it.
            #[attribute(optional, default = 1024, validate = validators::range(0..=RESPONSE_LIMIT))]
            pub response_max_length: Field<i64>,
            /// Login with a user name and a password. At most one kind of login is possible.
            #[block]
            pub basic_auth: Option<BasicAuth>,
            /// Login with a token. Uptime Kuma 2.4 and newer.
            #[block]
            pub bearer: Option<Bearer>,
            /// Login with a token that the server gets for itself.
            #[block]
            pub oauth2: Option<OAuth2>,
            /// Login with a Windows account.
            #[block]
            pub ntlm: Option<Ntlm>,
            /// Login with a certificate.
            #[block]
            pub mtls: Option<Mtls>,
        }

        impl Fields for $name {
            fn fields(&mut self, visit: &mut dyn Visit) {
                visit.text("url", "url", &mut self.url, None);
                let look: fn(&mut Self, &mut dyn Visit) = $look;
                look(self, visit);
                visit.text("method", "method", &mut self.method, Some("GET"));
                visit.json("body", "body", &mut JsonText(&mut self.body));
                visit.text("body_encoding", "httpBodyEncoding", &mut self.body_encoding, Some("json"));
                or_default(&mut self.body_encoding, "json".to_owned());
                let (shown, secret) = (&mut self.headers, &mut self.headers_wo);
                headers(visit, ["headers", "headers_wo"], "headers", shown, secret);
                let codes = &mut self.accepted_status_codes;
                visit.texts("accepted_status_codes", "accepted_statuscodes", codes, &["200-299"]);
                visit.number("max_redirects", "maxredirects", &mut self.max_redirects, Some(10));
                visit.truth("ignore_tls", "ignoreTls", &mut self.ignore_tls, false);
                let notification = &mut self.certificate_expiry_notification;
                visit.truth("certificate_expiry_notification", "expiryNotification", notification, false);
                visit.truth("cache_bust", "cacheBust", &mut self.cache_bust, false);
                visit.text("ip_family", "ipFamily", &mut self.ip_family, None);
                visit.number("proxy", "proxyId", &mut self.proxy, None);
                visit.truth("save_response", "saveResponse", &mut self.save_response, false);
                visit.truth("save_error_response", "saveErrorResponse", &mut self.save_error_response, true);
                let limit = &mut self.response_max_length;
                visit.number("response_max_length", "responseMaxLength", limit, Some(1024));
                let ways = Ways {
                    basic_auth: Some(&mut self.basic_auth),
                    bearer: Some(&mut self.bearer),
                    oauth2: Some(&mut self.oauth2),
                    ntlm: Some(&mut self.ntlm),
                    mtls: Some(&mut self.mtls),
                };
                ways.fields(visit);
            }
        }

        impl Web for $name {
            fn body(&self) -> (&Field<String>, &Field<String>) {
                (&self.body, &self.body_encoding)
            }

            fn headers_twice(&self) -> bool {
                !self.headers.is_null() && !self.headers_wo.is_null()
            }

            fn logins(&self) -> Vec<&'static str> {
                let ways = [
                    ("basic_auth", self.basic_auth.is_some()),
                    ("bearer", self.bearer.is_some()),
                    ("oauth2", self.oauth2.is_some()),
                    ("ntlm", self.ntlm.is_some()),
                    ("mtls", self.mtls.is_some()),
                ];
                ways.into_iter().filter_map(|(name, there)| there.then_some(name)).collect()
            }
        }
    };
}

/// What can be wrong between the attributes of a request.
pub(crate) trait Web {
    /// The body, and what it is.
    fn body(&self) -> (&Field<String>, &Field<String>);

    /// Whether the headers are given both ways.
    fn headers_twice(&self) -> bool;

    /// The kinds of login that are configured.
    fn logins(&self) -> Vec<&'static str>;
}

web! {
    /// Whether a web address answers.
    Http {} looks |_, _| {}
}

web! {
    /// Whether the answer of a web address holds a text.
    Keyword {
        /// Text that is looked for, in the letters as written.
        #[attribute(required, validate = checks::not_blank)]
        keyword: String,
        /// Whether the text must not be there.
        #[attribute(optional, default = false)]
        invert_keyword: bool,
    } looks |model, visit| {
        visit.text("keyword", "keyword", &mut model.keyword, None);
        visit.truth("invert_keyword", "invertKeyword", &mut model.invert_keyword, false);
    }
}

web! {
    /// Whether a value in the JSON answer of a web address is as expected.
    JsonQuery {
        /// JSONata expression that gives the value; `$` is the whole answer.
        #[attribute(optional, default = "$", validate = checks::not_blank)]
        json_path: String,
        /// How the value is compared: `>`, `>=`, `<`, `<=`, `!=`, `==` or `contains`. Uptime Kuma 2.0 and newer; older ones
        /// have `==` alone.
        #[attribute(optional, default = "==", validate = validators::one_of(&OPERATORS))]
        operator: String,
        /// What it is compared with: a number for `>`, `>=`, `<` and `<=`.
        #[attribute(required, validate = checks::not_blank)]
        expected_value: String,
        /// Whether `retries` hold only for an answer with a code that is not accepted, and not for another value. Uptime Kuma
        /// 2.1 and newer.
        #[attribute(optional, default = false)]
        retry_only_on_status_code_failure: bool,
    } looks |model, visit| {
        visit.text("json_path", "jsonPath", &mut model.json_path, Some("$"));
        visit.text("operator", "jsonPathOperator", &mut model.operator, Some("=="));
        visit.text("expected_value", "expectedValue", &mut model.expected_value, None);
        let only = &mut model.retry_only_on_status_code_failure;
        visit.truth("retry_only_on_status_code_failure", "retryOnlyOnStatusCodeFailure", only, false);
    }
}
