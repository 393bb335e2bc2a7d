//! Planned maintenance, and what it concerns.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::connection::Push;
use super::super::error::Error;
use super::super::object::{Object, Snapshot, overlay};
use super::super::session::{Kind, Session};
use super::{gone, list, number, object, without_id};

/// The strategies that the servers know. With another one, they refuse and keep a damaged row.
const STRATEGIES: [&str; 6] = [
    "manual",
    "single",
    "cron",
    "recurring-interval",
    "recurring-weekday",
    "recurring-day-of-month",
];

/// Calls about maintenance.
#[derive(Debug, Clone, Copy)]
pub struct Maintenances<'a>(pub(super) &'a Session);

impl Maintenances<'_> {
    /// All of them, asked for anew.
    pub async fn list(&self) -> Result<Vec<Object>, Error> {
        let live = self.0.fresh("getMaintenanceList", Push::Maintenances).await?;
        let rows = live.connection.pushes().rows(Push::Maintenances);
        Ok(rows.values().map(|row| Object::clone(row)).collect())
    }

    /// All of them by number as the server sent them last, which it does with every change: mostly without asking. Their
    /// `status` may have changed by itself.
    pub async fn snapshot(&self) -> Result<Snapshot<Object>, Error> {
        let live = self.0.current("getMaintenanceList", Push::Maintenances).await?;
        Ok(live.connection.pushes().rows(Push::Maintenances))
    }

    /// One of [`Maintenances::snapshot`].
    pub async fn known(&self, id: i64) -> Result<Option<Arc<Object>>, Error> {
        Ok(self.snapshot().await?.get(&id).cloned())
    }

    /// One, or none if it is gone.
    pub async fn get(&self, id: i64) -> Result<Option<Object>, Error> {
        let event = "getMaintenance";
        let answer = gone(self.0.call(Kind::Read, event, &[json!(id)]).await)?;
        answer.map(|answer| object(event, answer, "maintenance")).transpose()
    }

    /// All of a title: a refused [`Maintenances::add`] may have left one.
    pub async fn find_by_title(&self, title: &str) -> Result<Vec<Object>, Error> {
        let mut found = self.list().await?;
        found.retain(|maintenance| maintenance.get("title").and_then(Value::as_str) == Some(title));
        Ok(found)
    }

    /// Makes one, and gives its number. `title` and `strategy` are needed; what else the server needs is filled in.
    pub async fn add(&self, wanted: &Object) -> Result<i64, Error> {
        let event = "addMaintenance";
        let payload = payload(wanted)?;
        let answer = self.0.call(Kind::Write, event, &[Value::Object(payload)]).await?;
        number(event, &answer, "maintenanceID")
    }

    /// Changes one: reads it, puts the wanted fields in their places, and writes it whole. None if it is gone.
    pub async fn edit(&self, id: i64, wanted: &Object) -> Result<Option<()>, Error> {
        let event = "editMaintenance";
        check_strategy(event, wanted)?;
        let Some(read) = self.get(id).await? else {
            return Ok(None);
        };
        let mut written = overlay(&read, wanted);
        written.insert("id".to_owned(), json!(id));
        let written = self.0.call(Kind::Write, event, &[Value::Object(written)]).await;
        Ok(gone(written)?.map(drop))
    }

    /// Deletes one; no error if it is gone.
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.switch("deleteMaintenance", id).await
    }

    /// Switches one off.
    pub async fn pause(&self, id: i64) -> Result<(), Error> {
        self.switch("pauseMaintenance", id).await
    }

    /// Switches one on.
    pub async fn resume(&self, id: i64) -> Result<(), Error> {
        self.switch("resumeMaintenance", id).await
    }

    async fn switch(&self, event: &'static str, id: i64) -> Result<(), Error> {
        let switched = self.0.call(Kind::Write, event, &[json!(id)]).await;
        // The list comes after the answer.
        self.0.tell(|pushes| pushes.mark_list(Push::Maintenances)).await;
        switched.map(drop)
    }

    /// The monitors it concerns.
    pub async fn monitors(&self, id: i64) -> Result<Vec<i64>, Error> {
        self.concerned("getMonitorMaintenance", "monitors", id).await
    }

    /// The status pages that show it.
    pub async fn status_pages(&self, id: i64) -> Result<Vec<i64>, Error> {
        self.concerned("getMaintenanceStatusPage", "statusPages", id).await
    }

    /// Sets the monitors it concerns. The server drops the old ones first: if one of the new ones does not exist, the call
    /// fails and leaves it with a part of them.
    pub async fn set_monitors(&self, id: i64, monitors: &[i64]) -> Result<(), Error> {
        self.set_concerned("addMonitorMaintenance", id, monitors).await
    }

    /// Sets the status pages that show it, by number.
    pub async fn set_status_pages(&self, id: i64, pages: &[i64]) -> Result<(), Error> {
        self.set_concerned("addMaintenanceStatusPage", id, pages).await
    }

    async fn concerned(&self, event: &'static str, key: &str, id: i64) -> Result<Vec<i64>, Error> {
        let answer = self.0.call(Kind::Read, event, &[json!(id)]).await?;
        let rows = list(event, answer, key)?;
        Ok(rows.iter().filter_map(|row| row.get("id")?.as_i64()).collect())
    }

    async fn set_concerned(&self, event: &'static str, id: i64, concerned: &[i64]) -> Result<(), Error> {
        let rows: Vec<Value> = concerned.iter().map(|id| json!({ "id": id })).collect();
        self.0
            .call(Kind::Write, event, &[json!(id), Value::Array(rows)])
            .await
            .map(drop)
    }
}

