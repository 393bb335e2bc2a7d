//! Byte streams to ports behind the server, beside scripts on the same session.

use std::net::{IpAddr, SocketAddr};

use quickfra::host::address::{Machine, SshAddress};
use quickfra::host::credentials::Credentials;
use quickfra::host::error::HostError;
use quickfra::host::pool::{Host, Hosts};
use quickfra::host::stream::{HostStream, Relay, StreamTarget};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::server::Server;
use super::{one, text};

/// A listener that stands for a service in a container.
pub(crate) async fn listen() -> (TcpListener, StreamTarget) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = target(listener.local_addr().unwrap());
    (listener, target)
}

fn target(address: SocketAddr) -> StreamTarget {
    StreamTarget {
        container: "quickfra_test-web-1".to_owned(),
        addresses: vec![address.ip()],
        port: address.port(),
        relay: Some(Relay::Node),
    }
}

/// A service that says everything back, on every connection, until its client has said all.
pub(crate) async fn echo() -> StreamTarget {
    let (listener, target) = listen().await;
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = socket.split();
                let _ = tokio::io::copy(&mut read, &mut write).await;
                let _ = write.shutdown().await;
            });
        }
    });
    target
}

pub(crate) async fn open(host: &Host, target: &StreamTarget) -> HostStream {
    host.stream(target, &CancellationToken::new()).await.unwrap()
}

/// A stream to a service of which the test holds the other end.
pub(crate) async fn pair(host: &Host) -> (HostStream, TcpStream) {
    let (listener, target) = listen().await;
    let (stream, accepted) = tokio::join!(open(host, &target), listener.accept());
    (stream, accepted.unwrap().0)
}

pub(crate) async fn say(stream: &mut HostStream, words: &[u8]) {
    stream.write_all(words).await.unwrap();
    let mut heard = vec![0; words.len()];
    stream.read_exact(&mut heard).await.unwrap();
    assert_eq!(heard, words);
}

pub(crate) fn pattern(length: u32) -> Vec<u8> {
    (0..length)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

/// Sends everything while it reads everything, ends its side, and reads to the end.
pub(crate) async fn both_ways(stream: HostStream, bytes: Vec<u8>) {
    let (mut read, mut write) = tokio::io::split(stream);
    let sent = bytes.clone();
    let sending = async move {
        write.write_all(&sent).await.unwrap();
        write.shutdown().await.unwrap();
    };
    let mut heard = Vec::new();
    let (heard_all, ()) = tokio::join!(read.read_to_end(&mut heard), sending);
    heard_all.unwrap();
    let first_difference = heard.iter().zip(&bytes).position(|(one, other)| one != other);
    assert!(
        heard == bytes,
        "{} bytes of {}, from {first_difference:?} on others",
        heard.len(),
        bytes.len()
    );
}

#[tokio::test]
async fn what_goes_out_comes_back_over_the_one_connection() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let target = echo().await;
    let mut stream = open(&host, &target).await;
    say(&mut stream, b"hello").await;
    assert_eq!(text(&host, "cat", b"a script beside it").await, "a script beside it");
    say(&mut stream, b"and again").await;
    let counts = hosts.counts();
    assert_eq!((counts.connections, counts.streams, counts.execs), (1, 1, 1));
}

#[tokio::test]
async fn much_goes_both_ways_on_several_streams_beside_scripts() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let target = echo().await;
    let bytes = pattern(10_000_000);
    let streams = async {
        let (first, second) = tokio::join!(open(&host, &target), open(&host, &target));
        tokio::join!(both_ways(first, bytes.clone()), both_ways(second, bytes.clone()));
    };
    let scripts = async {
        for round in 0..5_u8 {
            let input = vec![b'a' + round; 500_000];
            let (one, other) = tokio::join!(text(&host, "cat", &input), text(&host, "cat", &input));
            assert!(one.as_bytes() == input && other.as_bytes() == input);
        }
    };
    tokio::join!(streams, scripts);
    let counts = hosts.counts();
    assert_eq!((counts.connections, counts.streams, counts.execs), (1, 2, 10));
}

#[tokio::test]
async fn streams_take_no_place_of_a_script_and_many_fit() {
    let server = Server::with("MaxSessions 2");
    let (hosts, host) = one(&server);
    let target = echo().await;
    let opened = (0..50).map(|_| open(&host, &target));
    let mut streams = futures_util::future::join_all(opened).await;
    let (one, other) = tokio::join!(text(&host, "cat", b"one"), text(&host, "cat", b"other"));
    assert_eq!((one.as_str(), other.as_str()), ("one", "other"));
    for (number, stream) in (0_u8..).zip(&mut streams) {
        say(stream, &[number; 1000]).await;
    }
    streams.truncate(1);
    say(&mut streams[0], b"the others are gone").await;
    let counts = hosts.counts();
    assert_eq!((counts.connections, counts.streams), (1, 50));
}

