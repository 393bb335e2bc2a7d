//! From the name of a service to a stream, with a docker that knows one container.

use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use quickfra::host::pool::Counts;
use quickfra::host::service::{NoService, ServiceError, ServicePort};
use tokio_util::sync::CancellationToken;

use super::one;
use super::server::Server;
use super::streams::{echo, say};

/// Describes what stands in a file beside it.
const DOCKER: &str = "#!/bin/sh
case $1 in
ps) echo id ;;
inspect) cat \"${0%/*}/described\" ;;
*) exit 125 ;;
esac
";

/// The container as it is now.
fn describe(folder: &Path, state: &str, address: &str) {
    let text = format!(
        "{{\"name\":\"/quickfra_test-web-1\",\"state\":\"{state}\",\"networks\":{{\"quickfra_test_edge\":\
         {{\"IPAddress\":\"{address}\",\"GlobalIPv6Address\":\"\"}}}}}}\n"
    );
    std::fs::write(folder.join("described"), text).unwrap();
}

#[tokio::test]
async fn an_address_is_asked_for_once_and_anew_when_it_does_not_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docker");
    std::fs::write(&path, DOCKER).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    let search_path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let server = Server::with(&format!("SetEnv PATH={search_path}"));
    let (hosts, host) = one(&server);
    let execs = || {
        let Counts { connections, execs, .. } = hosts.counts();
        assert_eq!(connections, 1);
        execs
    };
    let cancel = CancellationToken::new();
    let target = echo().await;
    let port = ServicePort::new(host, "test", "web", target.port, None);
    describe(folder.path(), "running", "127.9.9.9");
    let located = port.locate([], &cancel).await.unwrap();
    assert_eq!(located.address.unwrap().addresses, [IpAddr::from([127, 9, 9, 9])]);
    // The container is made anew, and has another address.
    describe(folder.path(), "running", "127.0.0.1");
    say(&mut port.connect(&cancel).await.unwrap(), b"hello").await;
    assert_eq!(execs(), 2, "once before, once for the new address");
    say(&mut port.connect(&cancel).await.unwrap(), b"hello again").await;
    assert_eq!(execs(), 2, "the address is known");
    // It comes back where nothing listens.
    let nowhere = ServicePort::new(hosts.host(&server.machine()), "test", "web", target.port, None);
    describe(folder.path(), "running", "127.9.9.9");
    let error = nowhere.connect(&cancel).await.unwrap_err();
    assert!(
        error.to_string().contains(&format!("127.9.9.9 port {}: ", target.port)),
        "{error}"
    );
    describe(folder.path(), "restarting", "");
    match nowhere.connect(&cancel).await.unwrap_err() {
        ServiceError::NoService(NoService::NotRunning { container, state }) => {
            assert_eq!(
                (container.as_str(), state.as_str()),
                ("quickfra_test-web-1", "restarting")
            );
        }
        other => panic!("{other}"),
    }
    describe(folder.path(), "running", "");
    let error = nowhere.connect(&cancel).await.unwrap_err();
    assert!(
        matches!(error, ServiceError::NoService(NoService::NoAddress { .. })),
        "{error}"
    );
}
