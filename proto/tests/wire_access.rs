//! Who gets in: exactly the client that core announced.
#![cfg(unix)]

#[expect(dead_code, reason = "each test program uses a part of it")]
mod support;

use support::{answers, echo, provider, start};
use tfplugin::client::{ClientIdentity, Plugin, Settings};
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

#[tokio::test]
async fn only_the_announced_certificate_with_its_key_is_let_in() {
    let announced = ClientIdentity::generate();
    let other = ClientIdentity::generate();
    let plugin = Plugin::start_as(provider(), Some(announced.clone())).await.unwrap();
    for (who, identity) in [
        ("nobody", None),
        ("another P-521 certificate", Some(other.clone())),
        ("a P-256 certificate", Some(ClientIdentity::generate_p256().unwrap())),
        (
            "the announced certificate with another key",
            Some(announced.with_key_of(&other)),
        ),
    ] {
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let settings = Settings {
                identity: identity.clone(),
                versions: vec![version],
                ..Settings::new(None)
            };
            assert!(
                !answers(&plugin.handshake, &settings).await,
                "{who} was let in with {version:?}"
            );
        }
    }
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let settings = Settings {
            identity: Some(announced.clone()),
            versions: vec![version],
            ..Settings::new(None)
        };
        assert!(
            answers(&plugin.handshake, &settings).await,
            "the announced client was refused with {version:?}"
        );
    }
}

#[tokio::test]
async fn a_client_may_have_a_key_of_another_kind() {
    let announced = ClientIdentity::generate_p256().unwrap();
    let plugin = Plugin::start_as(provider(), Some(announced.clone())).await.unwrap();
    assert!(answers(&plugin.handshake, &Settings::new(Some(announced))).await);
    for identity in [
        None,
        Some(ClientIdentity::generate_p256().unwrap()),
        Some(ClientIdentity::generate()),
    ] {
        assert!(!answers(&plugin.handshake, &Settings::new(identity)).await);
    }
}

#[tokio::test]
async fn without_an_announced_certificate_the_connection_is_plain() {
    let plugin = Plugin::start_as(provider(), None).await.unwrap();
    assert_eq!(plugin.handshake.certificate, None);
    assert!(answers(&plugin.handshake, &Settings::new(None)).await);
}

#[tokio::test]
async fn an_unreadable_announced_certificate_ends_the_start() {
    let mut command = provider();
    command
        .env("TF_PLUGIN_MAGIC_COOKIE", tfplugin::wire::environment::COOKIE)
        .env("PLUGIN_CLIENT_CERT", "rubbish");
    let output = command.stderr(std::process::Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("PLUGIN_CLIENT_CERT"));
}

#[tokio::test]
async fn clients_that_never_speak_hold_up_nobody() {
    let plugin = start().await;
    let address = &plugin.handshake.endpoint.address;
    let mut silent = Vec::new();
    for _ in 0..50 {
        let mut stream = UnixStream::connect(address).await.unwrap();
        // The first bytes of a TLS record that never goes on.
        stream.write_all(&[0x16, 0x03]).await.unwrap();
        silent.push(stream);
    }
    echo(&mut plugin.provider().await.unwrap(), 10).await;
    drop(silent);
}

#[tokio::test]
async fn a_client_that_talks_rubbish_is_dropped_and_the_next_one_served() {
    let plugin = start().await;
    let mut stream = UnixStream::connect(&plugin.handshake.endpoint.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    echo(&mut plugin.provider().await.unwrap(), 10).await;
}

#[tokio::test]
async fn values_above_the_default_limit_of_grpc_pass_both_ways() {
    let plugin = start().await;
    let mut provider = plugin.provider().await.unwrap();
    echo(&mut provider, 5 << 20).await;
    echo(&mut provider, 40 << 20).await;
}
