//! What the double answers, and in which order it tells of it.

use std::time::Duration;

use quickfra::api::uptime_kuma::Object;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::monitors::{add, beats, delete, edit};
use super::socket::Client;
use super::{Dialect, State, object};
use super::{account, pages, rows};

/// How many logins the server takes in a minute.
const LOGINS: u32 = 20;
const MINUTE: Duration = Duration::from_mins(1);

/// What goes out.
#[derive(Debug)]
pub(crate) enum Out {
    /// To this socket only.
    Own(Value),
    /// To all sockets of the user.
    All(Value),
    Ack(Value),
    /// Drops the other sockets.
    CutOthers,
}

/// The frames of a recording, as (step, from the client, what).
pub(crate) fn frames(recording: &str) -> Vec<(String, bool, Value)> {
    let lines = recording
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let frame = |line: Value| {
        (
            line["step"].as_str().unwrap().to_owned(),
            line["from"] == "client",
            line,
        )
    };
    lines.map(frame).collect()
}

/// An object of the last answer in a recorded step.
pub(super) fn recorded(dialect: Dialect, step: &str, key: &str) -> Object {
    let frames = frames(dialect.recording()).into_iter();
    let mut answers = frames.filter(|(of, client, line)| of == step && !client && line["frame"].as_str().is_some());
    let text = answers.next_back().unwrap().2["frame"].as_str().unwrap().to_owned();
    let body: Value = serde_json::from_str(&text[text.find('[').unwrap()..]).unwrap();
    object(body[0][key].clone())
}

pub(super) fn refused(message: &str) -> Vec<Out> {
    vec![Out::Ack(json!([{ "ok": false, "msg": message }]))]
}

impl State {
    pub(super) fn say(&self, one: &str, two: &str) -> Object {
        object(match self.dialect {
            Dialect::One => json!({ "ok": true, "msg": one }),
            Dialect::Two => json!({ "ok": true, "msg": two, "msgi18n": true }),
        })
    }

    pub(super) fn fail(&self, one: &str, two: &str) -> Vec<Out> {
        vec![Out::Ack(match self.dialect {
            Dialect::One => json!([{ "ok": false, "msg": one }]),
            Dialect::Two => json!([{ "ok": false, "msg": two, "msgi18n": true }]),
        })]
    }

    fn info(&self, version: bool) -> Value {
        let mut info = json!({ "primaryBaseURL": null, "serverTimezone": "UTC", "serverTimezoneOffset": "+00:00" });
        if version {
            info["version"] = json!(self.version);
            info["latestVersion"] = Value::Null;
            info["isContainer"] = json!(false);
        }
        json!(["info", info])
    }

    pub(super) fn list(&self) -> Value {
        let monitors: Object = self
            .monitors
            .iter()
            .map(|(id, it)| (id.to_string(), json!(it)))
            .collect();
        json!(["monitorList", monitors])
    }

    fn notification_list(&self) -> Value {
        json!(["notificationList", self.notifications.values().collect::<Vec<_>>()])
    }

    /// What follows a login, without `info`'s place among it being certain.
    fn lists(&self) -> Vec<Out> {
        let mut lists = vec![
            Out::All(self.list()),
            Out::Own(self.info(true)),
            Out::All(self.notification_list()),
        ];
        lists.extend(rows::lists(self).into_iter().map(Out::All));
        if self.dialect == Dialect::Two {
            let variables = json!([{ "id": "record", "operators": [{ "id": "equals", "caption": "equals" }] }]);
            let types = json!({ "dns": { "supportsConditions": true, "conditionVariables": variables } });
            lists.push(Out::All(json!(["monitorTypeList", types])));
        }
        lists.push(Out::All(pages::list(self)));
        lists.extend(self.monitors.keys().flat_map(|id| beats(*id)));
        lists.push(Out::Own(json!(["initServerTimezone"])));
        lists
    }

    fn enter(&mut self, client: &mut Client) {
        client.logged_in = true;
        self.sockets.push(client.socket.clone());
    }

