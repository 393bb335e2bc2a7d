//! What the announced client may send below gRPC: HTTP/2 that no library would.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

#[expect(dead_code, reason = "each test program uses a part of it")]
mod support;

use support::hostile::{Victim, closed, in_time};
use support::http2::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, GO_AWAY, HEADERS, OPENING, PING, REFUSED_STREAM, RESET, call, field,
    frame,
};
use tfplugin::client::ClientIdentity;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Answers only when the process ends.
const WAITING: &str = "/tfplugin6.Provider/GetMetadata";

/// More of anything than the provider may let itself in for.
const MANY: u32 = 20_000;

/// A frame as the server sent it.
struct Frame {
    kind: u8,
    payload: Vec<u8>,
}

async fn victim() -> Victim {
    Victim::start(Some(ClientIdentity::generate())).await
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Frame> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.ok()?;
    let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]).try_into().unwrap()];
    stream.read_exact(&mut payload).await.ok()?;
    Some(Frame { kind: head[3], payload })
}

/// Sends `bytes` after the opening and returns all frames up to `last` or the end of the connection.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    bytes: impl Iterator<Item = Vec<u8>> + Send + 'static,
    last: impl Fn(&Frame) -> bool,
) -> Vec<Frame> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let writing = tokio::spawn(async move {
        writer.write_all(OPENING).await?;
        for bytes in bytes {
            writer.write_all(&bytes).await?;
        }
        writer.flush().await?;
        // Kept open: what follows is the server's decision.
        Ok::<_, std::io::Error>(writer)
    });
    let mut frames = Vec::new();
    while let Some(frame) = in_time(read(&mut reader)).await {
        let is_last = last(&frame);
        frames.push(frame);
        if is_last {
            break;
        }
    }
    // It may have failed at a connection that the server closed.
    drop(writing.await.unwrap());
    frames
}

/// Whether the server said that it ends the connection.
fn is_told_to_go(frames: &[Frame]) -> bool {
    frames.iter().any(|frame| frame.kind == GO_AWAY)
}

/// A question to which the answer shows that all before it were read.
fn ping() -> Vec<u8> {
    frame(PING, 0, 0, b"hostile!")
}

fn is_pong(frame: &Frame) -> bool {
    frame.kind == PING && frame.payload == b"hostile!"
}

#[tokio::test]
async fn calls_that_never_end_are_refused_when_there_are_too_many() {
    let mut victim = victim().await;
    let calls = (0..MANY)
        .map(|number| frame(HEADERS, END_HEADERS, 2 * number + 1, &call(WAITING)))
        .chain([ping()]);
    let frames = exchange(victim.open(&[b"h2"]).await, calls, is_pong).await;
    let is_refusal = |frame: &&Frame| frame.kind == RESET && frame.payload.last() == Some(&REFUSED_STREAM);
    let refused = frames.iter().filter(is_refusal).count();
    assert!(refused > 0 || is_told_to_go(&frames), "all {MANY} were taken");
    victim.is_unharmed().await;
}

#[tokio::test]
async fn a_client_that_takes_every_call_back_at_once_harms_nobody() {
    let mut victim = victim().await;
    let calls = (0..MANY).map(|number| {
        let stream = 2 * number + 1;
        [
            frame(HEADERS, END_HEADERS, stream, &call(WAITING)),
            frame(RESET, 0, stream, &[0, 0, 0, 8]),
        ]
        .concat()
    });
    let frames = exchange(victim.open(&[b"h2"]).await, calls.chain([ping()]), is_pong).await;
    assert!(frames.last().is_some_and(is_pong) || is_told_to_go(&frames));
    victim.is_unharmed().await;
}

#[tokio::test]
async fn a_client_with_nothing_but_faulty_calls_is_sent_away() {
    let mut victim = victim().await;
    // The body is longer than its announced length.
    let head = [call(WAITING), field("content-length", "0")].concat();
    let calls = (0..MANY).map(move |number| {
        let stream = 2 * number + 1;
        [
            frame(HEADERS, END_HEADERS, stream, &head),
            frame(DATA, END_STREAM, stream, b"x"),
        ]
        .concat()
    });
    let frames = exchange(victim.open(&[b"h2"]).await, calls.chain([ping()]), is_pong).await;
    assert!(is_told_to_go(&frames), "all {MANY} faults were borne");
    victim.is_unharmed().await;
}

#[tokio::test]
async fn headers_without_end_are_cut_off() {
    let mut victim = victim().await;
    let rest = vec![0x40; 16_000];
    let endless = (0..MANY).map(move |number| match number {
        0 => frame(HEADERS, 0, 1, &call(WAITING)),
        // A name of 64 bytes with a value of 64 bytes, again and again.
        _ => frame(CONTINUATION, 0, 1, &rest),
    });
    let frames = exchange(victim.open(&[b"h2"]).await, endless, |_| false).await;
    assert!(is_told_to_go(&frames), "the connection ended without a word");
    victim.is_unharmed().await;
}

#[tokio::test]
async fn headers_of_a_megabyte_are_no_call() {
    let mut victim = victim().await;
    let fields = field(&"n".repeat(60), &"v".repeat(60)).repeat(120);
    let flood = (0..70_u32).map(move |number| match number {
        0 => frame(HEADERS, END_STREAM, 1, &call(WAITING)),
        69 => frame(CONTINUATION, END_HEADERS, 1, &fields),
        _ => frame(CONTINUATION, 0, 1, &fields),
    });
    let is_answer = |frame: &Frame| matches!(frame.kind, HEADERS | RESET | GO_AWAY);
    let frames = exchange(victim.open(&[b"h2"]).await, flood, is_answer).await;
    assert!(frames.iter().any(is_answer), "no answer");
    victim.is_unharmed().await;
}

#[tokio::test]
async fn what_is_no_frame_of_a_call_ends_the_connection() {
    let mut victim = victim().await;
    for rubbish in [
        vec![0xff; 64],
        // Larger than any frame may be.
        frame(DATA, 0, 1, &vec![0; 20_000]),
        // For a stream that nobody opened.
        frame(DATA, 0, 1, b"data"),
        // HPACK with an index that there is not.
        frame(HEADERS, END_HEADERS, 1, &[0xff, 0xff, 0xff, 0x7f]),
        frame(CONTINUATION, END_HEADERS, 1, b""),
        frame(PING, 0, 0, b"short"),
        // An even number is the server's.
        frame(HEADERS, END_HEADERS, 2, &call(WAITING)),
    ] {
        let shown = rubbish[..9.min(rubbish.len())].to_vec();
        let frames = exchange(victim.open(&[b"h2"]).await, [rubbish].into_iter(), |_| false).await;
        assert!(is_told_to_go(&frames), "{shown:?}");
    }
    victim.is_unharmed().await;
}

#[tokio::test]
async fn a_connection_cut_at_any_place_is_forgotten() {
    let mut victim = victim().await;
    let message = [&[0, 0, 0, 0, 100][..], &[0x0a; 50]].concat();
    let whole = [
        OPENING.to_vec(),
        frame(HEADERS, END_HEADERS, 1, &call("/tfplugin6.Provider/CallFunction")),
        frame(DATA, 0, 1, &message),
    ]
    .concat();
    for end in (0..whole.len()).step_by(7) {
        let mut stream = victim.open(&[b"h2"]).await;
        stream.write_all(&whole[..end]).await.unwrap();
        stream.shutdown().await.unwrap();
        closed(&mut stream).await;
    }
    victim.is_unharmed().await;
}