fn check_strategy(event: &'static str, wanted: &Object) -> Result<(), Error> {
    match wanted.get("strategy") {
        Some(strategy) if !STRATEGIES.iter().any(|known| strategy == known) => {
            Err(Error::invalid(event, "the strategy is not one that the server knows"))
        }
        _ => Ok(()),
    }
}

/// What is sent for a new one. Dates and times have to be there even where the strategy does not use them.
fn payload(wanted: &Object) -> Result<Object, Error> {
    let event = "addMaintenance";
    without_id(event, wanted)?;
    check_strategy(event, wanted)?;
    for key in ["title", "strategy"] {
        if wanted.get(key).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(Error::invalid(event, format!("`{key}` is missing")));
        }
    }
    let midnight = json!({ "hours": 0, "minutes": 0 });
    let defaults = json!({
        "description": "",
        "active": true,
        "intervalDay": 1,
        "dateRange": [],
        "timeRange": [midnight, midnight],
        "weekdays": [],
        "daysOfMonth": [],
        "timezoneOption": "UTC",
        "cron": "30 3 * * *",
        "durationMinutes": 60,
    });
    let mut payload = defaults.as_object().cloned().unwrap_or_default();
    payload.extend(wanted.clone());
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(wanted: &Value) -> Result<Value, String> {
        let payload = payload(wanted.as_object().unwrap());
        payload.map(Value::Object).map_err(|error| error.to_string())
    }

    #[test]
    fn what_the_server_needs_is_filled_in() {
        let made = made(&json!({ "title": "a", "strategy": "manual", "active": false })).unwrap();
        assert_eq!((&made["description"], &made["active"]), (&json!(""), &json!(false)));
        assert_eq!(made["dateRange"], json!([]));
        assert_eq!(made["timeRange"][1], json!({ "hours": 0, "minutes": 0 }));
    }

    #[test]
    fn what_would_leave_a_damaged_row_is_not_sent() {
        for odd in [
            json!({ "title": "a", "strategy": "weekly" }),
            json!({ "title": "a" }),
            json!({ "title": "", "strategy": "manual" }),
            json!({ "title": "a", "strategy": "manual", "id": 1 }),
        ] {
            assert!(
                made(&odd).unwrap_err().starts_with("`addMaintenance` was not sent: "),
                "{odd}"
            );
        }
    }
}