    /// The lists and the answer to a login, in the order of the dialect.
    fn welcome(&mut self, client: &mut Client, answer: Value) -> Vec<Out> {
        self.enter(client);
        let mut outs = self.lists();
        match self.dialect {
            Dialect::One => outs.insert(0, Out::Ack(answer)),
            Dialect::Two => outs.push(Out::Ack(answer)),
        }
        outs
    }

    pub(super) fn changed(&self, id: i64) -> Out {
        match self.dialect {
            Dialect::One => Out::All(self.list()),
            Dialect::Two => Out::All(json!(["updateMonitorIntoList", { id.to_string(): self.monitors.get(&id) }])),
        }
    }

    fn gone(&self) -> Vec<Out> {
        let key = match self.dialect {
            Dialect::One => "toJSON",
            Dialect::Two => "id",
        };
        refused(&format!("Cannot read properties of null (reading '{key}')"))
    }

    /// Takes one login from the limit, which the whole server shares: so many in a minute, counted from the first one after
    /// the minute before. What is refused does not count.
    fn limited(&mut self) -> bool {
        let (began, used) = &mut self.logins;
        if began.elapsed() >= MINUTE {
            (*began, *used) = (Instant::now(), 0);
        }
        if *used >= LOGINS {
            return true;
        }
        *used += 1;
        false
    }
}

/// What the server says first, once its handlers are there.
pub(crate) fn greeting(state: &mut State, client: &mut Client) -> Vec<Out> {
    let mut outs = vec![Out::Own(state.info(false))];
    let setup = state.user.is_none().then(|| Out::Own(json!(["setup"])));
    match (state.dialect, state.authentication_off) {
        (Dialect::One, false) => outs.splice(0..0, setup).for_each(drop),
        (Dialect::Two, false) => {
            outs.extend(setup);
            outs.push(Out::Own(json!(["loginRequired"])));
        }
        (dialect, true) => {
            state.enter(client);
            if dialect == Dialect::One {
                outs.push(Out::Own(json!(["autoLogin"])));
            }
            outs.extend(state.lists());
            if dialect == Dialect::Two {
                outs.push(Out::Own(json!(["autoLogin"])));
            }
        }
    }
    outs
}

/// What a call brings. Nothing at all for a wrong number of arguments, and for what is not known.
pub(crate) fn answer(state: &mut State, client: &mut Client, event: &str, arguments: &[Value]) -> Vec<Out> {
    match (event, arguments) {
        ("needSetup", []) => vec![Out::Ack(json!([state.user.is_none()]))],
        ("setup", [name, password]) => setup(state, name, password),
        ("login", [login]) => login_by_password(state, client, login),
        ("loginByToken", [token]) => {
            if *token != *state.token() {
                return state.fail("Invalid token.", "authInvalidToken");
            }
            state.welcome(client, json!([{ "ok": true }]))
        }
        ("login" | "noSuchEvent", _) => Vec::new(),
        _ if !client.logged_in => refused("You are not logged in."),
        _ => logged_in(state, event, arguments),
    }
}

fn setup(state: &mut State, name: &Value, password: &Value) -> Vec<Out> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let weak = "Password is too weak. It should contain alphabetic and numeric characters. It must be at least 6 \
                characters in length.";
    if state.user.is_some() {
        let message = "Uptime Kuma has been initialized. If you want to run setup again, please delete the database.";
        let mut answer = json!([{ "ok": false, "msg": message }]);
        if state.dialect == Dialect::Two {
            answer[0]["msgi18n"] = json!(false);
        }
        return vec![Out::Ack(answer)];
    }
    let password = text(password);
    if password.len() < 6 || !password.contains(|letter: char| letter.is_alphabetic()) {
        return state.fail(weak, "passwordTooWeak");
    }
    state.user = Some((text(name), password));
    vec![Out::Ack(json!([state.say("Added Successfully.", "successAdded")]))]
}

