//! What the double does with proxies, docker hosts, remote browsers and maintenances.

use std::collections::BTreeMap;

use quickfra::api::uptime_kuma::Object;
use serde_json::{Value, json};

use super::answers::{Out, recorded, refused};
use super::{Dialect, State, object};

/// A list with numbers of its own.
#[derive(Default)]
pub(crate) struct Table {
    last: i64,
    pub(crate) rows: BTreeMap<i64, Object>,
}

impl Table {
    /// The next row will have this number.
    pub(crate) fn begin_at(&mut self, id: i64) {
        self.last = id - 1;
    }

    pub(super) fn add(&mut self, row: Value) -> i64 {
        self.last += 1;
        self.put(self.last, row);
        self.last
    }

    fn put(&mut self, id: i64, row: Value) {
        let mut row = object(row);
        row.insert("id".to_owned(), json!(id));
        self.rows.insert(id, row);
    }

    fn list(&self) -> Value {
        json!(self.rows.values().collect::<Vec<_>>())
    }
}

/// What differs between the kinds of items.
struct Kind {
    list: &'static str,
    /// The field of monitors that refers to it.
    reference: &'static str,
    unknown: &'static str,
    undeletable: &'static str,
    table: fn(&mut State) -> &mut Table,
}

fn kind(event: &str) -> Kind {
    match event {
        "addProxy" | "deleteProxy" => Kind {
            list: "proxyList",
            reference: "proxyId",
            unknown: "proxy not found",
            undeletable: "proxy not found",
            table: |state| &mut state.proxies,
        },
        "addDockerHost" | "deleteDockerHost" => Kind {
            list: "dockerHostList",
            reference: "docker_host",
            unknown: "docker host not found",
            undeletable: "docker host not found",
            table: |state| &mut state.docker_hosts,
        },
        _ => Kind {
            list: "remoteBrowserList",
            reference: "remote_browser",
            unknown: "Remote browser not found",
            undeletable: "Remote Browser not found",
            table: |state| &mut state.remote_browsers,
        },
    }
}

/// The lists of all of these.
pub(super) fn lists(state: &State) -> Vec<Value> {
    let maintenances: Object = state
        .maintenances
        .rows
        .iter()
        .map(|(id, row)| (id.to_string(), json!(row)))
        .collect();
    let mut lists = vec![
        json!(["maintenanceList", maintenances]),
        json!(["proxyList", state.proxies.list()]),
        json!(["dockerHostList", state.docker_hosts.list()]),
        state.key_list(),
    ];
    if state.dialect == Dialect::Two {
        lists.push(json!(["remoteBrowserList", state.remote_browsers.list()]));
    }
    lists
}

fn list(state: &State, name: &str) -> Out {
    let list = lists(state).into_iter().find(|list| list[0] == name);
    Out::All(list.unwrap())
}

/// Nothing if it is about something else.
pub(super) fn answer(state: &mut State, event: &str, arguments: &[Value]) -> Option<Vec<Out>> {
    Some(match (event, arguments) {
        ("addRemoteBrowser" | "deleteRemoteBrowser", _) if state.dialect == Dialect::One => Vec::new(),
        ("addProxy" | "addDockerHost" | "addRemoteBrowser", [wanted, id]) => save(state, event, wanted, id.as_i64()),
        ("deleteProxy" | "deleteDockerHost" | "deleteRemoteBrowser", [id]) => {
            delete(state, event, id.as_i64().unwrap())
        }
        ("addMaintenance", [wanted]) => add_maintenance(state, wanted),
        ("editMaintenance", [wanted]) => edit_maintenance(state, wanted),
        ("getMaintenanceList", []) => vec![list(state, "maintenanceList"), Out::Ack(json!([{ "ok": true }]))],
        ("getMaintenance", [id]) => match state.maintenances.rows.get(&id.as_i64().unwrap()) {
            Some(row) => vec![Out::Ack(json!([{ "ok": true, "maintenance": row }]))],
            None => refused("Cannot read properties of null (reading 'toJSON')"),
        },
        ("deleteMaintenance", [id]) => {
            state.maintenances.rows.remove(&id.as_i64().unwrap());
            let said = state.say("Deleted Successfully.", "successDeleted");
            vec![Out::Ack(json!([said])), list(state, "maintenanceList")]
        }
        ("pauseMaintenance" | "resumeMaintenance", [id]) => switch_maintenance(state, event, id),
        ("addMonitorMaintenance" | "addMaintenanceStatusPage", [id, rows]) => concern(state, event, id, rows),
        ("getMonitorMaintenance", [id]) => {
            let rows = state.concerned.get(&("addMonitorMaintenance", id.as_i64().unwrap()));
            vec![Out::Ack(
                json!([{ "ok": true, "monitors": rows.cloned().unwrap_or_default() }]),
            )]
        }
        ("getMaintenanceStatusPage", [id]) => {
            let rows = state.concerned.get(&("addMaintenanceStatusPage", id.as_i64().unwrap()));
            let titled = |row: &Value| {
                let page = &state.pages.rows[&row["id"].as_i64().unwrap()];
                json!({ "id": row["id"], "title": page["title"] })
            };
            let pages: Vec<Value> = rows.into_iter().flatten().map(titled).collect();
            vec![Out::Ack(json!([{ "ok": true, "statusPages": pages }]))]
        }
        _ => return None,
    })
}

