//! How monitors are doing, as pushes tell of it.
//!
//! With a login comes, for each monitor, a list of its last hundred beats, of which only the last one is parsed, and then
//! each beat as it happens.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::packet::Malformed;

/// What a beat says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Down,
    Up,
    /// Down, with tries left.
    Pending,
    Maintenance,
}

/// How a monitor is doing. What the server did not tell is none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Health {
    pub status: Option<Status>,
    /// When that was found, as the server writes it, in UTC: `2026-11-22 00:13:01.110`.
    pub time: Option<String>,
    /// What the server says about it. It may tell of what was watched.
    pub message: String,
    /// How long the last answer took, in milliseconds.
    pub ping: Option<f64>,
    /// How long the answers of the last day took, in milliseconds.
    pub average_ping: Option<f64>,
    /// The share of the last 24 hours in which it was up, from 0 to 1.
    pub uptime_day: Option<f64>,
    /// The same for 30 days.
    pub uptime_month: Option<f64>,
}

/// All that was told, by monitor.
#[derive(Debug, Default)]
pub(super) struct Beats(pub(super) BTreeMap<i64, Health>);

/// A beat, as it is pushed or as a row of the database: both have these.
#[derive(Deserialize)]
struct Beat {
    #[serde(rename = "monitorID")]
    monitor: Option<i64>,
    status: i64,
    time: Option<String>,
    msg: Option<String>,
    ping: Option<f64>,
}

impl Beats {
    /// Takes in an event. False if it is about something else. What is not as expected is passed over: a beat is not worth
    /// the connection.
    pub(super) fn note(&mut self, event: &str, body: &str) -> bool {
        self.take(event, body).unwrap_or(true)
    }

    fn take(&mut self, event: &str, body: &str) -> Result<bool, Malformed> {
        match event {
            "heartbeat" => {
                let (_, beat): (&str, Beat) = read(body)?;
                if let Some(id) = beat.monitor {
                    self.of(id).take(beat);
                }
            }
            "heartbeatList" => {
                let (_, id, Last(beat), _): (&str, Value, Last<'_>, Option<bool>) = read(body)?;
                if let (Some(id), Some(beat)) = (number(&id), beat) {
                    self.of(id).take(read(beat.get())?);
                }
            }
            "avgPing" => {
                let (_, id, ping): (&str, Value, Option<f64>) = read(body)?;
                if let Some(id) = number(&id) {
                    self.of(id).average_ping = ping;
                }
            }
            "uptime" => {
                let (_, id, hours, share): (&str, Value, Value, Option<f64>) = read(body)?;
                if let Some(id) = number(&id) {
                    match hours.as_i64() {
                        Some(24) => self.of(id).uptime_day = share,
                        Some(720) => self.of(id).uptime_month = share,
                        _ => {}
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn of(&mut self, monitor: i64) -> &mut Health {
        self.0.entry(monitor).or_default()
    }
}

impl Health {
    fn take(&mut self, beat: Beat) {
        self.status = match beat.status {
            0 => Some(Status::Down),
            1 => Some(Status::Up),
            2 => Some(Status::Pending),
            3 => Some(Status::Maintenance),
            _ => None,
        };
        self.time = beat.time;
        self.message = beat.msg.unwrap_or_default();
        self.ping = beat.ping;
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Malformed> {
    serde_json::from_str(text).map_err(|_| Malformed::Body)
}

/// The number of a monitor, which is a text in some events.
fn number(id: &Value) -> Option<i64> {
    id.as_i64().or_else(|| id.as_str()?.parse().ok())
}

/// The last element of an array; the others are passed over.
struct Last<'a>(Option<&'a RawValue>);

impl<'de> Deserialize<'de> for Last<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;
        impl<'de> Visitor<'de> for Elements {
            type Value = Last<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Last<'de>, A::Error> {
                let mut last = None;
                while let Some(element) = elements.next_element()? {
                    last = Some(element);
                }
                Ok(Last(last))
            }
        }
        deserializer.deserialize_seq(Elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(bodies: &[&str]) -> Beats {
        let mut beats = Beats::default();
        for body in bodies {
            let event = crate::api::uptime_kuma::packet::event_name(body).unwrap();
            assert!(beats.note(&event, body), "{body}");
        }
        beats
    }

    /// Frames as the real servers sent them; the first two rows are cut short.
    #[test]
    fn the_last_beat_and_the_shares_are_kept() {
        let beats = noted(&[
            r#"["heartbeatList","1",[{"odd":1},{"id":2,"monitor_id":1,"status":3,"msg":"Monitor under maintenance",
                "time":"2026-11-22 00:14:29.411","ping":null,"duration":69,"down_count":0}],false]"#,
            r#"["heartbeatList",2,[],true]"#,
            r#"["avgPing",1,7.5]"#,
            r#"["avgPing",2,null]"#,
            r#"["uptime",1,24,0.5]"#,
            r#"["uptime",1,720,1]"#,
            r#"["uptime",1,"1y",0.25]"#,
            r#"["heartbeat",{"monitorID":3,"status":1,"time":"2026-11-22 00:13:01.110","msg":"200 - OK","ping":11,
                "important":true,"duration":0}]"#,
        ]);
        let one = &beats.0[&1];
        assert_eq!(
            (one.status, one.ping, one.average_ping),
            (Some(Status::Maintenance), None, Some(7.5))
        );
        assert_eq!((one.uptime_day, one.uptime_month), (Some(0.5), Some(1.0)));
        assert_eq!(one.message, "Monitor under maintenance");
        assert_eq!(beats.0[&2], Health::default());
        let three = &beats.0[&3];
        assert_eq!((three.status, three.ping), (Some(Status::Up), Some(11.0)));
        assert_eq!(three.time.as_deref(), Some("2026-11-22 00:13:01.110"));
    }

    #[test]
    fn other_events_are_not_looked_at_and_odd_beats_passed_over() {
        let mut beats = Beats::default();
        assert!(!beats.note("certInfo", "not json"));
        assert!(beats.note("heartbeat", "[\"heartbeat\",{\"monitorID\":1,\"status\":\"odd\"}]"));
        assert!(beats.0.is_empty());
    }
}