fn login_by_password(state: &mut State, client: &mut Client, login: &Value) -> Vec<Out> {
    if state.limited() {
        return refused("Too frequently, try again later.");
    }
    let text = |key: &str| login[key].as_str().map(str::to_owned);
    if state.user.is_none() || state.user != text("username").zip(text("password")) {
        return state.fail("Incorrect username or password.", "authIncorrectCreds");
    }
    if state.codes.is_some() {
        let code = text("token").unwrap_or_default();
        if code.is_empty() {
            return vec![Out::Ack(json!([{ "tokenRequired": true }]))];
        }
        if !state.takes(&code) {
            return state.fail("Invalid Token!", "authInvalidToken");
        }
        if let Some((last, _)) = &mut state.codes {
            *last = code;
        }
    }
    let token = state.token();
    state.welcome(client, json!([{ "ok": true, "token": token }]))
}

fn logged_in(state: &mut State, event: &str, arguments: &[Value]) -> Vec<Out> {
    match (event, arguments) {
        ("getMonitorList", []) => vec![Out::Own(state.list()), Out::Ack(json!([{ "ok": true }]))],
        ("getMonitor", [id]) => match id.as_i64().and_then(|id| state.monitors.get(&id)) {
            Some(monitor) => vec![Out::Ack(json!([{ "ok": true, "monitor": monitor }]))],
            None => state.gone(),
        },
        ("add", [Value::Object(monitor)]) => add(state, monitor),
        ("editMonitor", [Value::Object(monitor)]) => edit(state, monitor),
        ("pauseMonitor" | "resumeMonitor", [id]) => {
            let id = id.as_i64().unwrap();
            let on = event == "resumeMonitor";
            let Some(monitor) = state.monitors.get_mut(&id) else {
                return refused("You do not own this monitor.");
            };
            monitor.insert("active".to_owned(), json!(on));
            let said = if on {
                state.say("Resumed Successfully.", "successResumed")
            } else {
                state.say("Paused Successfully.", "successPaused")
            };
            vec![state.changed(id), Out::Ack(json!([said]))]
        }
        ("deleteMonitor", [id, rest @ ..]) => delete(state, id.as_i64().unwrap(), rest.first()),
        ("getTags", []) => {
            let tags: Vec<_> = state.tags.values().collect();
            vec![Out::Ack(json!([{ "ok": true, "tags": tags }]))]
        }
        ("addTag", [Value::Object(tag)]) => {
            if !tag.contains_key("color") {
                return refused(
                    "insert into `tag` (`color`, `name`) values (NULL, 'nocolor') - SQLITE_CONSTRAINT: NOT \
                                NULL constraint failed: tag.color",
                );
            }
            let (id, mut tag) = (take(&mut state.next), tag.clone());
            tag.insert("id".to_owned(), json!(id));
            state.tags.insert(id, tag.clone());
            vec![Out::Ack(json!([{ "ok": true, "tag": tag }]))]
        }
        ("addMonitorTag" | "editMonitorTag" | "deleteMonitorTag", [tag, id, value]) => {
            place_tag(state, event, tag, id.as_i64().unwrap(), value)
        }
        ("deleteTag", [id]) => {
            state.tags.remove(&id.as_i64().unwrap());
            for monitor in state.monitors.values_mut() {
                rows(monitor).retain(|row| row["tag_id"] != *id);
            }
            vec![Out::Ack(json!([state.say("Deleted Successfully.", "successDeleted")]))]
        }
        ("editTag", [tag]) if !state.tags.contains_key(&tag["id"].as_i64().unwrap()) => {
            state.fail("Tag not found", "tagNotFound")
        }
        ("addNotification", [Value::Object(notification), id]) => save_notification(state, notification, id),
        ("deleteNotification", [id]) => {
            if state.notifications.remove(&id.as_i64().unwrap()).is_none() {
                return refused("notification not found");
            }
            for monitor in state.monitors.values_mut() {
                let attached = monitor.get_mut("notificationIDList").and_then(Value::as_object_mut);
                attached.map(|attached| attached.remove(&id.to_string()));
            }
            let said = state.say("Deleted", "successDeleted");
            vec![Out::All(state.notification_list()), Out::Ack(json!([said]))]
        }
        ("getSettings", []) => vec![Out::Ack(json!([{ "ok": true, "data": state.settings }]))],
        ("setSettings", [Value::Object(settings), _]) => {
            state.settings.extend(settings.clone());
            let said = state.say("Saved", "Saved.");
            let mut outs = vec![Out::Ack(json!([said])), Out::Own(state.info(true))];
            let maintenances = rows::lists(state).into_iter().find(|list| list[0] == "maintenanceList");
            outs.extend(maintenances.map(Out::All));
            outs
        }
        ("changePassword", [change]) => change_password(state, change),
        _ => {
            let others = [rows::answer, pages::answer];
            let answered = others.iter().find_map(|other| other(state, event, arguments));
            answered.unwrap_or_else(|| account::answer(state, event, arguments))
        }
    }
}

