//! Byte streams to ports behind the server, beside scripts on the same session.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use quickfra::host::address::Machine;
use quickfra::host::credentials::Credentials;
use quickfra::host::error::HostError;
use quickfra::host::pool::{Counts, Host, Hosts};
use quickfra::host::stream::{HostStream, Relay, StreamTarget};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::server::Server;
use super::{one, run, text};

/// A listener that stands for a service in a container.
async fn listen() -> (TcpListener, StreamTarget) {
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
async fn echo() -> StreamTarget {
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

async fn open(host: &Host, target: &StreamTarget) -> HostStream {
    host.stream(target, &CancellationToken::new()).await.unwrap()
}

/// A stream to a service of which the test holds the other end.
async fn pair(host: &Host) -> (HostStream, TcpStream) {
    let (listener, target) = listen().await;
    let (stream, accepted) = tokio::join!(open(host, &target), listener.accept());
    (stream, accepted.unwrap().0)
}

async fn say(stream: &mut HostStream, words: &[u8]) {
    stream.write_all(words).await.unwrap();
    let mut heard = vec![0; words.len()];
    stream.read_exact(&mut heard).await.unwrap();
    assert_eq!(heard, words);
}

fn pattern(length: u32) -> Vec<u8> {
    (0..length)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

/// Sends everything while it reads everything, ends its side, and reads to the end.
async fn both_ways(stream: HostStream, bytes: Vec<u8>) {
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
