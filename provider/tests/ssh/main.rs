//! The ssh transport against a real OpenSSH server.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod errors;
mod jobs;
mod login;
mod losses;
mod relays;
mod round_trips;
mod server;
mod services;
mod streams;

use quickfra::host::error::HostError;
use quickfra::host::pool::{Host, Hosts};
use quickfra::host::run::{Input, Limits, Output, Run as _, Script};
use tokio_util::sync::CancellationToken;

/// Runs a script with the default limits.
async fn run(host: &Host, script: &'static str, input: &[u8]) -> Result<Output, HostError> {
    let input = Input::from(input.to_vec());
    host.run(
        &Script::new(script),
        input,
        Limits::default(),
        &CancellationToken::new(),
        |_| {},
    )
    .await
}

/// Runs a script on a server's only job, and returns what it wrote.
async fn text(host: &Host, script: &'static str, input: &[u8]) -> String {
    let output = run(host, script, input).await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A pool with one machine.
fn one(server: &server::Server) -> (Hosts, Host) {
    let hosts = Hosts::new(server.credentials());
    let host = hosts.host(&server.machine());
    (hosts, host)
}

/// Compares an error's text without what differs from run to run.
macro_rules! assert_error {
    ($name:expr, $error:expr) => {{
        let text = $error.to_string();
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.add_filter(r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:[fingerprint]");
        settings.add_filter(r"AAAA[A-Za-z0-9+/=]+", "[key]");
        settings.add_filter(r"port \d+", "port [port]");
        settings.add_filter(r"-p \d+", "-p [port]");
        settings.add_filter(r"(127\.0\.0\.1\]?):\d+", "$1:[port]");
        settings.add_filter(r"/\S*/\.tmp\w+", "[directory]");
        settings.add_filter(&format!(r"\b{}@", $crate::server::user()), "[user]@");
        settings.bind(|| insta::assert_snapshot!($name, text));
    }};
}
use assert_error;
