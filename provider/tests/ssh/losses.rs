//! Streams whose connection, machine or user goes away, and those on which nothing happens.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use quickfra::host::address::{Machine, SshAddress};
use quickfra::host::credentials::Credentials;
use quickfra::host::error::HostError;
use quickfra::host::pool::Hosts;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::server::{Server, output};
use super::streams::{echo, open, pair, pattern, say};
use super::{one, run, text};

#[tokio::test]
async fn a_lost_connection_fails_the_stream_and_the_next_one_works() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let target = echo().await;
    let mut stream = open(&host, &target).await;
    say(&mut stream, b"hello").await;
    run(&host, "kill -9 $PPID; cat", b"").await.unwrap_err();
    let error = stream.read_u8().await.unwrap_err();
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref()).unwrap();
    assert!(matches!(cause, HostError::StreamLost { .. }), "{error}");
    stream.write_all(b"hello?").await.unwrap_err();
    say(&mut open(&host, &target).await, b"again").await;
    assert_eq!(hosts.counts().connections, 2);
}

#[tokio::test]
async fn a_session_that_died_while_idle_is_replaced_for_a_stream() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let target = echo().await;
    let process = text(&host, "echo $PPID", b"").await;
    output(Command::new("kill").args(["-9", process.trim()]));
    say(&mut open(&host, &target).await, b"hello").await;
    assert_eq!(hosts.counts().connections, 2);
}

#[tokio::test]
async fn a_server_that_falls_silent_under_a_stream_is_given_up() {
    let server = Server::start();
    let credentials = Credentials {
        keepalive: Duration::from_secs(1),
        ..server.credentials()
    };
    let host = Hosts::new(credentials).host(&server.machine());
    let process = text(&host, "echo $PPID", b"").await;
    let mut stream = open(&host, &echo().await).await;
    output(Command::new("kill").args(["-STOP", process.trim()]));
    let error = stream.read_u8().await.unwrap_err();
    // A stopped process would outlive the test.
    output(Command::new("kill").args(["-9", process.trim()]));
    assert!(error.to_string().contains("no sign of life for 3 s"), "{error}");
}

/// Passes bytes on to a server, and tells what it sees.
struct Proxy {
    port: u16,
    /// How often the client has said something.
    said: watch::Receiver<usize>,
    /// How many connections the client has left.
    left: watch::Receiver<usize>,
    /// Whether the next connection that is used is cut.
    cut: Arc<AtomicBool>,
}

impl Proxy {
    async fn start(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (say, said) = watch::channel(0);
        let (leave, left) = watch::channel(0);
        let cut = Arc::new(AtomicBool::new(false));
        let cuts = Arc::clone(&cut);
        let behind = server.port;
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
                let (say, leave, cuts) = (say.clone(), leave.clone(), Arc::clone(&cuts));
                tokio::spawn(async move {
                    let (mut from_client, mut to_client) = client.into_split();
                    let (mut from_server, mut to_server) = server.into_split();
                    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
                    let mut buffer = vec![0; 65536];
                    while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
                        say.send_modify(|count| *count += 1);
                        if cuts.swap(false, Ordering::Relaxed) {
                            break;
                        }
                        to_server.write_all(&buffer[..length]).await.unwrap();
                    }
                    back.abort();
                    leave.send_modify(|count| *count += 1);
                });
            }
        });
        Self { port, said, left, cut }
    }

    fn machine(&self, server: &Server) -> Machine {
        Machine::Ssh(SshAddress {
            port: self.port,
            ..server.address()
        })
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_by_the_request_for_a_stream_is_made_anew_unseen() {
    let server = Server::start();
    let proxy = Proxy::start(&server).await;
    let hosts = Hosts::new(server.credentials());
    let host = hosts.host(&proxy.machine(&server));
    let target = echo().await;
    assert_eq!(text(&host, "echo ready", b"").await, "ready\n");
    proxy.cut.store(true, Ordering::Relaxed);
    say(&mut open(&host, &target).await, b"hello").await;
    assert_eq!(hosts.counts().connections, 2);
}

/// What a session does for longer than there may be no sign of life.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Silence {
    /// It has nothing to do.
    Unused,
    /// It carries a stream on which nothing is said.
    Idle,
    /// It carries a stream that is not read, though the service says much.
    Clogged,
}

#[tokio::test]
async fn streams_and_sessions_live_on_signs_of_life_without_looking_for_them() {
    let server = Server::start();
    let survive = async |silence: Silence| {
        let mut proxy = Proxy::start(&server).await;
        let credentials = Credentials {
            keepalive: Duration::from_secs(1),
            ..server.credentials()
        };
        let hosts = Hosts::new(credentials);
        let host = hosts.host(&proxy.machine(&server));
        let mut held = match silence {
            Silence::Unused => None,
            Silence::Idle | Silence::Clogged => Some(pair(&host).await),
        };
        let bytes = match silence {
            Silence::Unused | Silence::Idle => Vec::new(),
            Silence::Clogged => pattern(20_000_000),
        };
        assert_eq!(text(&host, "echo before", b"").await, "before\n");
        let wait = async {
            let said = *proxy.said.borrow_and_update();
            proxy.said.wait_for(|count| *count > said).await.unwrap();
            let turns = hosts.counts().turns;
            proxy.said.wait_for(|count| *count > said + 4).await.unwrap();
            let turns = hosts.counts().turns - turns;
            assert!(turns < 30, "{turns} turns while nothing happened");
        };
        let wait = async {
            let waited = tokio::time::timeout(Duration::from_mins(1), wait).await;
            waited.expect("the session sends signs of life");
        };
        if let Some((stream, service)) = &mut held {
            let (mut from_stream, mut to_stream) = service.split();
            let read = async {
                wait.await;
                let mut heard = vec![0; bytes.len()];
                stream.read_exact(&mut heard).await.unwrap();
                assert!(heard == bytes);
                stream.write_all(b"still here").await.unwrap();
            };
            let (sent, ()) = tokio::join!(to_stream.write_all(&bytes), read);
            sent.unwrap();
            let mut heard = [0; 10];
            from_stream.read_exact(&mut heard).await.unwrap();
            assert_eq!(&heard, b"still here");
        } else {
            wait.await;
        }
        assert_eq!(text(&host, "echo after", b"").await, "after\n");
        assert_eq!(hosts.counts().connections, 1);
    };
    tokio::join!(
        survive(Silence::Unused),
        survive(Silence::Idle),
        survive(Silence::Clogged)
    );
}

#[tokio::test]
async fn a_stream_outlives_the_handles_to_its_machine_and_the_session_ends_with_it() {
    let server = Server::start();
    let mut proxy = Proxy::start(&server).await;
    let hosts = Hosts::new(server.credentials());
    let host = hosts.host(&proxy.machine(&server));
    let mut stream = open(&host, &echo().await).await;
    drop((hosts, host));
    say(&mut stream, b"alone").await;
    assert_eq!(*proxy.left.borrow(), 0);
    drop(stream);
    proxy.left.wait_for(|left| *left == 1).await.unwrap();
}
