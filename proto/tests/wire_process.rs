//! The life of a provider process, from its first line to its last.
#![cfg(unix)]

#[expect(dead_code, reason = "each test program uses a part of it")]
mod support;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::{echo, provider, signal, start};
use tfplugin::client::{Plugin, ProviderClient, Settings, ask_to_end, connect};
use tfplugin::protocol::{get_metadata, get_provider_schema, stop_provider};
use tfplugin::wire::handshake::{Endpoint, Handshake, Network};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};

/// The socket of a started provider.
fn socket(plugin: &Plugin) -> PathBuf {
    PathBuf::from(&plugin.handshake.endpoint.address)
}

/// All that a process wrote to standard error, by lines; the process must have ended or be about to.
#[expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by it")]
async fn errors(plugin: &mut Plugin) -> Vec<String> {
    let mut text = String::new();
    plugin
        .child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut text)
        .await
        .unwrap();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_first_line_is_the_handshake_and_nothing_follows() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = provider();
    command
        .env("PLUGIN_UNIX_SOCKET_DIR", directory.path())
        .env("PLUGIN_MULTIPLEX_GRPC", "");
    let mut plugin = Plugin::start(command).await.unwrap();
    assert_eq!(plugin.handshake.protocol_version, 6);
    assert_eq!(plugin.handshake.endpoint.network, Network::Unix);
    assert!(plugin.handshake.certificate.as_ref().is_some_and(|der| der.len() > 100));
    assert!(!plugin.handshake.tells_multiplexing);
    assert!(socket(&plugin).starts_with(directory.path()));
    echo(&mut plugin.provider().await.unwrap(), 1).await;
    ask_to_end(plugin.channel().await.unwrap()).await.unwrap();
    let mut rest = String::new();
    plugin.output.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "");
}

#[tokio::test]
async fn a_core_that_asks_for_multiplexing_is_told_no() {
    let mut command = provider();
    command.env("PLUGIN_MULTIPLEX_GRPC", "true");
    let plugin = Plugin::start(command).await.unwrap();
    assert!(plugin.handshake.tells_multiplexing);
}

