//! What can be refused offline. Unknown values are left for later.

use std::collections::BTreeSet;

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::model::Maintenance;
use super::moment::{canonical, time_of_day};
use super::shapes::WEEKDAYS;

/// Checks what is particular to maintenance.
pub(super) fn validate(config: &Maintenance, diagnostics: &mut Diagnostics) {
    let written: Vec<&str> = strategies(config)
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(name, _)| name)
        .collect();
    if written.len() != 1 {
        let all: Vec<&str> = strategies(config).into_iter().map(|(name, _)| name).collect();
        let found = match written.as_slice() {
            [] => "None is there.".to_owned(),
            several => format!("There are: {}.", several.join(", ")),
        };
        diagnostics.push(Diagnostic::error(
            "A maintenance has exactly one block that says when",
            format!("{found} Write one of {}.", all.join(", ")),
        ));
    }
    if let Some(single) = &config.single {
        dates("single", ("start", &single.start), ("end", &single.end), diagnostics);
    }
    let recurring = |block, from, until, times: Option<(&Field<String>, &Field<String>)>, all: &mut Diagnostics| {
        dates(block, ("from", from), ("until", until), all);
        if let Some((start, end)) = times {
            window(block, start, end, all);
        }
    };
    if let Some(it) = &config.cron {
        recurring("cron", &it.from, &it.until, None, diagnostics);
    }
    if let Some(it) = &config.recurring_interval {
        let times = Some((&it.start_time, &it.end_time));
        recurring("recurring_interval", &it.from, &it.until, times, diagnostics);
    }
    if let Some(it) = &config.recurring_weekday {
        let times = Some((&it.start_time, &it.end_time));
        recurring("recurring_weekday", &it.from, &it.until, times, diagnostics);
    }
    if let Some(it) = &config.recurring_day_of_month {
        let times = Some((&it.start_time, &it.end_time));
        recurring("recurring_day_of_month", &it.from, &it.until, times, diagnostics);
        let none = |days: &Field<BTreeSet<i64>>| days.is_null() || days.known().is_some_and(BTreeSet::is_empty);
        if none(&it.days) && none(&it.last_days) {
            let place = Path::root().attribute("recurring_day_of_month").attribute("days");
            diagnostics.push(
                Diagnostic::error(
                    "The maintenance has no day",
                    "Write days = [1, 15], or last_days = [1] for the last day of each month.",
                )
                .at(place),
            );
        }
    }
}

fn strategies(config: &Maintenance) -> [(&'static str, bool); 6] {
    [
        ("manual", config.manual.is_some()),
        ("single", config.single.is_some()),
        ("cron", config.cron.is_some()),
        ("recurring_interval", config.recurring_interval.is_some()),
        ("recurring_weekday", config.recurring_weekday.is_some()),
        ("recurring_day_of_month", config.recurring_day_of_month.is_some()),
    ]
}

fn dates(block: &str, start: (&str, &Field<String>), end: (&str, &Field<String>), diagnostics: &mut Diagnostics) {
    let moment = |field: &Field<String>| field.known().and_then(|text| canonical(text));
    // The form that both have orders them as time does.
    if let (Some(first), Some(last)) = (moment(start.1), moment(end.1))
        && first >= last
    {
        diagnostics.push(
            Diagnostic::error(
                "The end is not after the start",
                format!("{block}.{} is {last}, and {block}.{} is {first}.", end.0, start.0),
            )
            .at(Path::root().attribute(block).attribute(end.0)),
        );
    }
}

fn window(block: &str, start: &Field<String>, end: &Field<String>, diagnostics: &mut Diagnostics) {
    if let (Some(start), Some(end)) = (start.known(), end.known())
        && start == end
    {
        diagnostics.push(
            Diagnostic::error(
                "The maintenance lasts no time",
                format!("{block}.start_time and {block}.end_time are both {end}."),
            )
            .at(Path::root().attribute(block).attribute("end_time")),
        );
    }
}

/// A date and time.
pub(super) fn date(text: &str) -> Result<(), String> {
    let wanted = || "must be a date and time such as 2026-12-24 22:00, in the time zone of time_zone.".to_owned();
    canonical(text).map(drop).ok_or_else(wanted)
}

/// A time of day.
pub(super) fn time(text: &str) -> Result<(), String> {
    let wanted = || "must be a time of day such as 02:30.".to_owned();
    time_of_day(text).map(drop).ok_or_else(wanted)
}

/// A time zone by its form: which ones there are, the server knows.
pub(super) fn time_zone(text: &str) -> Result<(), String> {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte);
    if !text.is_empty() && text.split('/').all(|part| !part.is_empty() && part.bytes().all(sign)) {
        return Ok(());
    }
    Err("must be a time zone such as Europe/Berlin or UTC; leave it out for that of the server.".to_owned())
}

/// A cron expression by its form.
pub(super) fn cron(text: &str) -> Result<(), String> {
    let fields = text.split_whitespace().count();
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b" *,-/?#".contains(&byte);
    if (5..=6).contains(&fields) && text.bytes().all(sign) {
        return Ok(());
    }
    Err("must be a cron expression of five or six fields, such as 30 3 * * *.".to_owned())
}

/// Names of days.
pub(super) fn weekdays(days: &BTreeSet<String>) -> Result<(), String> {
    match days.iter().find(|day| !WEEKDAYS.contains(&day.as_str())) {
        Some(_) => Err(format!("must be days of the week: {}.", WEEKDAYS.join(", "))),
        None if days.is_empty() => Err("must have at least one day.".to_owned()),
        None => Ok(()),
    }
}

fn within(days: &BTreeSet<i64>, most: i64) -> Result<(), String> {
    if days.iter().all(|day| (1..=most).contains(day)) {
        return Ok(());
    }
    Err(format!("must have numbers from 1 to {most}."))
}

/// Days of the month.
pub(super) fn days(days: &BTreeSet<i64>) -> Result<(), String> {
    within(days, 31)
}

/// Days from the end of the month.
pub(super) fn last_days(days: &BTreeSet<i64>) -> Result<(), String> {
    within(days, 4)
}
