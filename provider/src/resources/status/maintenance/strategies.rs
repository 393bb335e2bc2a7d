//! When a maintenance takes place.

use std::collections::BTreeSet;

use tfplugin::schema::validators;
use tfplugin::{Field, Model};

use super::shapes::{Dates, DaysOfMonth, Times, Weekdays};
use super::validate::{cron, date, days, last_days, time, weekdays};
use crate::resources::status::fields::{Fields, Visit};

/// Whenever `active` is `true`.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Manual {}

impl Fields for Manual {
    fn fields(&mut self, _: &mut dyn Visit) {}
}

/// Once.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Single {
    /// Its start, such as `2026-12-24 22:00`, in `time_zone`.
    #[attribute(required, validate = date)]
    pub start: Field<String>,
    /// Its end.
    #[attribute(required, validate = date)]
    pub end: Field<String>,
}

impl Fields for Single {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.json("start", "dateRange", &mut Dates(&mut self.start, &mut self.end));
    }
}

/// At the times of a cron expression.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Cron {
    /// Five fields (minute, hour, day of the month, month, day of the week), or six with seconds before them.
    #[attribute(required, validate = cron)]
    pub expression: Field<String>,
    /// Minutes that each maintenance lasts.
    #[attribute(required, validate = validators::range(1..=525_600))]
    pub duration_minutes: Field<i64>,
    /// Date and time before which none starts.
    #[attribute(optional, validate = date)]
    pub from: Field<String>,
    /// Date and time after which none starts.
    #[attribute(optional, validate = date)]
    pub until: Field<String>,
}

impl Fields for Cron {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("expression", "cron", &mut self.expression, None);
        visit.number("duration_minutes", "durationMinutes", &mut self.duration_minutes, None);
        visit.json("from", "dateRange", &mut Dates(&mut self.from, &mut self.until));
    }
}

/// Every few days.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct RecurringInterval {
    /// Days from one to the next.
    #[attribute(required, validate = validators::range(1..=3650))]
    pub days: Field<i64>,
    /// Time of day when it starts, such as `02:00`.
    #[attribute(required, validate = time)]
    pub start_time: Field<String>,
    /// Time of day when it ends; one that is not after `start_time` is of the next day.
    #[attribute(required, validate = time)]
    pub end_time: Field<String>,
    /// Date and time before which none starts.
    #[attribute(optional, validate = date)]
    pub from: Field<String>,
    /// Date and time after which none starts.
    #[attribute(optional, validate = date)]
    pub until: Field<String>,
}

impl Fields for RecurringInterval {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.number("days", "intervalDay", &mut self.days, None);
        visit.json(
            "start_time",
            "timeRange",
            &mut Times(&mut self.start_time, &mut self.end_time),
        );
        visit.json("from", "dateRange", &mut Dates(&mut self.from, &mut self.until));
    }
}

/// On days of the week.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct RecurringWeekday {
    /// The days: `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday`, `sunday`.
    #[attribute(required, validate = weekdays)]
    pub weekdays: Field<BTreeSet<String>>,
    /// Time of day when it starts, such as `02:00`.
    #[attribute(required, validate = time)]
    pub start_time: Field<String>,
    /// Time of day when it ends; one that is not after `start_time` is of the next day.
    #[attribute(required, validate = time)]
    pub end_time: Field<String>,
    /// Date and time before which none starts.
    #[attribute(optional, validate = date)]
    pub from: Field<String>,
    /// Date and time after which none starts.
    #[attribute(optional, validate = date)]
    pub until: Field<String>,
}

impl Fields for RecurringWeekday {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.json("weekdays", "weekdays", &mut Weekdays(&mut self.weekdays));
        visit.json(
            "start_time",
            "timeRange",
            &mut Times(&mut self.start_time, &mut self.end_time),
        );
        visit.json("from", "dateRange", &mut Dates(&mut self.from, &mut self.until));
    }
}

/// On days of the month. At least one of `days` and `last_days` has a day.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct RecurringDayOfMonth {
    /// The days, from 1 to 31. A month that lacks one is passed over.
    #[attribute(optional, validate = days)]
    pub days: Field<BTreeSet<i64>>,
    /// Days counted from the end of the month, from 1 (the last one) to 4.
    #[attribute(optional, validate = last_days)]
    pub last_days: Field<BTreeSet<i64>>,
    /// Time of day when it starts, such as `02:00`.
    #[attribute(required, validate = time)]
    pub start_time: Field<String>,
    /// Time of day when it ends; one that is not after `start_time` is of the next day.
    #[attribute(required, validate = time)]
    pub end_time: Field<String>,
    /// Date and time before which none starts.
    #[attribute(optional, validate = date)]
    pub from: Field<String>,
    /// Date and time after which none starts.
    #[attribute(optional, validate = date)]
    pub until: Field<String>,
}

impl Fields for RecurringDayOfMonth {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.json(
            "days",
            "daysOfMonth",
            &mut DaysOfMonth(&mut self.days, &mut self.last_days),
        );
        visit.json(
            "start_time",
            "timeRange",
            &mut Times(&mut self.start_time, &mut self.end_time),
        );
        visit.json("from", "dateRange", &mut Dates(&mut self.from, &mut self.until));
    }
}
