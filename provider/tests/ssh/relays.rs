//! Streams through a process in the container, where the server forwards no connections.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use quickfra::host::address::Machine;
use quickfra::host::credentials::Credentials;
use quickfra::host::error::HostError;
use quickfra::host::pool::Hosts;
use quickfra::host::stream::StreamTarget;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

use super::server::Server;
use super::streams::{both_ways, echo, listen, open, pair, pattern, say};
use super::{one, text};

/// A docker whose containers are this machine, in a folder for the search path.
const DOCKER: &str = "#!/bin/sh
[ \"$1 $2\" = 'exec -i' ] || exit 125
[ \"$3\" = quickfra_test-web-1 ] || { echo \"Error response from daemon: No such container: $3\" >&2; exit 1; }
shift 3
exec \"$@\"
";

fn docker() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docker");
    std::fs::write(&path, DOCKER).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    folder
}

/// A search path that begins with a folder.
fn search_path(folder: &TempDir) -> String {
    format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap())
}

/// A server with that docker that forwards no connections.
fn server(folder: &TempDir, options: &str) -> Server {
    Server::with(&format!("{options}\nSetEnv PATH={}", search_path(folder)))
}

#[tokio::test]
async fn a_server_that_forwards_nothing_is_asked_once_and_then_a_relay_serves() {
    for options in ["AllowTcpForwarding no", "PermitOpen none", "DisableForwarding yes"] {
        let folder = docker();
        let server = server(&folder, options);
        let (hosts, host) = one(&server);
        let target = echo().await;
        let mut stream = open(&host, &target).await;
        say(&mut stream, b"hello").await;
        // Its address does not matter any more.
        let elsewhere = StreamTarget {
            addresses: Vec::new(),
            ..target.clone()
        };
        say(&mut open(&host, &elsewhere).await, b"hello again").await;
        assert_eq!(text(&host, "cat", b"a script beside it").await, "a script beside it");
        say(&mut stream, b"still here").await;
        let counts = hosts.counts();
        assert_eq!(
            (counts.connections, counts.streams, counts.execs),
            (1, 2, 3),
            "{options}"
        );
        let without = StreamTarget { relay: None, ..target };
        let error = host.stream(&without, &CancellationToken::new()).await.unwrap_err();
        assert!(error.to_string().contains("AllowTcpForwarding"), "{error}");
    }
}

#[tokio::test]
async fn a_relay_carries_much_both_ways_and_each_side_may_end() {
    let folder = docker();
    let server = server(&folder, "AllowTcpForwarding no");
    let (_hosts, host) = one(&server);
    let target = echo().await;
    let (first, second) = tokio::join!(open(&host, &target), open(&host, &target));
    let bytes = pattern(5_000_000);
    tokio::join!(both_ways(first, bytes.clone()), both_ways(second, bytes));
    let mut heard = Vec::new();
    let (mut stream, mut service) = pair(&host).await;
    stream.write_all(b"a question").await.unwrap();
    stream.shutdown().await.unwrap();
    service.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"a question");
    service.write_all(b"an answer").await.unwrap();
    drop(service);
    heard.clear();
    stream.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"an answer");
    let (stream, mut service) = pair(&host).await;
    drop(stream);
    assert_eq!(service.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(text(&host, "echo fine", b"").await, "fine\n");
}

#[tokio::test]
async fn a_relay_that_does_not_come_about_says_why() {
    let folder = docker();
    let server = server(&folder, "AllowTcpForwarding no");
    let (_hosts, host) = one(&server);
    let (listener, closed) = listen().await;
    drop(listener);
    let gone = StreamTarget {
        container: "quickfra_test-gone-1".to_owned(),
        ..closed.clone()
    };
    for (target, word) in [
        (closed, "ECONNREFUSED"),
        (gone, "No such container: quickfra_test-gone-1"),
    ] {
        match host.stream(&target, &CancellationToken::new()).await.unwrap_err() {
            HostError::NoStream { attempts, .. } => {
                assert!(attempts.last().unwrap().contains(word), "{attempts:?}");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_relay_serves_where_this_machine_has_no_way_to_containers() {
    let folder = docker();
    // Only a process of its own can have another search path.
    let test = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "relays::a_local_relay", "--ignored"])
        .env("PATH", search_path(&folder))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&test.stdout);
    assert!(test.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "the test above runs it with another search path"]
async fn a_local_relay() {
    let hosts = Hosts::new(Credentials::default());
    let host = hosts.host(&Machine::Local);
    let target = StreamTarget {
        // A connection to a group of machines cannot be.
        addresses: vec![[224, 0, 0, 1].into()],
        ..echo().await
    };
    let mut stream = open(&host, &target).await;
    say(&mut stream, b"hello").await;
    both_ways(stream, pattern(5_000_000)).await;
    let gone = StreamTarget {
        container: "quickfra_test-gone-1".to_owned(),
        ..target
    };
    let error = host.stream(&gone, &CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("No such container"), "{error}");
    assert_eq!(hosts.counts().streams, 2);
}
