//! What the double does with status pages and their incidents.

use quickfra::api::uptime_kuma::Object;
use serde_json::{Value, json};

use super::answers::{Out, recorded, refused};
use super::{Dialect, State, object};

/// The configurations of all pages, as they are sent with a login.
pub(super) fn list(state: &State) -> Value {
    let pages: Object = state
        .pages
        .rows
        .iter()
        .map(|(id, row)| (id.to_string(), json!(row)))
        .collect();
    json!(["statusPageList", pages])
}

fn find(state: &State, slug: &Value) -> Option<i64> {
    let mut pages = state.pages.rows.iter();
    pages.find_map(|(id, page)| (page["slug"] == *slug).then_some(*id))
}

/// What a visitor of a page gets.
pub(super) fn visited(state: &State, slug: &str) -> Option<Value> {
    let id = find(state, &json!(slug))?;
    let shown = state
        .incidents
        .rows
        .values()
        .filter(|it| it["status_page_id"] == id && it["pin"] == true);
    let mut page = json!({ "config": state.pages.rows[&id], "publicGroupList": state.groups.get(&id) });
    match state.dialect {
        Dialect::One => page["incident"] = json!(shown.map(|it| public(state, it)).next()),
        Dialect::Two => page["incidents"] = json!(shown.map(|it| public(state, it)).collect::<Vec<_>>()),
    }
    Some(page)
}

/// Nothing if it is about something else.
pub(super) fn answer(state: &mut State, event: &str, arguments: &[Value]) -> Option<Vec<Out>> {
    Some(match (event, arguments) {
        ("addStatusPage", [title, slug]) => add(state, title, slug),
        ("getStatusPage", [slug]) => match find(state, slug) {
            Some(id) => vec![Out::Ack(json!([{ "ok": true, "config": state.pages.rows[&id] }]))],
            None => refused("No slug?"),
        },
        ("saveStatusPage", [slug, config, icon, groups]) => match find(state, slug) {
            Some(id) => save(state, id, config, icon, groups),
            None => refused("No slug?"),
        },
        ("deleteStatusPage", [slug]) => match find(state, slug) {
            Some(id) => {
                state.pages.rows.remove(&id);
                state.groups.remove(&id);
                state.incidents.rows.retain(|_, it| it["status_page_id"] != id);
                vec![Out::Ack(json!([{ "ok": true }]))]
            }
            None => refused("Status Page is not found"),
        },
        ("postIncident", [slug, wanted]) => match find(state, slug) {
            Some(page) => post(state, page, wanted),
            None => refused("slug is not found"),
        },
        ("unpinIncident", [slug]) => {
            let page = find(state, slug);
            for incident in state
                .incidents
                .rows
                .values_mut()
                .filter(|it| it["status_page_id"] == json!(page))
            {
                incident.insert("pin".to_owned(), json!(false));
            }
            vec![Out::Ack(json!([{ "ok": true }]))]
        }
        (_, [slug, rest @ ..]) if state.dialect == Dialect::Two && event.contains("Incident") => {
            let Some(page) = find(state, slug) else {
                return Some(refused("slug is not found"));
            };
            incident(state, page, event, rest)
        }
        _ => return None,
    })
}

fn add(state: &mut State, title: &Value, slug: &Value) -> Vec<Out> {
    let text = slug.as_str().unwrap().to_lowercase();
    if text.is_empty() || title == "" {
        return refused("Please input all fields");
    }
    if text.contains([' ']) || text.contains("--") {
        return refused("Invalid Slug");
    }
    if find(state, &json!(text)).is_some() {
        return refused(
            "insert into `status_page` (...) values (...) - SQLITE_CONSTRAINT: UNIQUE constraint failed: \
                        status_page.slug",
        );
    }
    let mut page = recorded(state.dialect, "statusPage.get", "config");
    page.insert("title".to_owned(), title.clone());
    page.insert("slug".to_owned(), json!(text));
    state.pages.add(json!(page));
    let mut said = object(json!({ "ok": true, "msg": "OK!" }));
    if state.dialect == Dialect::Two {
        said = state.say("", "successAdded");
        said.insert("slug".to_owned(), json!(text));
    }
    vec![Out::Ack(json!([said]))]
}

