//! How a monitor logs in to what it checks over HTTP.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use super::super::checks;
use super::super::shapes::clear;
use crate::resources::status::fields::{Fields, Visit, variant};

/// The server's field that says which way is taken.
const METHOD: &str = "authMethod";

/// A user name and a password.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct BasicAuth {
    /// Name of the user.
    #[attribute(required, validate = checks::not_blank)]
    pub username: Field<String>,
    /// Password of the user.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
}

impl Fields for BasicAuth {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("username", "basic_auth_user", &mut self.username, None);
        visit.needed("password_wo", "basic_auth_pass", &mut self.password_wo);
    }
}

/// A token in the header `Authorization`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Bearer {
    /// The token, without the word `Bearer`.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub token_wo: Field<Secret>,
}

impl Fields for Bearer {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("token_wo", "bearer_token", &mut self.token_wo);
    }
}

/// A token that the server gets for itself with the client credentials of OAuth 2.0 (RFC 6749, section 4.4).
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct OAuth2 {
    /// Address that gives tokens.
    #[attribute(required, validate = checks::web_address)]
    pub token_url: Field<String>,
    /// Name of the client.
    #[attribute(required, validate = checks::not_blank)]
    pub client_id: Field<String>,
    /// Secret of the client.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub client_secret_wo: Field<Secret>,
    /// How the client says its secret: `client_secret_basic` (in a header) or `client_secret_post` (in the body).
    #[attribute(
        optional,
        default = "client_secret_basic",
        validate = validators::one_of(&["client_secret_basic", "client_secret_post"])
    )]
    pub authentication: Field<String>,
    /// What the token is to allow, with blanks between.
    #[attribute(optional)]
    pub scopes: Field<String>,
    /// Whom the token is for. Uptime Kuma 2.0 and newer.
    #[attribute(optional)]
    pub audience: Field<String>,
}

impl Fields for OAuth2 {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("token_url", "oauth_token_url", &mut self.token_url, None);
        visit.text("client_id", "oauth_client_id", &mut self.client_id, None);
        visit.needed("client_secret_wo", "oauth_client_secret", &mut self.client_secret_wo);
        let way = &mut self.authentication;
        visit.text("authentication", "oauth_auth_method", way, Some("client_secret_basic"));
        visit.text("scopes", "oauth_scopes", &mut self.scopes, None);
        visit.text("audience", "oauth_audience", &mut self.audience, None);
    }
}

/// A Windows login (NTLM).
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Ntlm {
    /// Name of the user.
    #[attribute(required, validate = checks::not_blank)]
    pub username: Field<String>,
    /// Password of the user.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
    /// Windows domain of the user.
    #[attribute(optional)]
    pub domain: Field<String>,
    /// Name that the server gives itself.
    #[attribute(optional)]
    pub workstation: Field<String>,
}

impl Fields for Ntlm {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("username", "basic_auth_user", &mut self.username, None);
        visit.needed("password_wo", "basic_auth_pass", &mut self.password_wo);
        visit.text("domain", "authDomain", &mut self.domain, None);
        visit.text("workstation", "authWorkstation", &mut self.workstation, None);
    }
}

/// A certificate of the client (mutual TLS).
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Mtls {
    /// Certificate of the client, in PEM.
    #[attribute(required, validate = checks::not_blank)]
    pub certificate: Field<String>,
    /// Private key of the certificate, in PEM.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = checks::secret)]
    pub private_key_wo: Field<Secret>,
    /// Certificates that vouch for the other side, in PEM, in place of those that the server trusts by itself.
    #[attribute(optional)]
    pub ca_bundle: Field<String>,
}

impl Fields for Mtls {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("certificate", "tlsCert", &mut self.certificate, None);
        visit.needed("private_key_wo", "tlsKey", &mut self.private_key_wo);
        visit.text("ca_bundle", "tlsCa", &mut self.ca_bundle, None);
    }
}

/// The ways that a type has; at most one of them is configured.
#[derive(Default)]
pub(crate) struct Ways<'a> {
    pub(crate) basic_auth: Option<&'a mut Option<BasicAuth>>,
    pub(crate) bearer: Option<&'a mut Option<Bearer>>,
    pub(crate) oauth2: Option<&'a mut Option<OAuth2>>,
    pub(crate) ntlm: Option<&'a mut Option<Ntlm>>,
    pub(crate) mtls: Option<&'a mut Option<Mtls>>,
}

impl Ways<'_> {
    /// Goes through the fields. What a way that is not taken would fill is cleared.
    pub(crate) fn fields(self, visit: &mut dyn Visit) {
        let login = ["basic_auth_user", "basic_auth_pass"];
        let windows = ["authDomain", "authWorkstation"];
        let oauth = [
            "oauth_token_url",
            "oauth_client_id",
            "oauth_client_secret",
            "oauth_scopes",
            "oauth_audience",
        ];
        clear(visit, "basic_auth", &[METHOD]);
        clear(visit, "basic_auth", &login);
        clear(visit, "bearer", &["bearer_token"]);
        clear(visit, "oauth2", &oauth);
        clear(visit, "ntlm", &windows);
        clear(visit, "mtls", &["tlsCert", "tlsKey", "tlsCa"]);
        if let Some(block) = self.basic_auth {
            variant(visit, "basic_auth", (METHOD, "basic"), block);
        }
        if let Some(block) = self.bearer {
            variant(visit, "bearer", (METHOD, "bearer"), block);
        }
        if let Some(block) = self.oauth2 {
            variant(visit, "oauth2", (METHOD, "oauth2-cc"), block);
        }
        if let Some(block) = self.ntlm {
            variant(visit, "ntlm", (METHOD, "ntlm"), block);
        }
        if let Some(block) = self.mtls {
            variant(visit, "mtls", (METHOD, "mtls"), block);
        }
    }
}
