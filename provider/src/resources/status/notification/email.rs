//! Mail, over SMTP.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use crate::resources::status::fields::shapes::{Commas, Wire, Words, one_of_commas};
use crate::resources::status::fields::{Fields, JsonText, Visit, block};

/// Mail, over SMTP. At least one of `to`, `cc` and `bcc` has an address.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Email {
    /// Host name or address of the mail server.
    #[attribute(required, validate = validators::not_empty)]
    pub host: Field<String>,
    /// Its port: mostly `587` with `starttls`, `465` with `tls`.
    #[attribute(required, validate = validators::port)]
    pub port: Field<i64>,
    /// How the connection is encrypted: `starttls` upgrades it where the server offers that, `tls` encrypts it from its
    /// first byte.
    #[attribute(optional, default = "starttls", validate = validators::one_of(&["starttls", "tls"]))]
    pub security: Field<String>,
    /// Whether a certificate is accepted that cannot be verified.
    #[attribute(optional, default = false)]
    pub ignore_tls_errors: Field<bool>,
    /// Whether the connection stays unencrypted although the server offers an upgrade. From version 2 on.
    #[attribute(optional, default = false)]
    pub disable_starttls: Field<bool>,
    /// Name to log in with. Without it, there is no login.
    #[attribute(optional)]
    pub username: Field<String>,
    /// Its password.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
    /// The sender, such as `Uptime Kuma <status@example.com>`.
    #[attribute(required, validate = validators::not_empty)]
    pub from: Field<String>,
    /// The recipients.
    #[attribute(optional, validate = validators::each(one_of_commas))]
    pub to: Field<Vec<String>>,
    /// Who gets a copy.
    #[attribute(optional, validate = validators::each(one_of_commas))]
    pub cc: Field<Vec<String>>,
    /// Who gets a copy that the others do not see.
    #[attribute(optional, validate = validators::each(one_of_commas))]
    pub bcc: Field<Vec<String>>,
    /// The subject as a Liquid template, in place of the server's own: with `{{ name }}`, `{{ status }}`, `{{ msg }}`,
    /// `{{ hostnameOrURL }}`, `monitorJSON` and `heartbeatJSON`.
    #[attribute(optional)]
    pub subject: Field<String>,
    /// The text as a Liquid template, in place of the server's own.
    #[attribute(optional)]
    pub body: Field<String>,
    /// Whether `body` is HTML. From version 2 on.
    #[attribute(optional, default = false)]
    pub html_body: Field<bool>,
    /// Further headers, as the text of a JSON object: `jsonencode({ X-Priority = "1" })`. From version 2 on.
    #[attribute(optional, validate = super::validate::object_of_texts)]
    pub headers: Field<String>,
    /// A signature of the mail (DKIM, RFC 6376).
    #[block]
    pub dkim: Option<Dkim>,
}

/// A signature of the mail (DKIM, RFC 6376).
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Dkim {
    /// The domain that signs.
    #[attribute(required, validate = validators::domain)]
    pub domain: Field<String>,
    /// The name below `_domainkey` where the public key stands.
    #[attribute(required, validate = validators::not_empty)]
    pub key_selector: Field<String>,
    /// The private key, in PEM form.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = validators::not_empty)]
    pub private_key_wo: Field<Secret>,
    /// Hash of the signature, such as `sha256`, in place of the server's choice.
    #[attribute(optional)]
    pub hash_algorithm: Field<String>,
    /// The headers that are signed, separated by colons, in place of the server's choice.
    #[attribute(optional)]
    pub header_field_names: Field<String>,
    /// The headers that are not signed, separated by colons.
    #[attribute(optional)]
    pub skip_fields: Field<String>,
}

impl Fields for Email {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("host", "smtpHost", &mut self.host, None);
        visit.number("port", "smtpPort", &mut self.port, None);
        let mut security = Words {
            field: &mut self.security,
            words: &[("starttls", Wire::Truth(false)), ("tls", Wire::Truth(true))],
        };
        visit.json("security", "smtpSecure", &mut security);
        visit.truth(
            "ignore_tls_errors",
            "smtpIgnoreTLSError",
            &mut self.ignore_tls_errors,
            false,
        );
        visit.truth(
            "disable_starttls",
            "smtpIgnoreSTARTTLS",
            &mut self.disable_starttls,
            false,
        );
        visit.text("username", "smtpUsername", &mut self.username, None);
        visit.secret("password_wo", "smtpPassword", &mut self.password_wo);
        visit.text("from", "smtpFrom", &mut self.from, None);
        visit.json("to", "smtpTo", &mut Commas(&mut self.to));
        visit.json("cc", "smtpCC", &mut Commas(&mut self.cc));
        visit.json("bcc", "smtpBCC", &mut Commas(&mut self.bcc));
        visit.text("subject", "customSubject", &mut self.subject, None);
        visit.text("body", "customBody", &mut self.body, None);
        visit.truth("html_body", "htmlBody", &mut self.html_body, false);
        visit.json("headers", "smtpAdditionalHeaders", &mut JsonText(&mut self.headers));
        block(visit, "dkim", &mut self.dkim, &|object| {
            let domain = object.get("smtpDkimDomain").and_then(serde_json::Value::as_str);
            domain.is_some_and(|domain| !domain.is_empty())
        });
    }
}

/// The server's fields of a signature: they are taken away with the block.
pub(super) const DKIM: [&str; 6] = [
    "smtpDkimDomain",
    "smtpDkimKeySelector",
    "smtpDkimPrivateKey",
    "smtpDkimHashAlgo",
    "smtpDkimheaderFieldNames",
    "smtpDkimskipFields",
];

impl Fields for Dkim {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("domain", "smtpDkimDomain", &mut self.domain, None);
        visit.text("key_selector", "smtpDkimKeySelector", &mut self.key_selector, None);
        visit.needed("private_key_wo", "smtpDkimPrivateKey", &mut self.private_key_wo);
        visit.text("hash_algorithm", "smtpDkimHashAlgo", &mut self.hash_algorithm, None);
        visit.text(
            "header_field_names",
            "smtpDkimheaderFieldNames",
            &mut self.header_field_names,
            None,
        );
        visit.text("skip_fields", "smtpDkimskipFields", &mut self.skip_fields, None);
    }
}
