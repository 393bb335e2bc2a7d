//! One WebSocket, from the handshake to its end, with any number of calls in flight.

mod health;
mod lists;
mod owner;
mod pending;
mod pushes;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tfplugin::Secret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::error::{Ended, Error};
use super::limits::Limits;
use super::packet::{self, Handshake, Malformed, Packet};
pub use health::{Health, Status};
pub(super) use lists::{Mark, Outdated};
use owner::Outgoing;
use pending::Pending;
pub use pushes::{Push, Pushes};

/// The longest message that is accepted, in bytes. The list of all monitors comes as one frame of about 2.8 kB for each:
/// this is room for some twenty thousand, where the library's own 16 MiB for a frame would end at six thousand.
const RECEIVED: usize = 64 * 1024 * 1024;
/// How many calls may wait to be written before callers wait too.
const QUEUE: usize = 64;

type Sink<S> = SplitSink<WebSocketStream<S>, Message>;
type Source<S> = SplitStream<WebSocketStream<S>>;

/// Where on the stream's other end the server is, in the words of HTTP.
#[derive(Debug, Clone)]
pub struct Address {
    /// Host and port, as in a URL.
    pub authority: String,
    /// The path that the server stands under, empty or like `/status`.
    pub base_path: String,
    /// Headers for what stands before the server, such as Cloudflare Access.
    pub headers: Vec<(String, Secret)>,
}

impl Address {
    /// The server at `authority`, under no path and with no further headers.
    pub fn new(authority: impl Into<String>) -> Self {
        Self {
            authority: authority.into(),
            base_path: String::new(),
            headers: Vec::new(),
        }
    }

    /// The request for a WebSocket. Without `Origin`, since the server refuses one of another host.
    fn request(&self) -> Result<Request, Ended> {
        let Self {
            authority, base_path, ..
        } = self;
        let url = format!("ws://{authority}{base_path}/socket.io/?EIO=4&transport=websocket");
        let bad = |_| Ended::Transport("the host or path of the server's address is not valid".to_owned());
        let mut request = url.into_client_request().map_err(bad)?;
        let headers = self.headers().map_err(|what| Ended::Transport(what.to_owned()))?;
        request.headers_mut().extend(headers);
        Ok(request)
    }

    /// The headers of every request, or what is wrong with one.
    pub(super) fn headers(&self) -> Result<HeaderMap, &'static str> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name =
                HeaderName::try_from(name).map_err(|_| "a header's name of the server's address is not valid")?;
            let value = HeaderValue::try_from(value.expose());
            let mut value = value.map_err(|_| "a header's value of the server's address is not valid")?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        Ok(headers)
    }
}

/// A connection that is ready for calls. Dropping it closes the WebSocket.
///
/// One task owns the socket: it answers pings, hands answers to their callers and keeps the last value of each list. When
/// the connection ends, every call in flight fails at once.
#[derive(Debug)]
pub struct Connection {
    queue: mpsc::Sender<Outgoing>,
    pending: Arc<Pending>,
    pushes: Arc<Pushes>,
    max_payload: usize,
}

impl Connection {
    /// Opens a session over a stream: upgrades it to a WebSocket, joins the namespace, and waits for the server's first
    /// `info`. Earlier, the server has no handlers, and would drop a call without an answer.
    pub async fn open<S>(stream: S, address: &Address, limits: &Limits) -> Result<Self, Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let opening = Self::hand_shake(stream, address);
        let opened = timeout(limits.handshake, opening).await;
        opened.map_err(|_| Error::NotReady(limits.handshake))?
    }

    async fn hand_shake<S>(stream: S, address: &Address) -> Result<Self, Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let config = WebSocketConfig::default()
            .max_frame_size(Some(RECEIVED))
            .max_message_size(Some(RECEIVED));
        let request = address.request().map_err(Error::Handshake)?;
        let (socket, _) = client_async_with_config(request, stream, Some(config))
            .await
            .map_err(upgrade)?;
        let (mut sink, mut source) = socket.split();
        let pushes = Arc::new(Pushes::default());
        let handshake = greet(&mut sink, &mut source, &pushes).await.map_err(Error::Handshake)?;
        let pending = Arc::new(Pending::default());
        let (queue, calls) = mpsc::channel(QUEUE);
        let idle = Duration::from_millis(handshake.ping_interval.saturating_add(handshake.ping_timeout));
        let owned = owner::run(sink, source, calls, idle, Arc::clone(&pending), Arc::clone(&pushes));
        tokio::spawn(owned);
        Ok(Self {
            queue,
            pending,
            pushes,
            max_payload: handshake.max_payload,
        })
    }

    /// Calls the server, and waits for the answer: its arguments, mostly one. Dropping the future cancels the call if it
    /// was not written yet; if it was, its answer is thrown away.
    pub async fn call(&self, event: &'static str, arguments: &[Value], time: Duration) -> Result<Vec<Value>, Error> {
        let lost = |(sent, reason)| Error::Ended { event, sent, reason };
        let mut waiting = self.pending.register(event).map_err(|reason| lost((false, reason)))?;
        let body = packet::event_body(event, arguments);
        let id = Some(waiting.id());
        let text = packet::encode(Packet::Event { id, body: &body });
        let (size, limit) = (text.len(), self.max_payload);
        if size > limit {
            return Err(Error::TooLarge { event, size, limit });
        }
        let answer = async {
            // If the owner is gone, it has failed the call, or is about to.
            let _ = self.queue.send(Outgoing::Call(waiting.id(), text)).await;
            waiting.answer().await
        };
        let Ok(answer) = timeout(time, answer).await else {
            let sent = waiting.sent();
            return Err(Error::NoAnswer {
                event,
                sent,
                after: time,
            });
        };
        let body = answer.map_err(lost)?;
        let what = "it is not JSON";
        packet::arguments(&body, false).map_err(|_| Error::Unexpected { event, what })
    }

    /// What the server sent without being asked.
    pub fn pushes(&self) -> &Pushes {
        &self.pushes
    }

    /// Waits for what the server sends because of `event`, until `ready` has a result. None when the time is over.
    pub(super) async fn wait<T>(
        &self,
        event: &'static str,
        time: Duration,
        ready: impl FnMut(&Pushes) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        match timeout(time, self.pushes.wait(ready)).await {
            Ok(Some(result)) => Ok(Some(result)),
            Ok(None) => Err(Error::Ended {
                event,
                sent: false,
                reason: self.ended().unwrap_or(Ended::Dropped),
            }),
            Err(_) => Ok(None),
        }
    }

    /// How the connection ended, if it did.
    pub fn ended(&self) -> Option<Ended> {
        self.pending.ended()
    }

    /// Closes the connection. Calls in flight fail.
    pub fn close(&self) {
        self.pending.end(&Ended::Released);
        // If the queue is full, the owner ends with the last handle to it.
        let _ = self.queue.try_send(Outgoing::Close);
    }
}

