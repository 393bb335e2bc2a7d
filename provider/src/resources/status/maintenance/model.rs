//! What a user writes of a maintenance, and what Terraform shows of it.

use std::collections::BTreeSet;

use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::{Field, Model};

use super::shapes::{Numbers, Slugs, TimeZone};
use super::strategies::{Cron, Manual, RecurringDayOfMonth, RecurringInterval, RecurringWeekday, Single};
use crate::resources::status::fields::{Fields, Visit, variant};
use crate::resources::status::server::{ServerStack, check_endpoint};

/// A planned maintenance: while it lasts, its monitors report to nobody, and its status pages say so.
///
/// Exactly one block says when. Whether it lasts just now is for a data source to say: in a resource it would make every
/// plan noisy.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Maintenance {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Its title, which the status pages show.
    #[attribute(required, validate = validators::not_empty)]
    pub title: Field<String>,
    /// What is done, in Markdown; the status pages show it.
    #[attribute(optional)]
    pub description: Field<String>,
    /// Whether it takes place at all. With `manual`, it lasts as long as this is `true`.
    #[attribute(optional, default = true)]
    pub active: Field<bool>,
    /// Time zone of all dates and times, such as `Europe/Berlin` or `UTC`; without it, that of the server's settings.
    #[attribute(optional, validate = super::validate::time_zone)]
    pub time_zone: Field<String>,
    /// Whenever `active` is `true`.
    #[block]
    pub manual: Option<Manual>,
    /// Once.
    #[block]
    pub single: Option<Single>,
    /// At the times of a cron expression.
    #[block]
    pub cron: Option<Cron>,
    /// Every few days.
    #[block]
    pub recurring_interval: Option<RecurringInterval>,
    /// On days of the week.
    #[block]
    pub recurring_weekday: Option<RecurringWeekday>,
    /// On days of the month.
    #[block]
    pub recurring_day_of_month: Option<RecurringDayOfMonth>,
    /// Ids of the monitors that it concerns.
    #[attribute(optional)]
    pub monitors: Field<BTreeSet<i64>>,
    /// Slugs of the status pages that show it: `quickfra_status_page.<name>.slug`.
    #[attribute(optional)]
    pub status_pages: Field<BTreeSet<String>>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}

/// Where the monitors stand in what is written and read here; the server has them apart.
pub(super) const MONITORS: &str = "monitors";
/// Where the slugs of the status pages stand.
pub(super) const STATUS_PAGES: &str = "statusPages";

impl Fields for Maintenance {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("title", "title", &mut self.title, None);
        visit.text("description", "description", &mut self.description, None);
        visit.truth("active", "active", &mut self.active, true);
        visit.json("time_zone", "timezoneOption", &mut TimeZone(&mut self.time_zone));
        variant(visit, "manual", ("strategy", "manual"), &mut self.manual);
        variant(visit, "single", ("strategy", "single"), &mut self.single);
        variant(visit, "cron", ("strategy", "cron"), &mut self.cron);
        let interval = ("strategy", "recurring-interval");
        variant(visit, "recurring_interval", interval, &mut self.recurring_interval);
        let weekday = ("strategy", "recurring-weekday");
        variant(visit, "recurring_weekday", weekday, &mut self.recurring_weekday);
        let day = ("strategy", "recurring-day-of-month");
        variant(visit, "recurring_day_of_month", day, &mut self.recurring_day_of_month);
        visit.json("monitors", MONITORS, &mut Numbers(&mut self.monitors));
        visit.json("status_pages", STATUS_PAGES, &mut Slugs(&mut self.status_pages));
    }
}
