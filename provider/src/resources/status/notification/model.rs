//! What a user writes of a notification, and what Terraform shows of it.

use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Field, Model};

use super::alerts::{PagerDuty, Signal};
use super::chat::{Discord, Matrix, Slack, Teams, Telegram};
use super::email::Email;
use super::other::Other;
use super::push::{Gotify, Ntfy, Pushover};
use super::webhook::Webhook;
use crate::resources::status::fields::{Fields, Visit, block, variant};
use crate::resources::status::secrets::Words;
use crate::resources::status::server::{ServerStack, check_endpoint};

/// Where Uptime Kuma reports that something is down or up again.
///
/// Exactly one block says how: by mail, to a webhook, or through one of the services below; `other` is for every service
/// that has no block. A monitor names the notifications that it uses: a notification attaches itself to none, not even
/// with `default = true`, so that each monitor's plan tells the whole truth.
///
/// Passwords, tokens and addresses that hold a token are write-only: they are in no state and no plan, and a plan still
/// shows that one was changed, in the configuration or on the server. To change the kind of a notification keeps its id,
/// and leaves nothing of the former kind on the server.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Notification {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Its name, for people.
    #[attribute(required, validate = validators::not_empty)]
    pub name: Field<String>,
    /// Whether the server's web page ticks it for a new monitor that is made there.
    #[attribute(optional, default = false)]
    pub default: Field<bool>,
    /// Mail, over SMTP.
    #[block]
    pub email: Option<Email>,
    /// A request to an address of your own.
    #[block]
    pub webhook: Option<Webhook>,
    /// A message of a Telegram bot.
    #[block]
    pub telegram: Option<Telegram>,
    /// A push message through ntfy.
    #[block]
    pub ntfy: Option<Ntfy>,
    /// A message in Slack.
    #[block]
    pub slack: Option<Slack>,
    /// A message in Discord.
    #[block]
    pub discord: Option<Discord>,
    /// A push message through Gotify.
    #[block]
    pub gotify: Option<Gotify>,
    /// An event of PagerDuty.
    #[block]
    pub pagerduty: Option<PagerDuty>,
    /// A message in a Matrix room.
    #[block]
    pub matrix: Option<Matrix>,
    /// A push message through Pushover.
    #[block]
    pub pushover: Option<Pushover>,
    /// A card in Microsoft Teams.
    #[block]
    pub teams: Option<Teams>,
    /// A message of Signal.
    #[block]
    pub signal: Option<Signal>,
    /// Any other service that the server knows, in the server's own words.
    #[block]
    pub other: Option<Other>,
    /// Raise it to write the write-only values again. Without it, they are written when they change.
    #[attribute(optional)]
    pub secrets_wo_version: Field<i64>,
    /// The write-only values that were written or that an import found, in words: `set`, or `changed on the server`.
    #[attribute(computed)]
    pub secrets: Field<Words>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}

/// The types that have a block of their own, each with the block.
pub(super) const TYPES: [(&str, &str); 12] = [
    ("smtp", "email"),
    ("webhook", "webhook"),
    ("telegram", "telegram"),
    ("ntfy", "ntfy"),
    ("slack", "slack"),
    ("discord", "discord"),
    ("gotify", "gotify"),
    ("PagerDuty", "pagerduty"),
    ("matrix", "matrix"),
    ("pushover", "pushover"),
    ("teams", "teams"),
    ("signal", "signal"),
];

impl Fields for Notification {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "name", &mut self.name, None);
        visit.truth("default", "isDefault", &mut self.default, false);
        variant(visit, "email", ("type", "smtp"), &mut self.email);
        variant(visit, "webhook", ("type", "webhook"), &mut self.webhook);
        variant(visit, "telegram", ("type", "telegram"), &mut self.telegram);
        variant(visit, "ntfy", ("type", "ntfy"), &mut self.ntfy);
        variant(visit, "slack", ("type", "slack"), &mut self.slack);
        variant(visit, "discord", ("type", "discord"), &mut self.discord);
        variant(visit, "gotify", ("type", "gotify"), &mut self.gotify);
        variant(visit, "pagerduty", ("type", "PagerDuty"), &mut self.pagerduty);
        variant(visit, "matrix", ("type", "matrix"), &mut self.matrix);
        variant(visit, "pushover", ("type", "pushover"), &mut self.pushover);
        variant(visit, "teams", ("type", "teams"), &mut self.teams);
        variant(visit, "signal", ("type", "signal"), &mut self.signal);
        block(visit, "other", &mut self.other, &|object| {
            let kind = object.get("type").and_then(serde_json::Value::as_str);
            !TYPES.iter().any(|(known, _)| kind == Some(known))
        });
    }
}
