//! Rubbish in the variables that a process is started with.
#![cfg(unix)]

#[expect(dead_code, reason = "each test program uses a part of it")]
mod support;

use std::process::Stdio;

use support::hostile::{in_time, provider_after};
use support::{echo, provider};
use tfplugin::client::Plugin;
use tfplugin::wire::environment::{COOKIE, COOKIE_VARIABLE};

#[tokio::test]
async fn what_does_not_matter_here_may_be_rubbish() {
    for variables in [
        "PLUGIN_MIN_PORT=x PLUGIN_MAX_PORT=-1",
        "PLUGIN_MIN_PORT=25000 PLUGIN_MAX_PORT=10000",
        "PLUGIN_PROTOCOL_VERSIONS=six,,99999999999999999999,-6",
        "PLUGIN_PROTOCOL_VERSIONS=5",
        "TF_REATTACH_PROVIDERS={{{ TF_LOG=rubbish TF_LOG_PROVIDER='  '",
        "PLUGIN_MULTIPLEX_GRPC='|' PLUGIN_UNIX_SOCKET_DIR=",
        // Bytes that are no UTF-8.
        "TF_LOG=$(printf '\\377') PLUGIN_PROTOCOL_VERSIONS=$(printf '\\376,6') TF_REATTACH_PROVIDERS=$(printf '\\200')",
    ] {
        let plugin = Plugin::start(provider_after(&format!("export {variables}"))).await;
        let plugin = plugin.unwrap_or_else(|error| panic!("{variables}: {error:?}"));
        let mut client = in_time(plugin.provider()).await.unwrap();
        in_time(echo(&mut client, 10)).await;
        assert!(in_time(plugin.shutdown()).await.unwrap().success(), "{variables}");
    }
}

#[test]
fn what_cannot_be_followed_ends_the_start_with_its_name() {
    let long = format!("/tmp/{}", "n".repeat(200));
    for (variable, value) in [
        ("PLUGIN_UNIX_SOCKET_DIR", "/nowhere/at/all"),
        ("PLUGIN_UNIX_SOCKET_DIR", "/dev/null"),
        ("PLUGIN_UNIX_SOCKET_DIR", long.as_str()),
        ("PLUGIN_UNIX_SOCKET_GROUP", "no such group"),
        ("PLUGIN_UNIX_SOCKET_GROUP", "-1"),
        (
            "PLUGIN_CLIENT_CERT",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        ),
    ] {
        let output = provider()
            .env(COOKIE_VARIABLE, COOKIE)
            .env(variable, value)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{variable}={value}");
        assert!(output.stdout.is_empty(), "{variable}={value}");
        let message = String::from_utf8_lossy(&output.stderr);
        let named = if variable == "PLUGIN_CLIENT_CERT" {
            variable
        } else {
            value
        };
        assert!(message.contains(named), "{variable}={value}: {message}");
    }
}