pub(super) fn take(next: &mut i64) -> i64 {
    *next += 1;
    *next - 1
}

/// The tags of a monitor.
fn rows(monitor: &mut Object) -> &mut Vec<Value> {
    monitor
        .entry("tags")
        .or_insert_with(|| json!([]))
        .as_array_mut()
        .unwrap()
}

/// Only the newer dialect tells of it.
fn place_tag(state: &mut State, event: &str, tag: &Value, id: i64, value: &Value) -> Vec<Out> {
    let known = tag.as_i64().and_then(|tag| state.tags.get(&tag)).cloned();
    let (Some(known), Some(monitor)) = (known, state.monitors.get_mut(&id)) else {
        let statement = format!("INSERT INTO monitor_tag (tag_id, monitor_id, value) VALUES ({tag}, {id}, {value})");
        return refused(&format!(
            "{statement} - SQLITE_CONSTRAINT: FOREIGN KEY constraint failed"
        ));
    };
    let rows = rows(monitor);
    match event {
        "addMonitorTag" => rows.push(json!({ "tag_id": tag, "monitor_id": id, "value": value,
            "name": known["name"], "color": known["color"] })),
        "editMonitorTag" => {
            let own = rows.iter_mut().filter(|row| row["tag_id"] == *tag);
            own.for_each(|row| row["value"] = value.clone());
        }
        _ => rows.retain(|row| row["tag_id"] != *tag || row["value"] != *value),
    }
    let said = match event {
        "addMonitorTag" => state.say("Added Successfully.", "successAdded"),
        "editMonitorTag" => state.say("Edited Successfully.", "successEdited"),
        _ => state.say("Deleted Successfully.", "successDeleted"),
    };
    let mut outs = vec![Out::Ack(json!([said]))];
    if state.dialect == Dialect::Two {
        outs.insert(0, state.changed(id));
    }
    outs
}

fn save_notification(state: &mut State, notification: &Object, id: &Value) -> Vec<Out> {
    let id = match id.as_i64() {
        Some(id) if state.notifications.contains_key(&id) => id,
        Some(_) => return refused("notification not found"),
        None => take(&mut state.next),
    };
    let row = json!({ "id": id, "name": notification.get("name"), "active": true, "userId": 1,
        "isDefault": notification.get("isDefault"), "config": json!(notification).to_string() });
    state.notifications.insert(id, object(row));
    let mut said = state.say("Saved", "Saved.");
    said.insert("id".to_owned(), json!(id));
    vec![Out::All(state.notification_list()), Out::Ack(json!([said]))]
}

fn change_password(state: &mut State, change: &Value) -> Vec<Out> {
    let (name, password) = state.user.clone().unwrap();
    if change["currentPassword"] != *password {
        return refused("Incorrect current password");
    }
    state.user = Some((name, change["newPassword"].as_str().unwrap().to_owned()));
    state.generation += 1;
    let mut answer = json!([{ "ok": true }]);
    if state.dialect == Dialect::Two {
        answer[0]["token"] = json!(state.token());
    }
    vec![Out::Ack(answer), Out::CutOthers]
}
