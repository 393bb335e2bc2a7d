//! The task that owns the socket.

use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::pending::Pending;
use super::pushes::Pushes;
use super::{Ended, Packet, Sink, Source, next_text, packet, transport};

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// What is to be written.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// The frame of the call of that number.
    Call(u64, String),
    Close,
}

/// Reads and writes until the connection ends, then fails what is in flight. Reading never waits for writing: a server that
/// is slow to take a call goes on being heard.
pub(super) async fn run<S>(
    sink: Sink<S>,
    source: Source<S>,
    calls: mpsc::Receiver<Outgoing>,
    idle: Duration,
    pending: Arc<Pending>,
    pushes: Arc<Pushes>,
) where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    let pinged = Notify::new();
    let ended = tokio::select! {
        ended = read(source, idle, &pinged, &pending, &pushes) => ended,
        ended = write(sink, calls, &pinged, &pending) => ended,
    };
    pending.end(&ended);
    pushes.end();
}

async fn read<S>(mut source: Source<S>, idle: Duration, pinged: &Notify, pending: &Pending, pushes: &Pushes) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let text = match timeout(idle, next_text(&mut source)).await {
            Ok(Ok(text)) => text,
            Ok(Err(ended)) => return ended,
            Err(_) => return Ended::Silent(idle),
        };
        match packet::decode(&text) {
            // One answer to several pings is enough.
            Ok(Packet::Ping) => pinged.notify_one(),
            Ok(Packet::Ack { id, body }) => {
                if let Some(event) = pending.event(id) {
                    pushes.answered(event);
                }
                pending.answer(id, body);
            }
            Ok(Packet::Event { body, .. }) => {
                if let Err(malformed) = pushes.note(body) {
                    return malformed.into();
                }
            }
            Ok(Packet::Disconnect | Packet::Close) => return Ended::Disconnected,
            Ok(Packet::ConnectError(_)) => return Ended::NotAccepted,
            Ok(Packet::Open(_) | Packet::Connect(_) | Packet::Pong) => {}
            Err(malformed) => return malformed.into(),
        }
    }
}

async fn write<S>(mut sink: Sink<S>, mut calls: mpsc::Receiver<Outgoing>, pinged: &Notify, pending: &Pending) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let text = tokio::select! {
            biased;
            () = pinged.notified() => packet::encode(Packet::Pong),
            call = calls.recv() => match call {
                // Given up before it was written: the server never hears of it.
                Some(Outgoing::Call(id, _)) if !pending.begin(id) => continue,
                Some(Outgoing::Call(_, text)) => text,
                Some(Outgoing::Close) | None => {
                    let goodbye = async {
                        // The connection ends either way.
                        let _ = sink.send(Message::text(packet::encode(Packet::Disconnect))).await;
                        let _ = sink.close().await;
                    };
                    let _ = timeout(GOODBYE, goodbye).await;
                    return Ended::Released;
                }
            },
        };
        if let Err(error) = sink.send(Message::text(text)).await {
            return transport(error);
        }
    }
}
