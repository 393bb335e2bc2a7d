//! Monitors.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::connection::{Mark, Outdated, Push, Pushes};
use super::super::error::Error;
use super::super::object::{Monitor, Object, Snapshot, overlay};
use super::super::session::{Dialect, Kind, Session, Version};
use super::{gone, number, object, without_id};

/// Up to so many monitors are asked for one by one; the whole list is cheaper for more.
const FEW: usize = 4;

/// Calls about monitors.
#[derive(Debug, Clone, Copy)]
pub struct Monitors<'a>(pub(super) &'a Session);

impl Monitors<'_> {
    /// All monitors by number, asked for anew. About 2.8 kB for each.
    pub async fn list(&self) -> Result<Snapshot<Monitor>, Error> {
        let live = self.0.fresh("getMonitorList", Push::Monitors).await?;
        Ok(live.connection.pushes().monitors())
    }

    /// All monitors as the last list and the changes since have them: without asking, unless something may have changed
    /// of which the server does not tell exactly. On the older dialect, that is so after every change.
    pub async fn snapshot(&self) -> Result<Snapshot<Monitor>, Error> {
        let live = self.0.live().await?;
        let pushes = live.connection.pushes();
        match pushes.outdated_monitors(None) {
            Outdated::Nothing => {}
            Outdated::Some(few) if few.len() <= FEW => self.look_again(pushes, few).await?,
            Outdated::Some(_) | Outdated::All => return self.list().await,
        }
        Ok(pushes.monitors())
    }

    /// The numbers of the monitors for which `alike` holds, as far as they were told of, by their names and types.
    pub(super) async fn told(&self, alike: impl Fn(&Monitor) -> bool) -> Result<BTreeSet<i64>, Error> {
        let live = self.0.live().await?;
        let pushes = live.connection.pushes();
        let monitors = pushes.monitors();
        let offered = pushes.offered_monitors().unwrap_or_default();
        let all = monitors.iter().chain(offered.iter());
        Ok(all.filter(|(_, monitor)| alike(monitor)).map(|(id, _)| *id).collect())
    }

    /// One monitor of [`Monitors::snapshot`].
    pub async fn known(&self, id: i64) -> Result<Option<Arc<Monitor>>, Error> {
        let live = self.0.live().await?;
        let pushes = live.connection.pushes();
        match pushes.outdated_monitors(Some(id)) {
            Outdated::Nothing => Ok(pushes.monitors().get(&id).cloned()),
            Outdated::Some(one) => {
                self.look_again(pushes, one).await?;
                Ok(pushes.monitors().get(&id).cloned())
            }
            // One is asked for faster than all.
            Outdated::All => Ok(self.get(id).await?.map(Arc::new)),
        }
    }

    /// Asks for the monitors that may have changed.
    async fn look_again(&self, pushes: &Pushes, marked: Vec<(i64, Mark)>) -> Result<(), Error> {
        for (id, mark) in marked {
            let monitor = self.get(id).await?;
            pushes.settle_monitor(id, mark, monitor);
        }
        Ok(())
    }

    /// One monitor, or none if it is gone. The server has no answer for that but an error that may mean something else, so
    /// the list has the last word.
    pub async fn get(&self, id: i64) -> Result<Option<Monitor>, Error> {
        let event = "getMonitor";
        let answer = self.0.call(Kind::Read, event, &[json!(id)]).await;
        let answer = self.unless_gone(event, id, answer).await?;
        answer
            .map(|answer| object(event, answer, "monitor").map(Monitor))
            .transpose()
    }

    /// The outcome of a call, or none if the monitor is not on the list.
    async fn unless_gone<T>(
        &self,
        event: &'static str,
        id: i64,
        outcome: Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let outcome = gone(outcome)?;
        if outcome.is_none() && self.list().await?.contains_key(&id) {
            let what = "the monitor is on the list, but the server fails on it";
            return Err(Error::Unexpected { event, what });
        }
        Ok(outcome)
    }

    /// All monitors of a name, asked for anew: the server does not mind several.
    pub async fn find_by_name(&self, name: &str) -> Result<Vec<Arc<Monitor>>, Error> {
        let list = self.list().await?;
        let found = list.values().filter(|monitor| monitor.name() == name);
        Ok(found.map(Arc::clone).collect())
    }

    /// Makes a monitor, and gives its number. `type` and `name` are needed; what else the server needs is filled in. A
    /// refusal, and a connection that ended, may leave a monitor behind: see [`Monitors::add_once`].
    pub async fn add(&self, wanted: &Object) -> Result<i64, Error> {
        let event = "add";
        let payload = payload(wanted, &self.0.version().await?)?;
        let answer = self.0.call(Kind::Write, event, &[Value::Object(payload)]).await?;
        let id = number(event, &answer, "monitorID")?;
        self.0.tell(|pushes| pushes.made_monitor(id, wanted)).await;
        Ok(id)
    }

    /// Changes a monitor: reads it, puts the wanted fields in their places, and writes it whole, since the server resets
    /// some of those that are missing. `active` has no effect here: see [`Monitors::pause`]. None if it is gone.
    pub async fn edit(&self, id: i64, wanted: &Object) -> Result<Option<()>, Error> {
        let event = "editMonitor";
        check_edit(id, wanted)?;
        let Some(read) = self.get(id).await? else {
            return Ok(None);
        };
        let written = overlay(&read.0, wanted);
        let moved = written.get("parent") != read.0.get("parent");
        let written = self.0.call(Kind::Write, event, &[Value::Object(written)]).await;
        if moved {
            self.0.tell(|pushes| mark_below(pushes, id)).await;
        }
        Ok(self.unless_gone(event, id, written).await?.map(drop))
    }

    /// Switches a monitor off. Not for one that may be gone: the refusal is an error.
    pub async fn pause(&self, id: i64) -> Result<(), Error> {
        self.switch("pauseMonitor", id).await
    }

    /// Switches a monitor on.
    pub async fn resume(&self, id: i64) -> Result<(), Error> {
        self.switch("resumeMonitor", id).await
    }

    async fn switch(&self, event: &'static str, id: i64) -> Result<(), Error> {
        let switched = self.0.call(Kind::Write, event, &[json!(id)]).await;
        self.0.tell(|pushes| mark_below(pushes, id)).await;
        switched.map(drop)
    }

    /// Deletes a monitor; no error if it is gone. The monitors in a group stay, unless `children` are to go with it, which
    /// takes 2.1.
    pub async fn delete(&self, id: i64, children: bool) -> Result<(), Error> {
        let event = "deleteMonitor";
        let mut arguments = vec![json!(id)];
        // Before 2.1 a second argument swallows the answer; without it, every version answers.
        if children {
            self.0.require(2, 1, "deletion of a group with its monitors").await?;
            arguments.push(json!(true));
        }
        self.0.call(Kind::Write, event, &arguments).await?;
        // The server tells of it only after its answer, and before 2.1 not of the monitors in it.
        self.0
            .tell(|pushes| {
                if !children {
                    mark_below(pushes, id);
                }
                pushes.remove_monitor(id);
            })
            .await;
        Ok(())
    }
}

