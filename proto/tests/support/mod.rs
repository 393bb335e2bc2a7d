//! What the tests of the wire layer share.
#![expect(clippy::expect_used, reason = "a test fails by it")]

pub(crate) mod hostile;
pub(crate) mod http2;

use std::process::{Command, Stdio};

use bytes::Bytes;
use tfplugin::client::{Plugin, ProviderClient, Settings, connect};
use tfplugin::protocol::{DynamicValue, call_function, get_provider_schema};
use tfplugin::wire::handshake::Handshake;

/// The test provider, without the caller's log settings. Sockets of those that are killed stay in the build folder.
pub(crate) fn provider() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wire-test-provider"));
    command
        .env_remove("TF_LOG")
        .env_remove("TF_LOG_PROVIDER")
        .env_remove("TF_LOG_PROVIDER_BARE");
    command.env("TMPDIR", env!("CARGO_TARGET_TMPDIR"));
    command.stderr(Stdio::null());
    command
}

/// A started test provider.
pub(crate) async fn start() -> Plugin {
    Plugin::start(provider()).await.expect("the provider starts")
}

/// Whether a client with these settings gets an answer.
pub(crate) async fn answers(handshake: &Handshake, settings: &Settings) -> bool {
    let Ok(channel) = connect(handshake, settings).await else {
        return false;
    };
    ProviderClient::new(channel)
        .get_provider_schema(get_provider_schema::Request {})
        .await
        .is_ok()
}

/// Sends `size` bytes there and expects them back.
pub(crate) async fn echo(provider: &mut ProviderClient, size: usize) {
    let sent = DynamicValue {
        msgpack: Bytes::from(vec![0x5a; size]),
        json: Bytes::new(),
    };
    let request = call_function::Request {
        name: "echo".to_owned(),
        arguments: vec![sent.clone()],
    };
    let answer = provider.call_function(request).await.expect("an answer").into_inner();
    assert!(answer.result == Some(sent), "{size} bytes came back changed");
}

/// Sends a signal, by its name without SIG, to a process that the test started.
#[cfg(unix)]
pub(crate) fn signal(name: &str, process: u32) {
    let status = Command::new("sh")
        .args(["-c", "kill -\"$0\" \"$1\"", name, &process.to_string()])
        .status();
    assert!(status.expect("sh runs").success());
}
