//! What the announced client may send in calls: gRPC that no library would.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

#[expect(dead_code, reason = "each test program uses a part of it")]
mod support;

use std::future::poll_fn;

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::{Reason, SendStream};
use http::Request;
use prost::Message as _;
use support::hostile::{Victim, in_time};
use tfplugin::client::ClientIdentity;
use tfplugin::protocol::{DynamicValue, call_function};
use tfplugin::wire::MESSAGE_LIMIT;

/// Answers what it is sent.
const ECHO: &str = "/tfplugin6.Provider/CallFunction";

/// Statuses of gRPC.
const OK: &str = "0";
const OUT_OF_RANGE: &str = "11";
const UNIMPLEMENTED: &str = "12";
const INTERNAL: &str = "13";

/// The announced client with HTTP/2 and nothing above it.
struct Hostile(SendRequest<Bytes>);

impl Hostile {
    async fn connect(victim: &Victim) -> Self {
        let (client, connection) = h2::client::handshake(victim.open(&[b"h2"]).await).await.unwrap();
        tokio::spawn(connection);
        Self(client)
    }

    async fn begin(&mut self, request: Request<()>) -> (ResponseFuture, SendStream<Bytes>) {
        let mut client = self.0.clone().ready().await.unwrap();
        client.send_request(request, false).unwrap()
    }

    /// The status after `body`, whether or not the body `ends`.
    async fn status(&mut self, request: Request<()>, body: &[u8], ends: bool) -> String {
        let (response, mut stream) = self.begin(request).await;
        stream.send_data(Bytes::copy_from_slice(body), ends).unwrap();
        let status = in_time(status(response)).await;
        drop(stream);
        status
    }
}

/// gRPC's status, or else that of HTTP.
async fn status(response: ResponseFuture) -> String {
    let response = response.await.unwrap();
    let code = |headers: &http::HeaderMap| Some(headers.get("grpc-status")?.to_str().unwrap().to_owned());
    if let Some(code) = code(response.headers()) {
        return code;
    }
    let http = response.status().as_u16().to_string();
    let mut body = response.into_body();
    while let Some(data) = body.data().await {
        let count = data.unwrap().len();
        body.flow_control().release_capacity(count).unwrap();
    }
    body.trailers()
        .await
        .unwrap()
        .and_then(|trailers| code(&trailers))
        .unwrap_or(http)
}