fn save(state: &mut State, event: &str, wanted: &Value, id: Option<i64>) -> Vec<Out> {
    let kind = kind(event);
    let mut row = wanted.clone();
    if event == "addProxy" {
        // Always on, whatever is wanted; truth values are numbers in its rows.
        row["active"] = json!(1);
        for key in ["auth", "default"] {
            row[key] = json!(i32::from(wanted[key] == true));
        }
    }
    let table = (kind.table)(state);
    let id = match id {
        Some(id) if !table.rows.contains_key(&id) => return refused(kind.unknown),
        Some(id) => {
            table.put(id, row);
            id
        }
        None => table.add(row),
    };
    let mut said = state.say("Saved", "Saved.");
    said.insert("id".to_owned(), json!(id));
    vec![list(state, kind.list), Out::Ack(json!([said]))]
}

fn delete(state: &mut State, event: &str, id: i64) -> Vec<Out> {
    let kind = kind(event);
    if (kind.table)(state).rows.remove(&id).is_none() {
        return refused(kind.undeletable);
    }
    for monitor in state.monitors.values_mut() {
        if let Some(reference) = monitor.get_mut(kind.reference).filter(|reference| **reference == id) {
            *reference = Value::Null;
        }
    }
    let said = state.say("Deleted", "successDeleted");
    vec![list(state, kind.list), Out::Ack(json!([said]))]
}

fn add_maintenance(state: &mut State, wanted: &Value) -> Vec<Out> {
    let mut row = recorded(state.dialect, "maintenance.manual.get", "maintenance");
    row.extend(object(wanted.clone()));
    let id = state.maintenances.add(json!(row));
    // The row stays.
    if wanted["strategy"] == "cron" && wanted["cron"] == "nonsense" {
        return refused("CronPattern: invalid configuration format ('nonsense')");
    }
    let mut said = state.say("Added Successfully.", "successAdded");
    said.insert("maintenanceID".to_owned(), json!(id));
    vec![list(state, "maintenanceList"), Out::Ack(json!([said]))]
}

fn edit_maintenance(state: &mut State, wanted: &Value) -> Vec<Out> {
    let id = wanted["id"].as_i64().unwrap();
    let Some(row) = state.maintenances.rows.get_mut(&id) else {
        return refused("Permission denied.");
    };
    row.extend(object(wanted.clone()));
    let mut said = state.say("Saved.", "Saved.");
    said.insert("maintenanceID".to_owned(), json!(id));
    vec![list(state, "maintenanceList"), Out::Ack(json!([said]))]
}

fn switch_maintenance(state: &mut State, event: &str, id: &Value) -> Vec<Out> {
    let on = event == "resumeMaintenance";
    let Some(row) = state.maintenances.rows.get_mut(&id.as_i64().unwrap()) else {
        return refused("Maintenance not found");
    };
    row.insert("active".to_owned(), json!(on));
    let said = if on {
        state.say("Resumed Successfully", "successResumed")
    } else {
        state.say("Paused Successfully.", "successPaused")
    };
    vec![Out::Ack(json!([said])), list(state, "maintenanceList")]
}

/// The old set is gone before the new one is looked at.
fn concern(state: &mut State, event: &str, id: &Value, rows: &Value) -> Vec<Out> {
    let (event, table) = match event {
        "addMonitorMaintenance" => ("addMonitorMaintenance", "monitor_maintenance"),
        _ => ("addMaintenanceStatusPage", "maintenance_status_page"),
    };
    let place = (event, id.as_i64().unwrap());
    state.concerned.remove(&place);
    let rows = rows.as_array().unwrap();
    let unknown = |row: &&Value| {
        let id = row["id"].as_i64().unwrap();
        if event == "addMonitorMaintenance" {
            !state.monitors.contains_key(&id)
        } else {
            !state.pages.rows.contains_key(&id)
        }
    };
    if rows.iter().any(|row| unknown(&row)) {
        return refused(&format!(
            "insert into `{table}` (`maintenance_id`) values ({id}) - SQLITE_CONSTRAINT: FOREIGN KEY constraint failed"
        ));
    }
    state.concerned.insert(place, rows.clone());
    vec![Out::Ack(json!([state.say("Added Successfully.", "successAdded")]))]
}