#[test]
fn started_by_hand_it_explains_itself() {
    for cookie in [None, Some("something else")] {
        let mut command = provider();
        command.env_remove("TF_PLUGIN_MAGIC_COOKIE").stderr(Stdio::piped());
        command.envs(cookie.map(|cookie| ("TF_PLUGIN_MAGIC_COOKIE", cookie)));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("plugin of Terraform and OpenTofu"), "{message}");
        assert!(message.contains(r#"source = "example/bare""#), "{message}");
    }
}

#[tokio::test]
async fn an_interrupt_is_for_core_to_act_on() {
    let plugin = start().await;
    let mut client = plugin.provider().await.unwrap();
    for _ in 0..3 {
        signal("INT", plugin.child.id().unwrap());
        echo(&mut client, 1).await;
    }
}

#[tokio::test]
async fn shutdown_ends_the_process_and_removes_the_socket_with_its_folder() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = provider();
    command.env("PLUGIN_UNIX_SOCKET_DIR", directory.path());
    let plugin = Plugin::start(command).await.unwrap();
    assert!(socket(&plugin).exists());
    assert!(plugin.shutdown().await.unwrap().success());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn termination_ends_it_like_a_shutdown() {
    let mut plugin = start().await;
    signal("TERM", plugin.child.id().unwrap());
    assert!(plugin.child.wait().await.unwrap().success());
    assert!(!socket(&plugin).exists());
}

#[tokio::test]
async fn calls_in_flight_hear_of_the_shutdown_and_may_still_answer() {
    let mut plugin = start().await;
    let channel = plugin.channel().await.unwrap();
    let mut client = ProviderClient::new(channel.clone());
    let waiting = client.get_metadata(get_metadata::Request {});
    let ending = ask_to_end(channel);
    let (answer, ended) = tokio::join!(waiting, ending);
    ended.unwrap();
    assert_eq!(answer.unwrap().into_inner().diagnostics[0].summary, "the shutdown came");
    assert!(plugin.child.wait().await.unwrap().success());
}

#[tokio::test]
async fn a_call_that_never_ends_does_not_keep_the_process() {
    let mut plugin = start().await;
    let channel = plugin.channel().await.unwrap();
    let mut client = ProviderClient::new(channel.clone());
    let (answer, ended) = tokio::join!(client.stop_provider(stop_provider::Request {}), ask_to_end(channel));
    ended.unwrap();
    assert!(answer.is_err());
    assert!(plugin.child.wait().await.unwrap().success());
    assert!(!socket(&plugin).exists());
}

#[tokio::test]
async fn a_provider_does_not_outlive_a_core_that_was_killed() {
    // The shell stands for core: the provider is its child and not ours.
    let mut command = Command::new("sh");
    command
        .args(["-c", "\"$0\" & wait", env!("CARGO_BIN_EXE_wire-test-provider")])
        .stderr(Stdio::null());
    let mut plugin = Plugin::start(command).await.unwrap();
    let mut client = plugin.provider().await.unwrap();
    echo(&mut client, 1).await;
    plugin.child.kill().await.unwrap();
    // As long as somebody is connected, it goes on.
    echo(&mut client, 1).await;
    drop(client);
    let mut rest = Vec::new();
    plugin.output.read_to_end(&mut rest).await.unwrap();
    assert!(!socket(&plugin).exists());
}

#[tokio::test]
async fn log_lines_are_what_core_reads() {
    let mut command = provider();
    command.env("TF_LOG", "trace").stderr(Stdio::piped());
    let mut plugin = Plugin::start(command).await.unwrap();
    let mut client = plugin.provider().await.unwrap();
    client
        .get_provider_schema(get_provider_schema::Request {})
        .await
        .unwrap();
    ask_to_end(plugin.channel().await.unwrap()).await.unwrap();
    let lines: Vec<serde_json::Value> = errors(&mut plugin)
        .await
        .iter()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    for line in &lines {
        for key in ["@level", "@message", "@module", "@timestamp"] {
            assert!(line[key].is_string(), "{key} of {line}");
        }
    }
    let ours = lines
        .iter()
        .find(|line| line["@message"] == "two\nlines")
        .expect("the provider's own line");
    assert_eq!(ours["@level"], "warn");
    assert_eq!(ours["functions"], 1);
    assert_eq!(ours["method"], "GetProviderSchema");
}

#[tokio::test]
async fn without_log_variables_nothing_is_logged() {
    let mut command = provider();
    command.stderr(Stdio::piped());
    let mut plugin = Plugin::start(command).await.unwrap();
    let mut client = plugin.provider().await.unwrap();
    client
        .get_provider_schema(get_provider_schema::Request {})
        .await
        .unwrap();
    ask_to_end(plugin.channel().await.unwrap()).await.unwrap();
    assert_eq!(errors(&mut plugin).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_person_can_start_it_for_a_debugger() {
    let mut command = tokio::process::Command::from(provider());
    let mut child = command
        .arg("--debug")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = tokio::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let value = loop {
        let line = lines.next_line().await.unwrap().expect("the variable");
        if let Some(rest) = line.trim().strip_prefix("export TF_REATTACH_PROVIDERS='") {
            break rest.trim_end_matches('\'').to_owned();
        }
    };
    let value: serde_json::Value = serde_json::from_str(&value).unwrap();
    let reattach = &value["registry.terraform.io/example/bare"];
    assert_eq!(reattach["Pid"], child.id().unwrap());
    assert_eq!(reattach["ProtocolVersion"], 6);
    let address = reattach["Addr"]["String"].as_str().unwrap().to_owned();
    let handshake = Handshake {
        protocol_version: 6,
        endpoint: Endpoint {
            network: Network::Unix,
            address: address.clone(),
        },
        certificate: None,
        tells_multiplexing: false,
    };
    let channel = connect(&handshake, &Settings::new(None)).await.unwrap();
    ask_to_end(channel.clone()).await.unwrap();
    let mut client = ProviderClient::new(channel);
    echo(&mut client, 1).await;
    signal("INT", child.id().unwrap());
    assert!(child.wait().await.unwrap().success());
    assert!(!PathBuf::from(address).exists());
}
