//! Push messages to telephones and desktops.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use crate::resources::status::fields::shapes::{Used, Wire, Words};
use crate::resources::status::fields::{Fields, Visit, needed_if};

/// A push message through ntfy.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Ntfy {
    /// The topic that the message is published to.
    #[attribute(required, validate = validators::not_empty)]
    pub topic: Field<String>,
    /// Address of the server.
    #[attribute(optional, default = "https://ntfy.sh", validate = validators::url)]
    pub server_url: Field<String>,
    /// Priority, from 1 to 5.
    #[attribute(optional, default = 5, validate = validators::range(1..=5))]
    pub priority: Field<i64>,
    /// Priority of the message that something is down, from 1 to 5. From version 2 on.
    #[attribute(optional, default = 5, validate = validators::range(1..=5))]
    pub priority_down: Field<i64>,
    /// How to log in: `none`, `username_password` or `access_token`.
    #[attribute(optional, default = "none", validate = validators::one_of(&["none", "username_password", "access_token"]))]
    pub authentication: Field<String>,
    /// Name to log in with.
    #[attribute(optional)]
    pub username: Field<String>,
    /// Its password.
    #[attribute(optional, write_only)]
    pub password_wo: Field<Secret>,
    /// Access token to log in with.
    #[attribute(optional, write_only)]
    pub access_token_wo: Field<Secret>,
    /// Address of a picture that is shown with the message.
    #[attribute(optional, validate = validators::url)]
    pub icon: Field<String>,
    /// Telephone number that is called, or `yes` for that of the account. From version 2 on.
    #[attribute(optional)]
    pub call: Field<String>,
    /// The title as a Liquid template, in place of the server's own. From version 2 on.
    #[attribute(optional, validate = validators::not_empty)]
    pub title: Field<String>,
    /// The message as a Liquid template, in place of the server's own. From version 2 on.
    #[attribute(optional, validate = validators::not_empty)]
    pub message: Field<String>,
}

impl Fields for Ntfy {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("topic", "ntfytopic", &mut self.topic, None);
        visit.text(
            "server_url",
            "ntfyserverurl",
            &mut self.server_url,
            Some("https://ntfy.sh"),
        );
        visit.number("priority", "ntfyPriority", &mut self.priority, Some(5));
        visit.number("priority_down", "ntfyPriorityDown", &mut self.priority_down, Some(5));
        let mut authentication = Words {
            field: &mut self.authentication,
            words: &[
                ("none", Wire::Text("none")),
                ("username_password", Wire::Text("usernamePassword")),
                ("access_token", Wire::Text("accessToken")),
            ],
        };
        visit.json("authentication", "ntfyAuthenticationMethod", &mut authentication);
        visit.text("username", "ntfyusername", &mut self.username, None);
        let way = self.authentication.known().map(String::as_str);
        let (password, token) = (&mut self.password_wo, &mut self.access_token_wo);
        let by_password = way == Some("username_password");
        needed_if(visit, by_password, ("password_wo", "ntfypassword"), password);
        let by_token = way == Some("access_token");
        needed_if(visit, by_token, ("access_token_wo", "ntfyaccesstoken"), token);
        visit.text("icon", "ntfyIcon", &mut self.icon, None);
        visit.text("call", "ntfyCall", &mut self.call, None);
        visit.text("title", "ntfyCustomTitle", &mut self.title, None);
        visit.text("message", "ntfyCustomMessage", &mut self.message, None);
        visit.json(
            "title",
            "ntfyUseTemplate",
            &mut Used(&mut [&mut self.title, &mut self.message]),
        );
    }
}

/// A push message through Gotify.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Gotify {
    /// Address of the server.
    #[attribute(required, validate = validators::url)]
    pub server_url: Field<String>,
    /// Token of the application.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = validators::not_empty)]
    pub application_token_wo: Field<Secret>,
    /// Priority, from 0 to 10.
    #[attribute(optional, default = 8, validate = validators::range(0..=10))]
    pub priority: Field<i64>,
}

impl Fields for Gotify {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("server_url", "gotifyserverurl", &mut self.server_url, None);
        visit.needed(
            "application_token_wo",
            "gotifyapplicationToken",
            &mut self.application_token_wo,
        );
        visit.number("priority", "gotifyPriority", &mut self.priority, Some(8));
    }
}

/// A push message through Pushover.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Pushover {
    /// Key of the user or group.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = validators::not_empty)]
    pub user_key_wo: Field<Secret>,
    /// Token of the application.
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = validators::not_empty)]
    pub application_token_wo: Field<Secret>,
    /// The device, in place of all of them.
    #[attribute(optional)]
    pub device: Field<String>,
    /// Title of the message.
    #[attribute(optional)]
    pub title: Field<String>,
    /// Priority, from -2 (silent) to 2 (repeated until somebody answers), in place of the service's own.
    #[attribute(optional, validate = validators::range(-2..=2))]
    pub priority: Field<i64>,
    /// Sound of a message, such as `siren`, in place of the user's own.
    #[attribute(optional)]
    pub sound: Field<String>,
    /// Sound of the message that something is up again. From version 2 on.
    #[attribute(optional)]
    pub sound_up: Field<String>,
    /// Seconds after which the message is deleted.
    #[attribute(optional, validate = validators::range(1..=31_536_000))]
    pub expires_after: Field<i64>,
}

impl Fields for Pushover {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed("user_key_wo", "pushoveruserkey", &mut self.user_key_wo);
        visit.needed(
            "application_token_wo",
            "pushoverapptoken",
            &mut self.application_token_wo,
        );
        visit.text("device", "pushoverdevice", &mut self.device, None);
        visit.text("title", "pushovertitle", &mut self.title, None);
        visit.number("priority", "pushoverpriority", &mut self.priority, None);
        visit.text("sound", "pushoversounds", &mut self.sound, None);
        visit.text("sound_up", "pushoversounds_up", &mut self.sound_up, None);
        visit.number("expires_after", "pushoverttl", &mut self.expires_after, None);
    }
}
