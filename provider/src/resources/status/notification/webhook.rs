//! A request to an address of the user's own.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use crate::resources::status::fields::{Fields, JsonText, Visit};

/// A request to an address of your own.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Webhook {
    /// The address. Most webhooks are opened by a token in it, so it counts as a secret.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = super::validate::secret_url)]
    pub url_wo: Field<Secret>,
    /// Method of the request: `post`, or `get` with everything in the query. From version 2 on.
    #[attribute(optional, default = "post", validate = validators::one_of(&["post", "get"]))]
    pub method: Field<String>,
    /// What is sent: `json`, `form-data` (a form whose field `data` has the JSON), or `custom` for `body`.
    #[attribute(optional, default = "json", validate = validators::one_of(&["json", "form-data", "custom"]))]
    pub content_type: Field<String>,
    /// The body as a Liquid template, for `content_type = "custom"`.
    #[attribute(optional)]
    pub body: Field<String>,
    /// Further headers, as the text of a JSON object: `jsonencode({ Authorization = "Bearer ..." })`.
    #[attribute(optional, write_only, validate = super::validate::secret_object_of_texts)]
    pub headers_wo: Field<Secret>,
}

impl Fields for Webhook {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("url_wo", "webhookURL", &mut self.url_wo);
        visit.text("method", "httpMethod", &mut self.method, Some("post"));
        visit.text(
            "content_type",
            "webhookContentType",
            &mut self.content_type,
            Some("json"),
        );
        visit.json("body", "webhookCustomBody", &mut JsonText(&mut self.body));
        visit.secret("headers_wo", "webhookAdditionalHeaders", &mut self.headers_wo);
    }
}
