//! Clients that hold connections open and never become one that is served.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

#[expect(dead_code, reason = "each test program uses a part of it")]
mod support;

use std::sync::Arc;

use support::echo;
use support::hostile::{Victim, closed, in_time, provider_after};
use tfplugin::client::{ClientIdentity, Plugin, Settings, connect_raw};
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use tokio::task::JoinSet;

/// Makes file descriptors scarce.
const FEW: &str = "ulimit -n 64";

/// Connections of a flood: several times as many as there are descriptors, and as greetings may be under way.
const FLOOD: usize = 600;

async fn silent(plugin: &Plugin, first_bytes: &[u8]) -> UnixStream {
    let mut stream = UnixStream::connect(&plugin.handshake.endpoint.address).await.unwrap();
    stream.write_all(first_bytes).await.unwrap();
    stream
}

#[tokio::test]
async fn more_silent_clients_than_file_descriptors_do_not_keep_core_out() {
    // The first bytes of a TLS record, and of HTTP/2's preface.
    for (identity, first_bytes) in [
        (Some(ClientIdentity::generate()), &[0x16, 0x03][..]),
        (None, &b"PRI *"[..]),
        (None, &b""[..]),
    ] {
        let plugin = Plugin::start_as(provider_after(FEW), identity).await.unwrap();
        let mut flood = Vec::new();
        for _ in 0..FLOOD {
            flood.push(silent(&plugin, first_bytes).await);
        }
        let mut client = in_time(plugin.provider()).await.unwrap();
        in_time(echo(&mut client, 10)).await;
        drop(flood);
    }
}

#[tokio::test]
async fn a_flood_that_never_ends_does_not_keep_core_out() {
    let plugin = Arc::new(Plugin::start(provider_after(FEW)).await.unwrap());
    let mut flood = JoinSet::new();
    for _ in 0..FLOOD {
        let plugin = Arc::clone(&plugin);
        // Whoever is dropped comes back at once.
        flood.spawn(async move {
            loop {
                closed(&mut silent(&plugin, &[0x16]).await).await;
            }
        });
    }
    for _ in 0..3 {
        let mut client = in_time(plugin.provider()).await.unwrap();
        in_time(echo(&mut client, 10)).await;
    }
    assert!(flood.try_join_next().is_none(), "the flood ended");
}

#[tokio::test]
async fn a_client_that_leaves_leaves_nothing_behind() {
    let plugin = Plugin::start(provider_after(FEW)).await.unwrap();
    for _ in 0..FLOOD {
        drop(silent(&plugin, &[0x16, 0x03]).await);
    }
    let mut client = in_time(plugin.provider()).await.unwrap();
    in_time(echo(&mut client, 10)).await;
}

#[tokio::test]
async fn whoever_does_not_begin_http2_is_dropped() {
    tokio::join!(without_http2(Some(ClientIdentity::generate())), without_http2(None));
}

async fn without_http2(identity: Option<ClientIdentity>) {
    let mut victim = Victim::start(identity).await;
    let mut streams = Vec::new();
    for said in [
        &b""[..],
        b"PRI * HTTP/2.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x00\xff\x16\x03 rubbish",
    ] {
        for protocols in [&[][..], &[&b"h2"[..]]] {
            let mut stream = victim.open(protocols).await;
            stream.write_all(said).await.unwrap();
            stream.flush().await.unwrap();
            streams.push(stream);
        }
    }
    victim.is_unharmed().await;
    for stream in &mut streams {
        closed(stream).await;
    }
    victim.is_unharmed().await;
}

#[tokio::test]
async fn whoever_agrees_on_http1_is_refused() {
    let identity = ClientIdentity::generate();
    let plugin = Plugin::start_as(support::provider(), Some(identity.clone()))
        .await
        .unwrap();
    let settings = Settings {
        protocols: vec![b"http/1.1".to_vec()],
        ..Settings::new(Some(identity))
    };
    let refused = in_time(connect_raw(&plugin.handshake, &settings)).await;
    assert!(refused.is_err());
}
