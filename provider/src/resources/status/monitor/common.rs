//! The fields that monitors of all types have.

use serde_json::{Number, Value, json};
use tfplugin::Field;

use super::model::Monitor;
use super::shapes::IdSet;
use super::tags::Tags;
use crate::resources::status::fields::{Fields, Json, Visit};

/// The interval of a monitor that says nothing of it.
const INTERVAL: i64 = 60;

impl Fields for Monitor {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "name", &mut self.name, None);
        visit.text("description", "description", &mut self.description, None);
        visit.number("interval", "interval", &mut self.interval, Some(INTERVAL));
        visit.number("retries", "maxretries", &mut self.retries, Some(0));
        visit.number("resend_interval", "resendInterval", &mut self.resend_interval, Some(0));
        visit.truth("upside_down", "upsideDown", &mut self.upside_down, false);
        let notification = &mut self.domain_expiry_notification;
        visit.truth(
            "domain_expiry_notification",
            "domainExpiryNotification",
            notification,
            true,
        );
        visit.number("parent", "parent", &mut self.parent, None);
        visit.json(
            "notifications",
            "notificationIDList",
            &mut IdSet(&mut self.notifications),
        );
        visit.json("tag", "tags", &mut Tags(&mut self.tag));
        self.type_fields(visit);
        // What follows from other fields comes after them.
        let interval = self.interval.known().copied().unwrap_or(INTERVAL);
        let mut retry = Derived(&mut self.retry_interval, interval);
        visit.json("retry_interval", "retryInterval", &mut retry);
        let timeout = self.usual_timeout();
        visit.json("timeout", "timeout", &mut Derived(&mut self.timeout, timeout));
        visit.json("active", "active", &mut Switch(&mut self.active));
    }
}

impl Monitor {
    /// The time limit that the server's own page fills in.
    pub(crate) fn usual_timeout(&self) -> f64 {
        let usual = match (&self.ping, &self.snmp, &self.kafka_producer) {
            (Some(_), _, _) => 10,
            (_, Some(_), _) => 5,
            (_, _, Some(_)) => 1,
            _ => 48,
        };
        let interval = self.interval.known().copied().unwrap_or(INTERVAL);
        match &self.ping {
            // The server wants whole seconds, and no fewer than for one request.
            Some(ping) => {
                let least = ping.per_request_timeout.known().copied().unwrap_or(2).max(1);
                whole(usual.min(interval.saturating_mul(8) / 10).max(least))
            }
            None => whole((usual * 10).min(interval.saturating_mul(8))) / 10.0,
        }
    }
}

/// A number of seconds, of which there are too few to lose any.
fn whole(number: i64) -> f64 {
    i32::try_from(number).map_or(f64::from(i32::MAX), f64::from)
}

/// A number of the server: without a fraction where it has none, since the server keeps what it gets.
fn seconds(number: f64) -> Value {
    let text = number.to_string();
    text.parse::<i64>().map_or_else(
        |_| Number::from_f64(number).map_or(Value::Null, Value::Number),
        |whole| json!(whole),
    )
}

/// A number that is made of other fields where it is left out: left out, and that number on the server, are the same.
struct Derived<'a, T>(&'a mut Field<T>, T);

impl Json for Derived<'_, i64> {
    fn write(&self) -> Value {
        json!(self.0.known().unwrap_or(&self.1))
    }

    fn read(&mut self, value: &Value) {
        let found = value.as_i64().or_else(|| value.as_str()?.parse().ok());
        // A monitor from before there was this field has 0, which means the interval.
        let found = found.filter(|found| *found != 0).unwrap_or(self.1);
        if self.0.is_known() || found != self.1 {
            *self.0 = Field::Known(found);
        }
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(|known| *known == self.1)
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

impl Json for Derived<'_, f64> {
    fn write(&self) -> Value {
        seconds(*self.0.known().unwrap_or(&self.1))
    }

    fn read(&mut self, value: &Value) {
        let found = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        let found = found.unwrap_or(self.1);
        if self.0.is_known() || !same(found, self.1) {
            *self.0 = Field::Known(found);
        }
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(|known| same(*known, self.1))
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

fn same(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

/// Whether a monitor is switched on by itself: what is read is made for this by [`from_server`](super::wire::from_server).
struct Switch<'a>(&'a mut Field<bool>);

impl Json for Switch<'_> {
    fn write(&self) -> Value {
        json!(self.0.known().unwrap_or(&true))
    }

    fn read(&mut self, value: &Value) {
        // Null: nothing is known of it.
        let before = self.0.known().copied().unwrap_or(true);
        *self.0 = Field::Known(value.as_bool().unwrap_or(before));
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(|on| *on)
    }

    fn reset(&mut self) {
        *self.0 = Field::Known(true);
    }
}
