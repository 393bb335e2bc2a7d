//! What goes wrong on the way, and that every wait for it ends.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use quickfra::host::address::{Machine, SshAddress};
use quickfra::host::credentials::Credentials;
use quickfra::host::error::HostError;
use quickfra::host::pool::Hosts;
use quickfra::host::run::{Input, Limits, Run as _, Script};
use tokio_util::sync::CancellationToken;

use super::server::{Server, output};
use super::{one, run, text};

fn reach(port: u16) -> Machine {
    Machine::Ssh(SshAddress {
        port,
        ..SshAddress::new("127.0.0.1")
    })
}

fn impatient() -> Credentials {
    Credentials {
        agent: false,
        connect_timeout: Duration::from_secs(1),
        ..Credentials::default()
    }
}

#[tokio::test]
async fn a_closed_port_is_told() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = run(&Hosts::new(impatient()).host(&reach(port)), "true", b"")
        .await
        .unwrap_err();
    assert!(error.unreachable() && !error.sent());
    assert!(matches!(error, HostError::Unreachable { .. }), "{error}");
    assert!(
        error.to_string().contains(&format!("root@127.0.0.1 port {port}")),
        "{error}"
    );
    assert!(error.to_string().contains("Connection refused"), "{error}");
}

#[tokio::test]
async fn a_silent_server_is_not_awaited_forever() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = run(&Hosts::new(impatient()).host(&reach(port)), "true", b"")
        .await
        .unwrap_err();
    assert!(error.unreachable() && !error.sent());
    assert!(error.to_string().contains("no answer within 1 s"), "{error}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_told() {
    let machine = Machine::Ssh(SshAddress::new("nowhere.invalid"));
    let error = run(&Hosts::new(impatient()).host(&machine), "true", b"")
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::Resolve { .. }), "{error}");
}

#[tokio::test]
async fn a_connection_that_is_cut_under_a_job_is_told_and_made_anew() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    // The parent of the script is the server's process for this connection.
    let error = run(&host, "kill -9 $PPID; cat", b"").await.unwrap_err();
    assert!(matches!(error, HostError::Lost { sent: true, .. }), "{error}");
    assert!(error.sent() && !error.unreachable());
    assert!(error.to_string().contains("while the script was running"), "{error}");
    assert!(
        error.to_string().contains("SHA256:"),
        "the key that logged in is missing: {error}"
    );
    assert_eq!(text(&host, "echo again", b"").await, "again\n");
    assert_eq!(hosts.counts().connections, 2);
}

#[tokio::test]
async fn a_connection_that_is_cut_between_jobs_is_made_anew_unseen() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let process = text(&host, "echo $PPID", b"").await;
    output(Command::new("kill").args(["-9", process.trim()]));
    assert_eq!(text(&host, "echo again", b"").await, "again\n");
    assert_eq!(hosts.counts().connections, 2);
}

#[tokio::test]
async fn a_server_that_falls_silent_under_a_job_is_given_up() {
    let server = Server::start();
    let credentials = Credentials {
        keepalive: Duration::from_secs(1),
        ..server.credentials()
    };
    let host = Hosts::new(credentials).host(&server.machine());
    let mut process = String::new();
    let on_line = |line: &str| line.clone_into(&mut process);
    let script = Script::new("echo $PPID; sleep 0.1; kill -STOP $PPID; cat");
    let result = host
        .run(
            &script,
            Input::empty(),
            Limits::default(),
            &CancellationToken::new(),
            on_line,
        )
        .await;
    // A stopped process would outlive the test.
    output(Command::new("kill").args(["-9", &process]));
    let error = result.unwrap_err();
    assert!(matches!(error, HostError::Lost { sent: true, .. }), "{error}");
    assert!(error.to_string().contains("no sign of life for 3 s"), "{error}");
}

#[tokio::test]
async fn output_is_limited() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let limits = Limits {
        output_limit: 1000,
        ..Limits::default()
    };
    let cancel = CancellationToken::new();
    let endless = Script::new("while :; do echo aaaaaaaaaaaaaaaa; done");
    let error = host
        .run(&endless, Input::empty(), limits, &cancel, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::OutputLimit { limit: 1000, .. }), "{error}");
    let exact = Script::new("head -c 1000 /dev/zero");
    let output = host.run(&exact, Input::empty(), limits, &cancel, |_| {}).await.unwrap();
    assert_eq!(output.stdout.len(), 1000);
    assert_eq!(hosts.counts().connections, 1);
}

#[tokio::test]
async fn a_cancelled_job_ends_at_once_and_leaves_the_connection_usable() {
    let server = Server::start();
    let (hosts, host) = one(&server);
    let cancel = CancellationToken::new();
    let script = Script::new("echo ready; cat; sleep 1000");
    let on_line = |_: &str| cancel.cancel();
    let error = host
        .run(&script, Input::empty(), Limits::default(), &cancel, on_line)
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::Cancelled { sent: true, .. }), "{error}");
    let error = host
        .run(&script, Input::empty(), Limits::default(), &cancel, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::Cancelled { sent: false, .. }), "{error}");
    for _ in 0..3 {
        assert_eq!(text(&host, "echo again", b"").await, "again\n");
    }
    assert_eq!(hosts.counts().connections, 1);
}

#[tokio::test]
async fn a_deadline_ends_a_job_and_the_wait_for_a_connection() {
    let server = Server::start();
    let (_hosts, host) = one(&server);
    let soon = || Limits::until(std::time::Instant::now() + Duration::from_millis(700));
    let cancel = CancellationToken::new();
    assert_eq!(text(&host, "echo connected", b"").await, "connected\n");
    let error = host
        .run(&Script::new("sleep 1000"), Input::empty(), soon(), &cancel, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::Deadline { sent: true, .. }), "{error}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = Hosts::new(Credentials {
        agent: false,
        ..Credentials::default()
    });
    let silent = silent.host(&reach(listener.local_addr().unwrap().port()));
    let error = silent
        .run(&Script::new("true"), Input::empty(), soon(), &cancel, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::Deadline { sent: false, .. }), "{error}");
}
