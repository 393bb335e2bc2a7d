//! What wakes people up.

use tfplugin::schema::validators;
use tfplugin::{Field, Model, Secret};

use crate::resources::status::fields::shapes::{Commas, Used, Wire, Words, one_of_commas};
use crate::resources::status::fields::{Fields, Visit};

/// Where events are taken.
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";

/// An event of PagerDuty.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct PagerDuty {
    /// Integration key of the service (Events API v2).
    /// Required, unless an import found one: that stays until the configuration names it.
    #[attribute(optional, write_only, validate = validators::not_empty)]
    pub integration_key_wo: Field<Secret>,
    /// Address that takes the events; the one of the service region EU begins with `https://events.eu.pagerduty.com`.
    #[attribute(optional, default = PAGERDUTY, validate = validators::url)]
    pub integration_url: Field<String>,
    /// Severity of the event: `info`, `warning`, `error` or `critical`.
    #[attribute(optional, default = "warning", validate = validators::one_of(&["info", "warning", "error", "critical"]))]
    pub severity: Field<String>,
    /// What becomes of the event when the monitor is up again: `nothing`, `acknowledge` or `resolve`.
    #[attribute(optional, default = "nothing", validate = validators::one_of(&["nothing", "acknowledge", "resolve"]))]
    pub on_recovery: Field<String>,
}

impl Fields for PagerDuty {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.needed(
            "integration_key_wo",
            "pagerdutyIntegrationKey",
            &mut self.integration_key_wo,
        );
        visit.text(
            "integration_url",
            "pagerdutyIntegrationUrl",
            &mut self.integration_url,
            Some(PAGERDUTY),
        );
        visit.text("severity", "pagerdutyPriority", &mut self.severity, Some("warning"));
        let mut on_recovery = Words {
            field: &mut self.on_recovery,
            words: &[
                ("nothing", Wire::Text("0")),
                ("acknowledge", Wire::Text("acknowledge")),
                ("resolve", Wire::Text("resolve")),
            ],
        };
        visit.json("on_recovery", "pagerdutyAutoResolve", &mut on_recovery);
    }
}

/// A message of Signal, through an instance of signal-cli-rest-api.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Signal {
    /// Address that sends messages, which ends with `/v2/send`.
    #[attribute(required, validate = validators::url)]
    pub url: Field<String>,
    /// Telephone number of the sender.
    #[attribute(required, validate = validators::not_empty)]
    pub number: Field<String>,
    /// Telephone numbers and groups that get the message.
    #[attribute(required, validate = validators::not_empty, validate = validators::each(one_of_commas))]
    pub recipients: Field<Vec<String>>,
    /// The message as a Liquid template, in place of the server's own. From version 2 on.
    #[attribute(optional, validate = validators::not_empty)]
    pub template: Field<String>,
}

impl Fields for Signal {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("url", "signalURL", &mut self.url, None);
        visit.text("number", "signalNumber", &mut self.number, None);
        visit.json("recipients", "signalRecipients", &mut Commas(&mut self.recipients));
        visit.text("template", "signalTemplate", &mut self.template, None);
        visit.json("template", "signalUseTemplate", &mut Used(&mut [&mut self.template]));
    }
}
