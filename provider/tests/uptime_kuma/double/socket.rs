//! One connection of the double: the transport, and when it listens.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use tokio::time::{Duration, Instant, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::answers::{Out, answer, greeting};
use super::{Double, Mischief};

/// How long the server takes from a request for the namespace to its answer. It hangs up on who does not wait for it.
const JOINING: Duration = Duration::from_millis(5);
const MAX_PAYLOAD: usize = 1_000_000;
const PING: Duration = Duration::from_secs(25);

/// What other connections want this one to do.
pub(crate) enum Outgoing {
    Frame(String),
    /// Drop the stream, without a word.
    Cut,
}

pub(crate) struct Client {
    pub(crate) logged_in: bool,
    pub(crate) socket: mpsc::UnboundedSender<Outgoing>,
}

pub(super) async fn serve(mut stream: DuplexStream, double: Double) {
    let refused = {
        let mut state = double.state();
        state.connections += 1;
        let refused = state.refused > 0;
        state.refused = state.refused.saturating_sub(1);
        refused
    };
    if refused {
        return;
    }
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let text = String::from_utf8(head.clone()).unwrap();
    if !text.contains("Upgrade: websocket") {
        let path = text
            .strip_prefix("GET /api/status-page/")
            .and_then(|rest| rest.split(' ').next());
        assert!(text.contains(" HTTP/1.1\r\nhost: double\r\n"), "{text}");
        let page = super::pages::visited(&double.state(), path.unwrap());
        let (status, page) = match page {
            Some(page) => ("200 OK", page.to_string()),
            // The older dialect never answers.
            None if double.state().dialect == super::Dialect::One => return std::future::pending().await,
            None => ("404 Not Found", "{}".to_owned()),
        };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{page}", page.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        return;
    }
    // The request is put in front again, for the library that reads it.
    let (ours, mut theirs) = tokio::io::duplex(2 * MAX_PAYLOAD);
    theirs.write_all(&head).await.unwrap();
    tokio::spawn(async move { tokio::io::copy_bidirectional(&mut stream, &mut theirs).await });
    let Ok(socket) = tokio_tungstenite::accept_async(ours).await else {
        return;
    };
    talk(socket, double).await;
}

async fn talk(mut socket: WebSocketStream<DuplexStream>, double: Double) {
    let handshake = json!({ "sid": "s", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000,
        "maxPayload": MAX_PAYLOAD });
    if socket.send(Message::text(format!("0{handshake}"))).await.is_err() {
        return;
    }
    let Some(Ok(joining)) = socket.next().await else { return };
    assert_eq!(joining.to_text().unwrap(), "40");
    if timeout_at(Instant::now() + JOINING, socket.next()).await.is_ok() {
        return;
    }
    let _ = socket.send(Message::text(r#"40{"sid":"n"}"#)).await;
    let (sender, mut outgoing) = mpsc::unbounded_channel();
    let mut client = Client {
        logged_in: false,
        socket: sender,
    };
    let late = double.state().late;
    if double.state().dialect == super::Dialect::Two {
        let ready = Instant::now() + late;
        // No handlers yet: what comes is dropped without an answer.
        while let Ok(Some(Ok(_))) = timeout_at(ready, socket.next()).await {}
    }
    let greeting = greeting(&mut double.state(), &mut client);
    for out in greeting {
        send(&double, &client, None, out);
    }
    let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
    loop {
        tokio::select! {
            biased;
            frame = outgoing.recv() => match frame {
                Some(Outgoing::Frame(frame)) => {
                    if socket.send(Message::text(frame)).await.is_err() { return }
                }
                _ => return,
            },
            _ = ping.tick() => {
                if double.state().pings {
                    let _ = socket.send(Message::text("2")).await;
                }
            }
            message = socket.next() => {
                let Some(Ok(Message::Text(text))) = message else { return };
                if text.len() > MAX_PAYLOAD {
                    let _ = socket.close(Some(CloseFrame { code: CloseCode::Size, reason: "".into() })).await;
                    return;
                }
                if text.as_str() == "41" { return }
                if text.as_str() == "3" {
                    double.state().pongs += 1;
                } else if !hear(&double, &mut client, &text) { return }
            }
        }
    }
}

/// Handles one event. False if the connection is to be dropped.
fn hear(double: &Double, client: &mut Client, text: &str) -> bool {
    let at = text.find('[').unwrap();
    let id = text[2..at].parse::<u64>().ok();
    let mut arguments: Vec<Value> = serde_json::from_str(&text[at..]).unwrap();
    let event = arguments.remove(0).as_str().unwrap().to_owned();
    let mut state = double.state();
    state.calls.push((event.clone(), arguments.len()));
    state.sent.insert(event.clone(), arguments.clone());
    let planned = state.mischief.iter().position(|(name, _)| *name == event);
    let mischief = planned.map(|at| state.mischief.remove(at).1);
    match mischief {
        Some(Mischief::CutBefore) => return false,
        Some(Mischief::Silence) => return true,
        Some(Mischief::Vanish) => state.refused = u32::MAX,
        Some(Mischief::CutAfter) | None => {}
    }
    let outs = answer(&mut state, client, &event, &arguments);
    drop(state);
    if matches!(mischief, Some(Mischief::CutAfter | Mischief::Vanish)) {
        return false;
    }
    for out in outs {
        send(double, client, id, out);
    }
    true
}

/// Pushes go to all sockets of the user, this one among them once it is logged in.
fn send(double: &Double, client: &Client, id: Option<u64>, out: Out) {
    match out {
        Out::Own(body) => drop(client.socket.send(Outgoing::Frame(format!("42{body}")))),
        Out::All(body) => {
            let mut state = double.state();
            state
                .sockets
                .retain(|socket| socket.send(Outgoing::Frame(format!("42{body}"))).is_ok());
        }
        Out::Ack(body) => {
            if let Some(id) = id {
                let _ = client.socket.send(Outgoing::Frame(format!("43{id}{body}")));
            }
        }
        Out::CutOthers => {
            let mut state = double.state();
            state.sockets.retain(|socket| {
                let own = socket.same_channel(&client.socket);
                own || socket.send(Outgoing::Cut).is_err()
            });
        }
    }
}
