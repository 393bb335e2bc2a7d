//! Where a service listens, asked of a machine in one run. With a double of docker.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::net::IpAddr;
use std::sync::atomic::Ordering;

use quickfra::host::engine_error::EngineError;
use quickfra::host::service::{Located, NoService, ServiceAddress, locate_service};
use support::{SHELLS, Sandbox, release};
use tokio_util::sync::CancellationToken;

async fn locate(host: &Sandbox, stack: &str, service: &str) -> Result<Located, EngineError> {
    let names = ["web/password", "web/none"];
    locate_service(host, stack, service, names, &host.root(), &CancellationToken::new()).await
}

/// Stops the container of a service behind the provider's back.
fn stop(host: &Sandbox, service: &str) {
    let path = host.path("double/containers").join(service);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, text.replace("running", "exited")).unwrap();
}

#[tokio::test]
async fn address_and_secrets_come_with_one_run() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.apply(&release("one", "healthy")).await.unwrap();
        host.changes();
        let runs = host.runs.load(Ordering::Relaxed);
        let located = locate(&host, "test", "web").await.unwrap();
        assert_eq!(host.runs.load(Ordering::Relaxed), runs + 1);
        let secret = fs::read_to_string(host.stack("secrets/web/password")).unwrap();
        assert_eq!(located.secrets.len(), 1);
        assert_eq!(located.secrets["web/password"].expose(), secret, "{shell:?}");
        let address = ServiceAddress {
            container: "quickfra_test-web-1".to_owned(),
            // That of a network of others is none of the service's.
            addresses: vec![IpAddr::from([172, 18, 0, 2])],
        };
        assert_eq!(located.address, Ok(address), "{shell:?}");
        assert_eq!(host.changes(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_container_that_is_not_there_or_does_not_run_is_told_beside_the_secrets() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.apply(&release("one", "healthy")).await.unwrap();
        let missing = NoService::Missing {
            stack: "test".to_owned(),
            service: "mail".to_owned(),
        };
        let located = locate(&host, "test", "mail").await.unwrap();
        assert_eq!((located.address, located.secrets.len()), (Err(missing), 1), "{shell:?}");
        stop(&host, "web");
        let stopped = NoService::NotRunning {
            container: "quickfra_test-web-1".to_owned(),
            state: "exited".to_owned(),
        };
        assert_eq!(
            locate(&host, "test", "web").await.unwrap().address,
            Err(stopped),
            "{shell:?}"
        );
        assert!(locate(&host, "../test", "web").await.is_err());
    }
}

#[tokio::test]
async fn an_engine_that_does_not_answer_is_not_a_missing_container() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.apply(&release("one", "healthy")).await.unwrap();
        host.fault("dead");
        match locate(&host, "test", "web").await.unwrap().address {
            Err(NoService::Engine { reason }) => {
                assert!(
                    reason.starts_with("Cannot connect to the Docker daemon"),
                    "{shell:?}: {reason}"
                );
            }
            other => panic!("{shell:?}: {other:?}"),
        }
    }
}
