//! The socket's place in the file system, and others who put something there.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

#[expect(dead_code, reason = "each test program uses a part of it")]
mod support;

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use support::hostile::{in_time, provider_after};
use support::start;
use tfplugin::client::Plugin;
use tokio::io::AsyncReadExt as _;
use tokio::net::UnixListener;
use tokio_rustls::TlsAcceptor;

/// A provider with its socket under `directory`, and the folder of it.
async fn start_in(directory: &Path) -> (Plugin, PathBuf) {
    // Whatever core's own mask is.
    let mut command = provider_after("umask 000");
    command.env("PLUGIN_UNIX_SOCKET_DIR", directory);
    let plugin = Plugin::start(command).await.unwrap();
    let socket = PathBuf::from(&plugin.handshake.endpoint.address);
    (plugin, socket.parent().unwrap().to_owned())
}

#[tokio::test]
async fn the_folder_is_for_the_owner_alone_and_new_each_time() {
    let directory = tempfile::tempdir().unwrap();
    let (_first, one) = start_in(directory.path()).await;
    let (_second, other) = start_in(directory.path()).await;
    for folder in [&one, &other] {
        assert_eq!(folder.parent(), Some(directory.path()));
        assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    }
    assert_ne!(one, other);
}

#[tokio::test]
async fn a_link_in_the_place_of_the_folder_is_not_followed_at_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let valuable = tempfile::tempdir().unwrap();
    std::fs::write(valuable.path().join("s"), "valuable").unwrap();
    let (plugin, folder) = start_in(directory.path()).await;
    let channel = plugin.channel().await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    symlink(valuable.path(), &folder).unwrap();
    tfplugin::client::ask_to_end(channel).await.unwrap();
    let mut plugin = plugin;
    assert!(in_time(plugin.child.wait()).await.unwrap().success());
    assert_eq!(std::fs::read_to_string(valuable.path().join("s")).unwrap(), "valuable");
}

/// Puts another socket in the place of the provider's.
fn swap(plugin: &Plugin) -> UnixListener {
    let address = &plugin.handshake.endpoint.address;
    std::fs::remove_file(address).unwrap();
    UnixListener::bind(address).unwrap()
}

#[tokio::test]
async fn core_tells_nothing_to_a_socket_with_another_certificate() {
    let plugin = start().await;
    let listener = swap(&plugin);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(other.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![other.cert.into()], key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let impostor = async {
        let (stream, _) = listener.accept().await.unwrap();
        TlsAcceptor::from(Arc::new(config)).accept(stream).await
    };
    let (client, heard) = in_time(async { tokio::join!(plugin.provider(), impostor) }).await;
    assert!(client.is_err(), "the impostor was trusted");
    assert!(heard.is_err(), "the handshake with the impostor was finished");
}

#[tokio::test]
async fn core_tells_nothing_to_a_socket_that_does_not_encrypt() {
    let plugin = start().await;
    let listener = swap(&plugin);
    let impostor = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        // What a server of HTTP/2 says first: empty settings.
        tokio::io::AsyncWriteExt::write_all(&mut stream, &[0, 0, 0, 4, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard).await;
        heard
    };
    let (client, heard) = in_time(async { tokio::join!(plugin.provider(), impostor) }).await;
    assert!(client.is_err(), "the impostor was trusted");
    // A TLS handshake record, and nothing of HTTP/2.
    assert_eq!(heard.first(), Some(&0x16));
    assert!(!heard.windows(5).any(|bytes| bytes == b"PRI *"));
}

#[tokio::test]
async fn core_does_not_wait_for_ever_for_a_socket_that_says_nothing() {
    let plugin = start().await;
    let _listener = swap(&plugin);
    // The clock goes on by itself as soon as everybody waits.
    tokio::time::pause();
    let client = in_time(plugin.provider()).await;
    assert!(client.is_err());
}
