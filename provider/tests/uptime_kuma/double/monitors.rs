//! What the double does with monitors.

use std::collections::BTreeSet;

use quickfra::api::uptime_kuma::Object;
use serde_json::{Value, json};

use super::answers::{Out, frames, refused, take};
use super::{Dialect, State, object};

/// A monitor as a real server of the dialect tells of it; its keys are what `add` accepts.
fn template(dialect: Dialect) -> Object {
    let frames = frames(dialect.recording());
    let list = frames.iter().find_map(|(step, client, line)| {
        let frame = line["frame"].as_str().unwrap_or_default();
        (step == "monitor.http.add" && !client && frame.starts_with("42[")).then(|| frame[2..].to_owned())
    });
    let list: Value = serde_json::from_str(&list.unwrap()).unwrap();
    object(list[1]["1"].clone())
}

pub(super) fn add(state: &mut State, wanted: &Object) -> Vec<Out> {
    let Some(codes) = wanted.get("accepted_statuscodes") else {
        return refused("Cannot read properties of undefined (reading 'every')");
    };
    if !codes.as_array().unwrap().iter().all(Value::is_string) {
        return refused("Accepted status codes are not all strings");
    }
    let least = if state.dialect == Dialect::One { 20 } else { 1 };
    if wanted
        .get("interval")
        .and_then(Value::as_i64)
        .is_some_and(|interval| interval < least)
    {
        return refused(&format!("Interval cannot be less than {least} seconds"));
    }
    let database = |tail: &str| {
        refused(&format!(
            "insert into `monitor` (...) values ({}) - {tail}",
            json!(wanted)
        ))
    };
    let template = template(state.dialect);
    if let Some(unknown) = wanted.keys().find(|key| !template.contains_key(*key)) {
        let snake = unknown.chars().flat_map(|letter| {
            let mark = letter.is_ascii_uppercase().then_some('_');
            mark.into_iter().chain([letter.to_ascii_lowercase()])
        });
        let snake: String = snake.collect();
        return database(&format!("SQLITE_ERROR: table monitor has no column named {snake}"));
    }
    if state.dialect == Dialect::Two && !wanted.contains_key("conditions") {
        return database("SQLITE_CONSTRAINT: NOT NULL constraint failed: monitor.conditions");
    }
    if wanted
        .get("parent")
        .and_then(Value::as_i64)
        .is_some_and(|id| !state.monitors.contains_key(&id))
    {
        return database("SQLITE_CONSTRAINT: FOREIGN KEY constraint failed");
    }
    let id = wanted
        .get("id")
        .and_then(Value::as_i64)
        .unwrap_or_else(|| take(&mut state.next));
    let mut monitor = template;
    monitor.extend(wanted.clone());
    monitor.insert("id".to_owned(), json!(id));
    state.monitors.insert(id, monitor);
    let notifications = wanted.get("notificationIDList").and_then(Value::as_object);
    let known: BTreeSet<String> = state.notifications.keys().map(i64::to_string).collect();
    if notifications.is_some_and(|wanted| wanted.keys().any(|id| !known.contains(id))) {
        // The monitor stays.
        return refused(
            "insert into `monitor_notification` (`monitor_id`, `notification_id`) values (1, '99999') - \
                        SQLITE_CONSTRAINT: FOREIGN KEY constraint failed",
        );
    }
    let mut said = state.say("Added Successfully.", "successAdded");
    said.insert("monitorID".to_owned(), json!(id));
    let mut outs = vec![state.changed(id), Out::Ack(json!([said]))];
    if wanted.get("active") != Some(&json!(false)) {
        outs.push(Out::All(json!(["maintenanceList", {}])));
    }
    outs
}

pub(super) fn edit(state: &mut State, wanted: &Object) -> Vec<Out> {
    let id = wanted["id"].as_i64().unwrap();
    if wanted.get("parent").and_then(Value::as_i64) == Some(id) {
        return Vec::new();
    }
    let Some(monitor) = state.monitors.get_mut(&id) else {
        return refused("Cannot read properties of null (reading 'user_id')");
    };
    // What is missing is reset.
    for (key, empty) in [
        ("port", Value::Null),
        ("proxyId", Value::Null),
        ("notificationIDList", json!({})),
    ] {
        monitor.insert(key.to_owned(), wanted.get(key).cloned().unwrap_or(empty));
    }
    let active = monitor.get("active").cloned().unwrap_or_default();
    let known: BTreeSet<String> = monitor.keys().cloned().collect();
    monitor.extend(wanted.clone().into_iter().filter(|(key, _)| known.contains(key)));
    monitor.insert("active".to_owned(), active);
    let mut said = state.say("Saved.", "Saved.");
    said.insert("monitorID".to_owned(), json!(id));
    vec![state.changed(id), Out::Ack(json!([said]))]
}

pub(super) fn delete(state: &mut State, id: i64, children: Option<&Value>) -> Vec<Out> {
    state.monitors.remove(&id);
    let said = Out::Ack(json!([state.say("Deleted Successfully.", "successDeleted")]));
    match (state.dialect, children) {
        // The second argument is taken for the function that answers.
        (Dialect::One, Some(_)) => Vec::new(),
        (Dialect::One, None) => vec![said, Out::All(state.list())],
        (Dialect::Two, _) => vec![said, Out::All(json!(["deleteMonitorFromList", id]))],
    }
}

/// How a monitor is doing, as it is told after a login.
pub(super) fn beats(id: i64) -> Vec<Out> {
    let row = json!({ "id": 1, "important": 1, "monitor_id": id, "status": 1, "msg": "200 - OK", "ping": 11,
        "time": "2026-11-22 00:13:01.110", "duration": 0, "down_count": 0 });
    vec![
        Out::Own(json!(["heartbeatList", id.to_string(), [row], false])),
        Out::All(json!(["avgPing", id, 7.5])),
        Out::All(json!(["uptime", id, 24, 1])),
        Out::All(json!(["uptime", id, 720, 0.5])),
    ]
}
