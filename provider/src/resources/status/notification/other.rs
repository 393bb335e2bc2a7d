//! A service that has no block of its own.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use crate::resources::status::fields::{Fields, Visit};

/// Any other service that the server knows, in the server's own words.
///
/// An import takes over the type alone: which of the other fields are secret, nobody can know. They stay on the server until
/// they are written here.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Other {
    /// The server's name of the type, such as `apprise`. One that the server does not know is stored, and never delivers.
    #[attribute(required, validate = validators::not_empty)]
    pub r#type: Field<String>,
    /// Fields of the type that are not secret, as the text of a JSON object: `jsonencode({ title = "Status" })`.
    #[attribute(optional, validate = super::validate::settings)]
    pub settings: Field<String>,
    /// Fields of the type that are secret, as the text of a JSON object whose values are texts:
    /// `jsonencode({ appriseURL = var.address })`.
    #[attribute(optional, write_only, validate = super::validate::secret_settings)]
    pub secret_settings_wo: Field<Secret>,
}

impl Fields for Other {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("type", "type", &mut self.r#type, None);
        let Self {
            settings,
            secret_settings_wo,
            ..
        } = self;
        visit.rest("settings", settings, "secret_settings_wo", secret_settings_wo);
    }
}
