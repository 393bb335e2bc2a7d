//! The double is held to recorded conversations with real servers: what the recorded client sent is sent to the double,
//! and what comes back must be what came back then. Numbers, tokens and the statements in error texts may differ.

use std::collections::BTreeMap;

use futures_util::{SinkExt, StreamExt};
use quickfra::api::uptime_kuma::Object;
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::time::{Duration, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::double::{BEGINNING, Dialect, Double, frames, object};

/// The recorded steps that the double knows how to answer.
const STEPS: [&str; 99] = [
    "handshake",
    "needSetup.true",
    "unauthenticated",
    "setup.weak",
    "setup.ok",
    "setup.again",
    "needSetup.false",
    "setup.does-not-log-in",
    "login.wrong-password",
    "login.unknown-user",
    "login.no-ack",
    "login.ok",
    "loginByToken.ok",
    "loginByToken.bad",
    "monitor.http.add",
    "error.add.empty",
    "error.add.null",
    "error.add.no-statuscodes",
    "error.add.statuscodes-numbers",
    "error.add.no-conditions",
    "error.add.conditions-unknown",
    "error.add.unknown-key",
    "error.add.unknown-parent",
    "error.add.interval-0",
    "error.add.unknown-notification",
    "error.get.unknown",
    "error.get.no-ack",
    "error.pause.unknown",
    "error.delete.two-arguments",
    "error.delete.one-argument",
    "error.unknown-event",
    "tag.add",
    "notification.add",
    "notification.delete-unknown",
    "proxy.add",
    "proxy.add-inactive",
    "proxy.edit",
    "proxy.edit-unknown",
    "proxy.delete",
    "proxy.delete-unknown",
    "dockerHost.add",
    "dockerHost.edit",
    "dockerHost.edit-unknown",
    "dockerHost.delete-unknown",
    "remoteBrowser.add",
    "remoteBrowser.edit",
    "remoteBrowser.edit-unknown",
    "remoteBrowser.delete",
    "remoteBrowser.delete-unknown",
    "statusPage.add",
    "statusPage.add-duplicate",
    "statusPage.add-bad-slug",
    "statusPage.get",
    "statusPage.get-unknown",
    "statusPage.save",
    "statusPage.save-no-domainNameList",
    "statusPage.rename",
    "statusPage.rename-back",
    "statusPage.second-and-delete",
    "statusPage.delete-unknown",
    "incident.post",
    "incident.edit-by-post",
    "incident.edit",
    "incident.edit-unknown",
    "incident.history",
    "incident.resolve",
    "incident.delete",
    "incident.unpin",
    "maintenance.manual.add",
    "maintenance.manual.get",
    "maintenance.manual.edit",
    "maintenance.get-unknown",
    "maintenance.assign-monitors",
    "maintenance.assign-unknown-monitor",
    "maintenance.assign-status-page",
    "maintenance.pause",
    "maintenance.delete",
    "maintenance.delete-unknown",
    "settings.get",
    "settings.set",
    "settings.get-again",
    "settings.partial",
    "apiKey.add",
    "apiKey.add-expiring",
    "apiKey.list",
    "apiKey.disable",
    "apiKey.enable",
    "apiKey.delete",
    "apiKey.delete-unknown",
    "2fa.status-off",
    "2fa.prepare",
    "2fa.verify-bad",
    "2fa.save",
    "2fa.prepare-again",
    "2fa.login-token-required",
    "2fa.disable-wrong-password",
    "2fa.disable",
    "settings.disableAuth-autoLogin",
    "race.emit-before-info",
];

type Socket = WebSocketStream<DuplexStream>;
/// What a frame is, and the arguments of an answer.
type Essence = (String, Value);
/// A step, what the real server sent in it, and what the double sent.
type Exchange = (String, Vec<Essence>, Vec<Essence>);

/// What comes until nothing comes any more.
async fn heard(socket: &mut Socket) -> Vec<String> {
    let mut frames = Vec::new();
    while let Ok(Some(Ok(Message::Text(text)))) = timeout(Duration::from_secs(1), socket.next()).await {
        if text.as_str() != "2" {
            frames.push(text.to_string());
        }
    }
    frames
}

/// A frame without what differs from run to run: of a push its name, of an answer all but numbers and tokens.
fn essence(frame: &str) -> Essence {
    let Some(at) = frame.find(['[', '{']) else {
        return (frame.to_owned(), Value::Null);
    };
    let (kind, body) = frame.split_at(at);
    let mut body: Value = serde_json::from_str(body).unwrap();
    if kind == "42" {
        return (format!("push {}", body[0].as_str().unwrap()), Value::Null);
    }
    if !kind.starts_with("43") {
        return (kind.to_owned(), Value::Null);
    }
    if let Some(answer) = body.get_mut(0).and_then(Value::as_object_mut) {
        for key in ["id", "monitorID", "token", "tags", "key", "keyID", "uri"] {
            answer.entry(key).and_modify(|value| *value = json!("*"));
        }
        if let Some(tag) = answer.get_mut("tag") {
            tag["id"] = json!("*");
        }
        for incident in incidents(answer) {
            for date in ["createdDate", "lastUpdatedDate"] {
                incident.entry(date).and_modify(|value| *value = json!("*"));
            }
        }
        // The server computes some fields from others; which there are is what counts.
        for key in ["config", "maintenance"] {
            if let Some(Value::Object(fields)) = answer.get_mut(key) {
                fields.values_mut().for_each(|value| *value = Value::Null);
                fields.sort_keys();
            }
        }
        if let Some(Value::String(message)) = answer.get_mut("msg")
            && let Some((_, tail)) = message.split_once(" - SQLITE")
        {
            *message = format!("statement - SQLITE{tail}");
        }
    }
    ("answer".to_owned(), body)
}

/// The incidents of an answer.
fn incidents(answer: &mut Object) -> Vec<&mut Object> {
    let mut found = Vec::new();
    for (key, value) in answer.iter_mut() {
        match (key.as_str(), value) {
            ("incident", Value::Object(incident)) => found.push(incident),
            ("incidents", Value::Array(all)) => found.extend(all.iter_mut().filter_map(Value::as_object_mut)),
            _ => {}
        }
    }
    found
}

/// What came back, as (frames of the recording, frames of the double).
async fn replay(dialect: Dialect) -> Vec<Exchange> {
    let double = Double::fresh(dialect);
    let mut main: Option<Socket> = None;
    let mut exchanges = Vec::new();
    let recording = frames(dialect.recording());
    let mut ids = BTreeMap::new();
    for step in STEPS {
        let lines: Vec<_> = recording
            .iter()
            .filter(|(of, ..)| of == step)
            .map(|(_, client, line)| (*client, line))
            .collect();
        if lines.is_empty() {
            continue;
        }
        match step {
            "2fa.login-token-required" => {
                double.state().codes = Some((String::new(), |_| String::new()));
            }
            "settings.disableAuth-autoLogin" => double.state().authentication_off = true,
            "race.emit-before-info" => double.state().authentication_off = false,
            "proxy.add" => {
                let mut state = double.state();
                // One was refused before, which took the first number.
                state.proxies.begin_at(2);
                let known = [1, 2, 4].map(|id| (id, object(json!({ "id": id }))));
                state.monitors.extend(known);
            }
            _ => {}
        }
        let new = lines[0].1["frame"].as_str().unwrap().starts_with("0{");
        let mut other = None;
        let mut said = Vec::new();
        if new {
            let socket = client_async("ws://double/socket.io/", double.dial()).await.unwrap().0;
            let socket = if main.is_none() {
                main.insert(socket)
            } else {
                other.insert(socket)
            };
            said = match socket.next().await {
                Some(Ok(Message::Text(text))) => vec![text.to_string()],
                _ => panic!("no handshake"),
            };
        }
        let socket = other.as_mut().or(main.as_mut()).unwrap();
        let mut expected: Vec<&Value> = Vec::new();
        let race = step == "race.emit-before-info";
        let mut sent = 0;
        for (client, line) in lines {
            if !client {
                expected.push(line);
                continue;
            }
            // In the race, the client did not wait for what follows the namespace.
            if !(race && sent == 1) {
                compare(step, &mut expected, &mut said, &mut ids, &mut exchanges);
            }
            let frame = translated(line["frame"].as_str().unwrap(), &ids, &double);
            socket.send(Message::text(frame)).await.unwrap();
            if race && sent == 0 {
                said.push(socket.next().await.unwrap().unwrap().to_string());
            } else {
                said.extend(heard(socket).await);
            }
            sent += 1;
        }
        compare(step, &mut expected, &mut said, &mut ids, &mut exchanges);
        if other.is_some() {
            // The login of the other socket pushed all lists to this one too.
            heard(main.as_mut().unwrap()).await;
        }
    }
    exchanges
}

/// Notes what was to come and what came, and which number of the recording is which of the double.
fn compare(
    step: &str,
    expected: &mut Vec<&Value>,
    said: &mut Vec<String>,
    ids: &mut BTreeMap<i64, i64>,
    exchanges: &mut Vec<Exchange>,
) {
    let number = |frame: &str| {
        let body: Value = serde_json::from_str(frame.get(frame.find('[')?..)?).ok()?;
        body[0]["monitorID"].as_i64()
    };
    let recorded = expected.iter().find_map(|line| number(line["frame"].as_str()?));
    if let Some((recorded, ours)) = recorded.zip(said.iter().find_map(|frame| number(frame))) {
        ids.insert(recorded, ours);
    }
    let told = |line: &&Value| match (line["frame"].as_str(), line["push"].as_str()) {
        (Some(frame), _) => Some(essence(frame)),
        (None, Some(push)) => Some((format!("push {push}"), Value::Null)),
        (None, None) => None,
    };
    // Pings are no part of an answer, and neither is what the newer dialect sends at some time after `info`.
    // Beats were left out of the recordings.
    let beats = [
        "push heartbeatList",
        "push avgPing",
        "push uptime",
        "push monitorTypeList",
    ];
    let part = |(kind, _): &Essence| {
        let timely = step == "handshake" || kind != "push loginRequired";
        kind != "2" && timely && !beats.contains(&kind.as_str())
    };
    let recorded = expected.drain(..).filter_map(|line| told(&line)).filter(part).collect();
    let ours = said.drain(..).map(|frame| essence(&frame)).filter(part).collect();
    exchanges.push((step.to_owned(), ordered(recorded), ordered(ours)));
}

/// Lists go out side by side, in an order that differs from run to run. Before or after an answer is what counts.
fn ordered(mut frames: Vec<Essence>) -> Vec<Essence> {
    let list = |(kind, _): &Essence| kind.ends_with("List") || kind == "push info";
    for lists in frames.chunk_by_mut(|one, two| list(one) && list(two)) {
        lists.sort_by(|one, two| one.0.cmp(&two.0));
    }
    frames
}

/// A frame of the recorded client, with the double's numbers and token in it.
fn translated(frame: &str, ids: &BTreeMap<i64, i64>, double: &Double) -> String {
    let frame = frame.replace("header.payload.signature", &double.state().token());
    let Some(at) = frame.find('[') else { return frame };
    let mut body: Value = serde_json::from_str(&frame[at..]).unwrap();
    let of_monitor = body[0].as_str().unwrap().ends_with("Monitor");
    if let Some(ours) = body[1].as_i64().and_then(|id| ids.get(&id))
        && of_monitor
    {
        body[1] = json!(ours);
    }
    format!("{}{body}", &frame[..at])
}

#[tokio::test(start_paused = true)]
async fn the_double_answers_as_the_real_servers_did() {
    for dialect in Dialect::BOTH {
        let exchanges = replay(dialect).await;
        assert!(exchanges.len() > 100, "{}", exchanges.len());
        for (step, recorded, ours) in exchanges {
            assert_eq!(ours, recorded, "{dialect:?}, {step}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_the_double_begins_with_a_step_of_codes() {
    assert_eq!(BEGINNING.as_secs() % 30, 0);
    assert_eq!(Double::new(Dialect::Two).state().now(), BEGINNING);
}