fn save(state: &mut State, id: i64, config: &Value, icon: &Value, groups: &Value) -> Vec<Out> {
    if icon.as_str().unwrap().starts_with("data:") {
        return refused("Only allowed PNG logo.");
    }
    if config.get("domainNameList").is_none() {
        return refused("Invalid array");
    }
    let page = state.pages.rows.get_mut(&id).unwrap();
    page.extend(object(config.clone()));
    page.insert("id".to_owned(), json!(id));
    let mut saved = groups.clone();
    for group in saved.as_array_mut().unwrap() {
        if group.get("id").is_none() {
            state.last_group += 1;
            group["id"] = json!(state.last_group);
        }
        let monitors = group["monitorList"].as_array().unwrap();
        if monitors
            .iter()
            .any(|it| !state.monitors.contains_key(&it["id"].as_i64().unwrap()))
        {
            return refused(
                "insert into `monitor_group` (...) values (...) - SQLITE_CONSTRAINT: FOREIGN KEY constraint failed",
            );
        }
    }
    state.groups.insert(id, saved.clone());
    vec![Out::Ack(json!([{ "ok": true, "publicGroupList": saved }]))]
}

/// What is told of an incident.
fn public(state: &State, row: &Object) -> Value {
    let mut row = row.clone();
    if state.dialect == Dialect::One {
        row.remove("active");
        row.remove("status_page_id");
    }
    json!(row)
}

fn told(state: &State, id: i64, mut said: Value) -> Vec<Out> {
    said["incident"] = public(state, &state.incidents.rows[&id]);
    vec![Out::Ack(json!([said]))]
}

fn post(state: &mut State, page: i64, wanted: &Value) -> Vec<Out> {
    if wanted.get("title").is_none() {
        return refused(
            "insert into `incident` (...) values (...) - SQLITE_CONSTRAINT: NOT NULL constraint failed: \
                        incident.title",
        );
    }
    if state.dialect == Dialect::One {
        state
            .incidents
            .rows
            .values_mut()
            .for_each(|it| drop(it.insert("pin".to_owned(), json!(false))));
    }
    let known = wanted["id"].as_i64().filter(|id| state.incidents.rows.contains_key(id));
    let id = known.unwrap_or_else(|| {
        let row = json!({ "createdDate": "2026-11-22 00:14:15", "status_page_id": page });
        state.incidents.add(row)
    });
    let row = state.incidents.rows.get_mut(&id).unwrap();
    for key in ["title", "content", "style"] {
        row.insert(key.to_owned(), wanted[key].clone());
    }
    row.extend(object(json!({ "pin": true, "active": true })));
    if wanted.get("id").is_some() {
        row.insert("lastUpdatedDate".to_owned(), json!("2026-11-22 00:14:15"));
    }
    told(state, id, json!({ "ok": true }))
}

/// What came with 2.1.
fn incident(state: &mut State, page: i64, event: &str, arguments: &[Value]) -> Vec<Out> {
    if event == "getIncidentHistory" {
        let own = state
            .incidents
            .rows
            .values()
            .rev()
            .filter(|it| it["status_page_id"] == page);
        let all: Vec<Value> = own.map(|it| public(state, it)).collect();
        let answer = json!({ "ok": true, "total": all.len(), "incidents": all, "nextCursor": null, "hasMore": false });
        return vec![Out::Ack(json!([answer]))];
    }
    let id = arguments[0].as_i64().unwrap();
    let Some(row) = state.incidents.rows.get_mut(&id) else {
        let message = "Incident not found or access denied";
        return vec![Out::Ack(json!([{ "ok": false, "msg": message, "msgi18n": true }]))];
    };
    row.insert("lastUpdatedDate".to_owned(), json!("2026-11-22 00:14:15"));
    match event {
        "editIncident" => {
            row.extend(object(arguments[1].clone()));
            told(state, id, json!(state.say("", "Saved.")))
        }
        "resolveIncident" => {
            row.extend(object(json!({ "pin": false, "active": false })));
            told(state, id, json!(state.say("", "Resolved")))
        }
        _ => {
            state.incidents.rows.remove(&id);
            vec![Out::Ack(json!([state.say("", "successDeleted")]))]
        }
    }
}
