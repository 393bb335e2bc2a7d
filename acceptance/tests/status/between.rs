//! Stands between the provider and a server: counts what is called, and does mischief.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, client_async};

/// Where Socket.IO is.
const SOCKET: &str = "/socket.io/?EIO=4&transport=websocket";

/// What happens once, at a call of some event.
pub(crate) enum Mischief {
    /// The call gets through; the connection is cut in place of its answer.
    CutAnswer,
    /// The same, and no connection comes about from then on, until [`Between::come_back`].
    Vanish,
    /// The call gets through; its answer is held back for ever.
    HoldAnswer,
    /// This is done before the call gets through.
    Before(Box<dyn FnOnce() + Send>),
    /// The call does not get through: this is done instead, and the connection is cut.
    Instead(Box<dyn FnOnce() + Send>),
}

/// What is known of all connections.
#[derive(Default)]
struct Shared {
    /// The events of all calls, in order.
    calls: Vec<String>,
    /// Those of them that were answered, and done.
    done: Vec<String>,
    /// With how many calls of the event go before.
    mischief: Vec<(&'static str, usize, Mischief)>,
    /// No connection comes about.
    vanished: bool,
    /// Told in place of the server's own.
    version: Option<&'static str>,
}

/// A listener on the loopback address that passes everything on.
pub(crate) struct Between {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    _runtime: Runtime,
}

impl Between {
    /// Stands before the server at this address, host and port.
    pub(crate) fn new(server: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (server, seen) = (server.to_owned(), Arc::clone(&shared));
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if lock(&seen).vanished {
                    continue;
                }
                let (server, seen) = (server.clone(), Arc::clone(&seen));
                tokio::spawn(async move { pass(client, &server, &seen).await });
            }
        });
        Self {
            address,
            shared,
            _runtime: runtime,
        }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Does this at a call of the event, after so many others of it.
    pub(crate) fn at(&self, event: &'static str, after: usize, mischief: Mischief) {
        lock(&self.shared).mischief.push((event, after, mischief));
    }

    /// Whether all mischief was done.
    pub(crate) fn is_done(&self) -> bool {
        lock(&self.shared).mischief.is_empty()
    }

    /// Lets connections come about again.
    pub(crate) fn come_back(&self) {
        lock(&self.shared).vanished = false;
    }

    /// Lets the server be of another version, or of its own again.
    pub(crate) fn tell_version(&self, version: Option<&'static str>) {
        lock(&self.shared).version = version;
    }

    /// How often an event was called.
    pub(crate) fn count(&self, event: &str) -> usize {
        lock(&self.shared).calls.iter().filter(|call| *call == event).count()
    }

    /// How often the server did what an event asks for: a live one refuses logins when there were many.
    pub(crate) fn count_done(&self, event: &str) -> usize {
        lock(&self.shared).done.iter().filter(|done| *done == event).count()
    }

    /// Forgets what was called.
    pub(crate) fn forget(&self) {
        let mut shared = lock(&self.shared);
        shared.calls.clear();
        shared.done.clear();
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap()
}

/// Passes one connection on, until one side ends it or mischief does. A server that cannot be reached ends it too.
async fn pass(mut client: TcpStream, server: &str, shared: &Mutex<Shared>) {
    let Ok(mut onwards) = TcpStream::connect(server).await else {
        return;
    };
    let mut head = [0; 8];
    while client
        .peek(&mut head)
        .await
        .is_ok_and(|length| length > 0 && length < head.len())
    {
        tokio::task::yield_now().await;
    }
    // The one other path that is asked over HTTP is that of a page.
    if head != *b"GET /soc" {
        drop(tokio::io::copy_bidirectional(&mut client, &mut onwards).await);
        return;
    }
    let (Ok(mut client), Ok((mut server, _))) = (
        accept_async(client).await,
        client_async(format!("ws://{server}{SOCKET}"), onwards).await,
    ) else {
        return;
    };
    let (mut answers, mut events) = (HashMap::new(), HashMap::new());
    loop {
        tokio::select! {
            called = client.next() => {
                let Some(Ok(message)) = called else { return };
                if let Some((event, id)) = message.to_text().ok().and_then(call) {
                    events.insert(id, event.clone());
                    match take(shared, event) {
                        None => {}
                        Some(Mischief::Before(work)) => drop(tokio::task::spawn_blocking(work).await),
                        Some(Mischief::Instead(work)) => {
                            drop(tokio::task::spawn_blocking(work));
                            return;
                        }
                        Some(other) => drop(answers.insert(id, other)),
                    }
                }
                if server.send(message).await.is_err() { return }
            }
            told = server.next() => {
                let Some(Ok(message)) = told else { return };
                let answered = message.to_text().ok().and_then(answer);
                let event = answered.and_then(|id| events.remove(&id));
                if message.to_text().is_ok_and(|text| text.contains(r#""ok":true"#)) {
                    lock(shared).done.extend(event);
                }
                match answered.and_then(|id| answers.remove(&id)) {
                    None => {}
                    Some(Mischief::HoldAnswer) => continue,
                    Some(Mischief::Vanish) => {
                        lock(shared).vanished = true;
                        return;
                    }
                    Some(_) => return,
                }
                if client.send(with_version(message, shared)).await.is_err() { return }
            }
        }
    }
}

/// Notes the call of an event, and gives the mischief that is meant for it.
fn take(shared: &Mutex<Shared>, event: String) -> Option<Mischief> {
    let mut shared = lock(shared);
    let mut found = None;
    for (at, (name, after, _)) in shared.mischief.iter_mut().enumerate() {
        match after.checked_sub(1) {
            _ if *name != event => {}
            Some(left) => *after = left,
            None => found = found.or(Some(at)),
        }
    }
    shared.calls.push(event);
    found.map(|at| shared.mischief.remove(at).2)
}

/// The event and the number of a call: `42<number>["event",...]`.
fn call(text: &str) -> Option<(String, u64)> {
    let rest = text.strip_prefix("42")?;
    let (id, body) = rest.split_at(rest.find('[')?);
    let body: Value = serde_json::from_str(body).ok()?;
    Some((body[0].as_str()?.to_owned(), id.parse().ok()?))
}

/// The number of the call that is answered: `43<number>[...]`.
fn answer(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("43")?;
    rest[..rest.find('[')?].parse().ok()
}

/// What tells the server's version, with another one.
fn with_version(message: Message, shared: &Mutex<Shared>) -> Message {
    let Some(version) = lock(shared).version else {
        return message;
    };
    let told = message.to_text().ok().and_then(|text| text.strip_prefix("42"));
    let Some(mut told) = told.and_then(|text| serde_json::from_str::<Value>(text).ok()) else {
        return message;
    };
    if told[0] != "info" || told[1]["version"].is_null() {
        return message;
    }
    told[1]["version"] = version.into();
    Message::text(format!("42{told}"))
}