/// From the WebSocket to the first `info`.
async fn greet<S>(sink: &mut Sink<S>, source: &mut Source<S>, pushes: &Pushes) -> Result<Handshake, Ended>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut handshake = None;
    let mut joined = false;
    loop {
        let text = next_text(source).await?;
        let answer = match packet::decode(&text)? {
            Packet::Open(body) => {
                handshake = Some(serde_json::from_str::<Handshake>(body).map_err(|_| Malformed::Body)?);
                Some(Packet::Connect(""))
            }
            Packet::Ping => Some(Packet::Pong),
            Packet::Connect(_) => {
                joined = true;
                None
            }
            Packet::Event { body, .. } => {
                pushes.note(body)?;
                None
            }
            Packet::ConnectError(_) => return Err(Ended::NotAccepted),
            Packet::Disconnect | Packet::Close => return Err(Ended::Disconnected),
            Packet::Pong | Packet::Ack { .. } => None,
        };
        if let Some(answer) = answer {
            let frame = Message::text(packet::encode(answer));
            sink.send(frame).await.map_err(transport)?;
        }
        if joined
            && pushes.count(Push::Info) > 0
            && let Some(handshake) = handshake.take()
        {
            return Ok(handshake);
        }
    }
}

/// The next text frame.
async fn next_text<S>(source: &mut Source<S>) -> Result<Utf8Bytes, Ended>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match source.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text),
            Some(Ok(Message::Close(Some(frame)))) => return Err(Ended::Closed(frame.code.into())),
            Some(Ok(Message::Close(None))) | None => return Err(Ended::Dropped),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(transport(error)),
        }
    }
}

/// An error of the WebSocket. One that says how the stream ended is a connection that dropped.
fn transport(error: tungstenite::Error) -> Ended {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    use tungstenite::error::ProtocolError;
    match error {
        tungstenite::Error::Io(error)
            if [BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof].contains(&error.kind()) =>
        {
            Ended::Dropped
        }
        tungstenite::Error::ConnectionClosed
        | tungstenite::Error::AlreadyClosed
        | tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Ended::Dropped,
        other => Ended::Transport(other.to_string()),
    }
}

fn upgrade(error: tungstenite::Error) -> Error {
    match error {
        tungstenite::Error::Http(response) => Error::Upgrade {
            status: response.status().as_u16(),
        },
        other => Error::Handshake(transport(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_has_the_headers_but_no_origin() {
        let mut address = Address::new("status.example.com");
        address.base_path = "/kuma".to_owned();
        address
            .headers
            .push(("CF-Access-Client-Secret".to_owned(), Secret::new("canary")));
        let request = address.request().unwrap();
        assert_eq!(request.uri().path(), "/kuma/socket.io/");
        assert_eq!(request.headers()["host"], "status.example.com");
        assert_eq!(request.headers()["cf-access-client-secret"], "canary");
        assert!(!request.headers().contains_key("origin"));
        assert!(!format!("{address:?} {:?}", request.headers()).contains("canary"));
    }

    #[test]
    fn a_bad_address_is_an_error_that_does_not_show_a_header() {
        let mut address = Address::new("a host");
        assert!(address.request().is_err());
        address = Address::new("host");
        address.headers.push(("name".to_owned(), Secret::new("can\nary")));
        let error = address.request().unwrap_err().to_string();
        assert_eq!(error, "a header's value of the server's address is not valid");
    }
}