#[tokio::test]
async fn each_side_ends_its_direction_and_a_dropped_stream_ends_both() {
    let server = Server::start();
    let (_hosts, host) = one(&server);
    let mut heard = Vec::new();
    // The service goes first, and still hears what comes.
    let (mut stream, mut service) = pair(&host).await;
    service.write_all(b"last words").await.unwrap();
    service.shutdown().await.unwrap();
    stream.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"last words");
    stream.write_all(b"and mine").await.unwrap();
    stream.shutdown().await.unwrap();
    heard.clear();
    service.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"and mine");
    // The user goes first.
    let (mut stream, mut service) = pair(&host).await;
    stream.write_all(b"a question").await.unwrap();
    stream.shutdown().await.unwrap();
    heard.clear();
    service.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"a question");
    service.write_all(b"an answer").await.unwrap();
    drop(service);
    heard.clear();
    stream.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"an answer");
    // The service is gone: writing fails in the end.
    let (mut stream, service) = pair(&host).await;
    drop(service);
    while stream.write_all(b"is anybody there?").await.is_ok() {}
    // The user is gone, with words on their way.
    let (mut stream, mut service) = pair(&host).await;
    stream.write_all(b"good bye").await.unwrap();
    stream.flush().await.unwrap();
    let mut words = [0; 8];
    service.read_exact(&mut words).await.unwrap();
    drop(stream);
    assert_eq!(service.read(&mut words).await.unwrap(), 0);
    assert_eq!(text(&host, "echo fine", b"").await, "fine\n");
}

#[tokio::test]
async fn a_slow_reader_holds_up_its_service_and_nobody_else() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let (mut slow, mut service) = pair(&host).await;
    let bytes = pattern(20_000_000);
    let sent = bytes.clone();
    let sending = tokio::spawn(async move {
        service.write_all(&sent).await.unwrap();
    });
    // Enough time for all of it, if nothing held it up.
    let mut other = open(&host, &echo().await).await;
    let before = hosts.counts().bytes_in;
    both_ways_in_place(&mut other, &pattern(3_000_000)).await;
    assert_eq!(text(&host, "echo beside", b"").await, "beside\n");
    let taken = hosts.counts().bytes_in - before;
    assert!(taken < 3_000_000 + 500_000, "{taken} bytes were taken");
    assert!(!sending.is_finished());
    let mut heard = vec![0; bytes.len()];
    slow.read_exact(&mut heard).await.unwrap();
    assert!(heard == bytes);
    sending.await.unwrap();
}

async fn both_ways_in_place(stream: &mut HostStream, bytes: &[u8]) {
    for piece in bytes.chunks(50_000) {
        say(stream, piece).await;
    }
}

#[tokio::test]
async fn what_does_not_listen_is_told_and_the_next_address_is_tried() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let (listener, closed) = listen().await;
    drop(listener);
    for host in [host, Hosts::new(Credentials::default()).host(&Machine::Local)] {
        let cancel = CancellationToken::new();
        match host.stream(&closed, &cancel).await.unwrap_err() {
            HostError::NoStream { target, attempts, .. } => {
                assert_eq!(target, closed.to_string());
                assert_eq!(attempts.len(), 1, "no relay is asked: {attempts:?}");
                assert!(
                    attempts[0].contains(&format!("127.0.0.1 port {}", closed.port)),
                    "{attempts:?}"
                );
            }
            other => panic!("{other}"),
        }
        let mut two = echo().await;
        two.addresses.insert(0, IpAddr::from([127, 9, 9, 9]));
        say(&mut open(&host, &two).await, b"the second").await;
        let none = StreamTarget {
            addresses: Vec::new(),
            ..closed.clone()
        };
        let error = host.stream(&none, &cancel).await.unwrap_err();
        assert!(error.to_string().contains("it has no address"), "{error}");
        cancel.cancel();
        let error = host.stream(&two, &cancel).await.unwrap_err();
        assert!(matches!(error, HostError::Cancelled { .. }), "{error}");
    }
    assert_eq!(hosts.counts().connections, 1);
}

#[tokio::test]
async fn whoever_stops_waiting_leaves_no_stream_behind() {
    let server = Server::start();
    let (_hosts, host) = one(&server);
    let (listener, target) = listen().await;
    // The session is there, so that the request is on its way at once.
    assert_eq!(text(&host, "echo ready", b"").await, "ready\n");
    let cancel = CancellationToken::new();
    let opening = host.stream(&target, &cancel);
    tokio::pin!(opening);
    assert!(futures_util::poll!(&mut opening).is_pending());
    let (mut service, _) = listener.accept().await.unwrap();
    cancel.cancel();
    // It may have been opened just before.
    drop(opening.await);
    assert_eq!(service.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(text(&host, "echo fine", b"").await, "fine\n");
}

#[tokio::test]
async fn a_stream_goes_through_a_bastion() {
    let (bastion, server) = (Server::start(), Server::start());
    // Both take the same key.
    let key = server.user_key.public();
    std::fs::write(bastion.directory.path().join("authorized_keys"), key).unwrap();
    let hosts = Hosts::new(server.credentials());
    let host = hosts.host(&Machine::Ssh(SshAddress {
        bastion: Some(Box::new(bastion.address())),
        ..server.address()
    }));
    let target = echo().await;
    let (first, second) = tokio::join!(open(&host, &target), open(&host, &target));
    let bytes = pattern(3_000_000);
    tokio::join!(both_ways(first, bytes.clone()), both_ways(second, bytes));
    assert_eq!(hosts.counts().connections, 1);
}