/// Marks all monitors in a group, and in the groups in it: whether they run has changed with it.
fn mark_below(pushes: &Pushes, group: i64) {
    let monitors = pushes.monitors();
    if monitors.get(&group).is_none_or(|monitor| monitor.kind() != "group") {
        return;
    }
    let mut below = BTreeSet::from([group]);
    loop {
        let before = below.len();
        let within = |monitor: &&Arc<Monitor>| monitor.parent().is_some_and(|parent| below.contains(&parent));
        let found: Vec<i64> = monitors
            .values()
            .filter(within)
            .filter_map(|monitor| monitor.id())
            .collect();
        below.extend(found);
        if below.len() == before {
            break;
        }
    }
    below.remove(&group);
    pushes.mark_monitors(below);
}

/// What `add` sends for a version.
fn payload(wanted: &Object, version: &Version) -> Result<Object, Error> {
    let event = "add";
    without_id(event, wanted)?;
    for key in ["type", "name"] {
        if wanted.get(key).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(Error::invalid(
                event,
                format!("`{key}` is missing, and the server would not mind"),
            ));
        }
    }
    let mut payload = defaults(wanted);
    payload.extend(wanted.clone());
    match version.dialect() {
        Dialect::Two => {
            payload.entry("conditions").or_insert_with(|| json!([]));
        }
        // The older dialect takes no such field, not even an empty one.
        Dialect::One => match payload.remove("conditions") {
            Some(Value::Array(conditions)) if !conditions.is_empty() => {
                return Err(Error::Unsupported {
                    what: "conditions of monitors".to_owned(),
                    version: version.to_string(),
                });
            }
            _ => {}
        },
    }
    Ok(payload)
}

