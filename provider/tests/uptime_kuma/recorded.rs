//! The double is held to recorded conversations with real servers: what the recorded client sent is sent to the double,
//! and what comes back must be what came back then. Numbers, tokens and the statements in error texts may differ.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio::time::{Duration, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::double::{BEGINNING, Dialect, Double, frames};

/// The recorded steps that the double knows how to answer.
const STEPS: [&str; 49] = [
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
    "apiKey.add",
    "apiKey.add-expiring",
    "apiKey.list",
    "apiKey.disable",
    "apiKey.enable",
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
        if let Some(Value::String(message)) = answer.get_mut("msg")
            && let Some((_, tail)) = message.split_once(" - SQLITE")
        {
            *message = format!("statement - SQLITE{tail}");
        }
    }
    ("answer".to_owned(), body)
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
                double.state().codes = Some((BTreeSet::new(), |_| String::new()));
            }
            "settings.disableAuth-autoLogin" => double.state().authentication_off = true,
            "race.emit-before-info" => double.state().authentication_off = false,
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
    let part = |(kind, _): &Essence| kind != "2" && (step == "handshake" || kind != "push loginRequired");
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
    if let Some(ours) = body[1].as_i64().and_then(|id| ids.get(&id)) {
        body[1] = json!(ours);
    }
    format!("{}{body}", &frame[..at])
}

#[tokio::test(start_paused = true)]
async fn the_double_answers_as_the_real_servers_did() {
    for dialect in Dialect::BOTH {
        let exchanges = replay(dialect).await;
        assert!(exchanges.len() > 40, "{}", exchanges.len());
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