fn call(path: &str, fields: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::post(format!("http://localhost{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap()
}

/// gRPC's frame around a message: whether it is compressed, its length, and itself.
fn framed(flag: u8, length: usize, message: &[u8]) -> Vec<u8> {
    [&[flag][..], &u32::try_from(length).unwrap().to_be_bytes(), message].concat()
}

fn whole(message: &[u8]) -> Vec<u8> {
    framed(0, message.len(), message)
}

async fn victim() -> Victim {
    Victim::start(Some(ClientIdentity::generate())).await
}

#[tokio::test]
async fn wrong_calls_are_answered_with_their_status() {
    let mut victim = victim().await;
    let mut hostile = Hostile::connect(&victim).await;
    let echo = || call(ECHO, &[]);
    let right = call_function::Request {
        name: "echo".to_owned(),
        arguments: vec![DynamicValue::default()],
    };
    let right = right.encode_to_vec();
    let u32_max = usize::try_from(u32::MAX).unwrap();
    let cases = [
        ("a right one", echo(), whole(&right), true, OK),
        ("a cut head", echo(), vec![0, 0, 0], true, INTERNAL),
        ("a cut message", echo(), framed(0, 10, b"\x0a\x04"), true, INTERNAL),
        ("no message", echo(), vec![], true, INTERNAL),
        (
            "four gigabytes that do not come",
            echo(),
            framed(0, u32_max, b""),
            false,
            OUT_OF_RANGE,
        ),
        (
            "one byte above the limit",
            echo(),
            framed(0, MESSAGE_LIMIT + 1, b""),
            false,
            OUT_OF_RANGE,
        ),
        ("no protobuf", echo(), whole(&[0xff; 20]), true, INTERNAL),
        (
            "a field longer than its message",
            echo(),
            whole(b"\x0a\xff\xff\xff\xff\x0f"),
            true,
            INTERNAL,
        ),
        (
            "groups within groups",
            echo(),
            whole(&vec![0x1b; 100_000]),
            true,
            INTERNAL,
        ),
        (
            "a name that is no UTF-8",
            echo(),
            whole(b"\x0a\x02\xff\xfe"),
            true,
            INTERNAL,
        ),
        (
            "compressed with nothing",
            echo(),
            framed(1, right.len(), &right),
            true,
            INTERNAL,
        ),
        (
            "an unknown flag",
            echo(),
            framed(7, right.len(), &right),
            true,
            INTERNAL,
        ),
        (
            "an encoding that is not offered",
            call(ECHO, &[("grpc-encoding", "gzip")]),
            framed(1, right.len(), &right),
            true,
            UNIMPLEMENTED,
        ),
        (
            "an unknown method",
            call("/tfplugin6.Provider/Nothing", &[]),
            whole(b""),
            true,
            UNIMPLEMENTED,
        ),
        (
            "an unknown service",
            call("/nobody.Nothing/Nothing", &[]),
            whole(b""),
            true,
            UNIMPLEMENTED,
        ),
        ("no method", call("/", &[]), whole(b""), true, UNIMPLEMENTED),
        (
            "a timeout that is none",
            call(ECHO, &[("grpc-timeout", "ever")]),
            whole(&right),
            true,
            OK,
        ),
    ];
    for (what, request, body, ends, expected) in cases {
        assert_eq!(hostile.status(request, &body, ends).await, expected, "{what}");
    }
    victim.is_unharmed().await;
}

#[tokio::test]
async fn announced_lengths_cost_nothing_until_something_comes() {
    let mut victim = victim().await;
    let mut hostile = Hostile::connect(&victim).await;
    let mut open = Vec::new();
    for _ in 0..100 {
        let (response, mut stream) = hostile.begin(call(ECHO, &[])).await;
        stream.send_data(framed(0, MESSAGE_LIMIT, b"x").into(), false).unwrap();
        open.push((response, stream));
    }
    // Answered behind all of them.
    assert_eq!(hostile.status(call("/", &[]), b"", true).await, UNIMPLEMENTED);
    victim.is_unharmed().await;
    drop(open);
}

#[tokio::test]
async fn a_call_cut_in_the_middle_of_its_message_is_forgotten() {
    let mut victim = victim().await;
    let mut hostile = Hostile::connect(&victim).await;
    // Together more than the memory that the victim may take. Each is more than it takes unread.
    let piece = Bytes::from(framed(0, MESSAGE_LIMIT, &vec![0x0a; 2 << 20]));
    for _ in 0..100 {
        let (response, mut stream) = hostile.begin(call(ECHO, &[])).await;
        in_time(send(&mut stream, piece.clone())).await;
        stream.send_reset(Reason::CANCEL);
        drop(response);
    }
    assert_eq!(hostile.status(call("/", &[]), b"", true).await, UNIMPLEMENTED);
    victim.is_unharmed().await;
}

/// Sends as the other end takes it.
async fn send(stream: &mut SendStream<Bytes>, mut data: Bytes) {
    while !data.is_empty() {
        stream.reserve_capacity(data.len());
        let capacity = poll_fn(|context| stream.poll_capacity(context)).await;
        let now = data.split_to(capacity.unwrap().unwrap().min(data.len()));
        stream.send_data(now, false).unwrap();
    }
}

#[tokio::test]
async fn what_is_no_call_is_answered_or_reset() {
    let mut victim = victim().await;
    let mut hostile = Hostile::connect(&victim).await;
    for (what, request) in [
        ("GET", Request::get(format!("http://localhost{ECHO}")).body(()).unwrap()),
        (
            "no content type",
            Request::post(format!("http://localhost{ECHO}")).body(()).unwrap(),
        ),
        (
            "another content type",
            Request::post(format!("http://localhost{ECHO}"))
                .header("content-type", "text/html")
                .body(())
                .unwrap(),
        ),
    ] {
        let status = hostile.status(request, b"rubbish", true).await;
        assert_ne!(status, OK, "{what}");
    }
    victim.is_unharmed().await;
}