/// Fields without which the server refuses a monitor, or makes one that does not work: a `timeout` of 0 is no limit.
fn defaults(wanted: &Object) -> Object {
    let interval = wanted.get("interval").and_then(Value::as_i64).unwrap_or(60);
    let ping = wanted.get("type").and_then(Value::as_str) == Some("ping");
    let timeout = if ping { 10 } else { (interval * 4 / 5).max(1) };
    let defaults = json!({
        "interval": interval,
        "retryInterval": interval,
        "resendInterval": 0,
        "maxretries": 0,
        "timeout": timeout,
        "upsideDown": false,
        "accepted_statuscodes": ["200-299"],
        "notificationIDList": {},
    });
    match defaults {
        Value::Object(defaults) => defaults,
        _ => Object::new(),
    }
}

/// Refuses what would hurt the server or another monitor.
fn check_edit(id: i64, wanted: &Object) -> Result<(), Error> {
    let event = "editMonitor";
    if wanted.get("id").is_some_and(|wanted| wanted.as_i64() != Some(id)) {
        return Err(Error::invalid(event, "the `id` is that of another monitor"));
    }
    if wanted.get("parent").and_then(Value::as_i64) == Some(id) {
        let what = "a monitor in itself (`parent`) makes the server hang, and a restart does not cure it";
        return Err(Error::invalid(event, what));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(wanted: Value, version: &str) -> Result<Value, String> {
        let Value::Object(wanted) = wanted else {
            panic!("no object")
        };
        let payload = payload(&wanted, &Version::read(version).unwrap());
        payload.map(Value::Object).map_err(|error| error.to_string())
    }

    /// The recorded client sent more than the server needs; what we send with the same wishes is part of that.
    #[test]
    fn what_is_sent_is_what_the_recorded_client_sent() {
        let url = "http://127.0.0.1:3001/api/entry-page";
        let wanted = json!({ "type": "http", "name": "http monitor", "url": url, "method": "GET", "parent": null,
            "description": null });
        for (version, recording) in [
            ("1.23.17", include_str!("../recorded/1.23.17.jsonl")),
            ("2.5.3", include_str!("../recorded/2.5.3.jsonl")),
        ] {
            let sent = recording.lines().find_map(|line| {
                let line: Value = serde_json::from_str(line).unwrap();
                let wanted = line["step"] == "monitor.http.add" && line["from"] == "client";
                wanted.then(|| line["frame"].as_str().unwrap().to_owned())
            });
            let sent = sent.unwrap();
            let sent: Value = serde_json::from_str(&sent[sent.find('[').unwrap()..]).unwrap();
            assert_eq!(made(wanted.clone(), version).unwrap(), sent[1], "{version}");
        }
    }

    #[test]
    fn conditions_are_only_for_the_newer_dialect() {
        let wanted = |conditions| json!({ "type": "dns", "name": "a", "conditions": conditions });
        let sent = made(wanted(json!([{ "type": "expression" }])), "2.5.3").unwrap();
        assert_eq!(sent["conditions"][0]["type"], "expression");
        assert_eq!(made(wanted(json!([])), "1.23.17").unwrap().get("conditions"), None);
        let refused = made(wanted(json!([1])), "1.23.17").unwrap_err();
        assert_eq!(refused, "Uptime Kuma 1.23.17 has no conditions of monitors");
    }

    #[test]
    fn what_the_server_would_take_amiss_is_not_sent() {
        let error = made(json!({ "type": "http", "name": "a", "id": 1 }), "2.5.3").unwrap_err();
        assert!(error.contains("must not have an `id`"), "{error}");
        for odd in [
            json!({ "type": "http" }),
            json!({ "type": "http", "name": 5 }),
            json!({ "name": "a" }),
        ] {
            assert!(made(odd, "2.5.3").unwrap_err().contains("is missing"));
        }
        let check = |wanted: Value| check_edit(7, wanted.as_object().unwrap());
        assert!(check(json!({ "parent": 7 })).unwrap_err().to_string().contains("hang"));
        assert!(check(json!({ "id": 8 })).is_err());
        assert!(check(json!({ "id": 7, "parent": 8 })).is_ok());
    }

    #[test]
    fn a_monitor_never_gets_no_time_limit() {
        let timeout = |wanted| made(wanted, "2.5.3").unwrap()["timeout"].clone();
        assert_eq!(timeout(json!({ "type": "http", "name": "a", "interval": 1 })), 1);
        assert_eq!(timeout(json!({ "type": "ping", "name": "a" })), 10);
        assert_eq!(timeout(json!({ "type": "ping", "name": "a", "timeout": 20 })), 20);
    }
}
