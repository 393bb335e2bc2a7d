//! Fields that have another shape on the server.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tfplugin::Field;

use super::moment::{canonical, time_of_day};
use crate::resources::status::fields::Json;

/// Start and end of a range of dates. The server has a list of none, one or two; one without a start begins with null.
pub(super) struct Dates<'a>(pub(super) &'a mut Field<String>, pub(super) &'a mut Field<String>);

impl Json for Dates<'_> {
    fn write(&self) -> Value {
        let date = |field: &Field<String>| {
            let text = field.known()?;
            Some(canonical(text).unwrap_or_else(|| text.clone()))
        };
        match (date(self.0), date(self.1)) {
            (None, None) => json!([]),
            (start, None) => json!([start]),
            (start, end) => json!([start, end]),
        }
    }

    fn read(&mut self, value: &Value) {
        for (place, field) in [(0, &mut *self.0), (1, &mut *self.1)] {
            let found = value.get(place).and_then(Value::as_str).filter(|text| !text.is_empty());
            let found = found.map(|text| canonical(text).unwrap_or_else(|| text.to_owned()));
            // The same moment stays in the words of the user.
            if found
                != field
                    .known()
                    .map(|text| canonical(text).unwrap_or_else(|| text.clone()))
            {
                *field = Field::from(found);
            }
        }
    }

    fn is_default(&self) -> bool {
        self.write() == json!([])
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// Start and end of a window in a day. The server reads them back with seconds.
pub(super) struct Times<'a>(pub(super) &'a mut Field<String>, pub(super) &'a mut Field<String>);

impl Json for Times<'_> {
    fn write(&self) -> Value {
        let time = |field: &Field<String>| {
            let (hours, minutes) = field.known().and_then(|text| time_of_day(text)).unwrap_or_default();
            json!({ "hours": hours, "minutes": minutes })
        };
        json!([time(self.0), time(self.1)])
    }

    fn read(&mut self, value: &Value) {
        for (place, field) in [(0, &mut *self.0), (1, &mut *self.1)] {
            let number = |key: &str| value.get(place)?.get(key)?.as_i64();
            let time = number("hours").zip(number("minutes"));
            *field = Field::from(time.map(|(hours, minutes)| format!("{hours:02}:{minutes:02}")));
        }
    }

    fn is_default(&self) -> bool {
        false
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// The days of the week, by the server's numbers.
pub(super) const WEEKDAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

/// Days of the week.
pub(super) struct Weekdays<'a>(pub(super) &'a mut Field<BTreeSet<String>>);

impl Json for Weekdays<'_> {
    fn write(&self) -> Value {
        let wanted = |name: &str| self.0.known().is_some_and(|days| days.contains(name));
        let days = WEEKDAYS.iter().enumerate().filter(|(_, name)| wanted(name));
        json!(days.map(|(number, _)| number).collect::<Vec<_>>())
    }

    fn read(&mut self, value: &Value) {
        let numbers = value.as_array().into_iter().flatten().filter_map(integer);
        let names = numbers.filter_map(|number| WEEKDAYS.get(usize::try_from(number).ok()?));
        *self.0 = Field::Known(names.map(|name| (*name).to_owned()).collect());
    }

    fn is_default(&self) -> bool {
        false
    }

    fn reset(&mut self) {
        *self.0 = Field::Null;
    }
}

/// What the server writes before the number of a day that is counted from the end of the month.
const LAST: &str = "lastDay";

/// Days of the month, from its start and from its end.
pub(super) struct DaysOfMonth<'a>(
    pub(super) &'a mut Field<BTreeSet<i64>>,
    pub(super) &'a mut Field<BTreeSet<i64>>,
);

impl Json for DaysOfMonth<'_> {
    fn write(&self) -> Value {
        let numbers = |field: &Field<BTreeSet<i64>>| field.known().cloned().unwrap_or_default();
        let days = numbers(self.0).into_iter().map(|day| json!(day));
        let last_days = numbers(self.1).into_iter().map(|day| json!(format!("{LAST}{day}")));
        Value::Array(days.chain(last_days).collect())
    }

    fn read(&mut self, value: &Value) {
        let found = || value.as_array().into_iter().flatten();
        let last = |day: &Value| day.as_str()?.strip_prefix(LAST)?.parse().ok();
        replace(self.0, found().filter_map(integer).collect());
        replace(self.1, found().filter_map(last).collect());
    }

    fn is_default(&self) -> bool {
        false
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// Numbers of other objects.
pub(super) struct Numbers<'a>(pub(super) &'a mut Field<BTreeSet<i64>>);

impl Json for Numbers<'_> {
    fn write(&self) -> Value {
        json!(self.0.known().cloned().unwrap_or_default())
    }

    fn read(&mut self, value: &Value) {
        replace(
            self.0,
            value.as_array().into_iter().flatten().filter_map(integer).collect(),
        );
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(BTreeSet::is_empty)
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// Slugs of status pages.
pub(super) struct Slugs<'a>(pub(super) &'a mut Field<BTreeSet<String>>);

impl Json for Slugs<'_> {
    fn write(&self) -> Value {
        json!(self.0.known().cloned().unwrap_or_default())
    }

    fn read(&mut self, value: &Value) {
        let slugs = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        replace(self.0, slugs.map(str::to_owned).collect());
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(BTreeSet::is_empty)
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// An empty set is null, unless one without anything was asked for.
fn replace<T: Ord>(field: &mut Field<BTreeSet<T>>, found: BTreeSet<T>) {
    let asked = field.known().is_some_and(BTreeSet::is_empty);
    if !(found.is_empty() && asked) {
        *field = Field::from(Some(found).filter(|found| !found.is_empty()));
    }
}

/// Numbers are text where the server's web page made them so.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// What the server calls its own time zone.
const SAME_AS_SERVER: &str = "SAME_AS_SERVER";

/// A time zone; null is that of the server's settings.
pub(super) struct TimeZone<'a>(pub(super) &'a mut Field<String>);

impl Json for TimeZone<'_> {
    fn write(&self) -> Value {
        json!(self.0.known().map_or(SAME_AS_SERVER, String::as_str))
    }

    fn read(&mut self, value: &Value) {
        let found = value
            .as_str()
            .filter(|zone| *zone != SAME_AS_SERVER && !zone.is_empty());
        *self.0 = Field::from(found.map(str::to_owned));
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none()
    }

    fn reset(&mut self) {
        *self.0 = Field::Null;
    }
}
