//! Restarting containers, and reading generated secrets. With a double of docker; what the real one does is tested on
//! real hosts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::time::Duration;

use quickfra::host::apply::{Progress, RestartOptions, restart};
use quickfra::host::engine_error::{Cause, EngineError, Left};
use quickfra::host::secrets::read_secrets;
use quickfra::host::snapshot::{Container, StackSnapshot};
use support::{SHELLS, Sandbox, origin, release};
use tokio_util::sync::CancellationToken;

fn options(host: &Sandbox, services: &[&str]) -> RestartOptions {
    RestartOptions {
        origin: origin(),
        services: services.iter().map(|&service| service.to_owned()).collect(),
        time: Duration::from_mins(1),
        root: host.root(),
    }
}

async fn restarted(host: &Sandbox, services: &[&str]) -> (Result<Duration, EngineError>, Vec<String>) {
    let mut steps = Vec::new();
    let note = |step: Progress| steps.push(format!("{} {:?}", step.step, step.state));
    let outcome = restart(host, "test", &options(host, services), &CancellationToken::new(), note).await;
    (outcome, steps)
}

#[tokio::test]
async fn containers_are_restarted_one_after_the_other() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.apply(&release("one", "healthy")).await.unwrap();
        let before = host.stack_snapshot().await;
        host.changes();
        let (outcome, steps) = restarted(&host, &["web", "ingress"]).await;
        outcome.unwrap();
        assert_eq!(host.changes(), ["stop", "stop"], "{shell:?}");
        let expected: Vec<String> = ["lock", "preflight"]
            .into_iter()
            .chain(["stop/web", "start/web", "health/web"])
            .chain(["stop/ingress", "start/ingress", "health/ingress"])
            .flat_map(|step| [format!("{step} Started"), format!("{step} Done")])
            .collect();
        assert_eq!(steps, expected);
        let after = host.stack_snapshot().await;
        assert_eq!((&after.release, &after.unfinished), (&before.release, &None));
        assert!(after.containers.iter().all(Container::well));
        let started = |stack: &StackSnapshot| {
            let containers = stack.containers.iter();
            containers.map(|one| one.started_at.clone()).collect::<Vec<_>>()
        };
        assert!(started(&before).iter().all(|time| !started(&after).contains(time)));
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_stops_nothing() {
    let host = Sandbox::new(SHELLS[0]);
    host.apply(&release("one", "healthy")).await.unwrap();
    host.changes();
    let (outcome, _) = restarted(&host, &["web", "mail"]).await;
    match outcome {
        Err(EngineError::Failed(failure)) => {
            assert_eq!((failure.cause, failure.left), (Cause::Failed, Left::Untouched));
            assert_eq!(failure.reason, "mail has no container");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(host.changes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_container_that_was_stopped_is_started_before_a_cancel_counts() {
    let host = Sandbox::new(SHELLS[0]);
    host.apply(&release("one", "healthy")).await.unwrap();
    host.changes();
    host.fault("slow-stop");
    let cancel = CancellationToken::new();
    let note = |step: Progress| {
        if step.step == "stop/web" {
            cancel.cancel();
        }
    };
    let options = options(&host, &["web", "ingress"]);
    let restarting = restart(&host, "test", &options, &cancel, note);
    let going_on = async {
        let asked = || {
            let mut names = fs::read_dir(host.path("run/quickfra")).unwrap();
            names.any(|name| name.unwrap().file_name().to_string_lossy().contains(".cancel."))
        };
        cancel.cancelled().await;
        while !asked() {
            tokio::task::yield_now().await;
        }
        host.mend("slow-stop");
    };
    match tokio::join!(restarting, going_on).0 {
        Err(EngineError::Failed(failure)) => {
            assert_eq!((failure.cause, failure.left), (Cause::Cancelled, Left::Same));
            assert_eq!(failure.step, "start/web");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(host.changes(), ["stop"], "the next one's turn did not come");
    assert!(host.stack_snapshot().await.containers.iter().all(Container::well));
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_told() {
    let host = Sandbox::new(SHELLS[0]);
    let (outcome, _) = restarted(&host, &["web"]).await;
    assert!(
        outcome
            .unwrap_err()
            .to_string()
            .contains("no release of test is in force")
    );
}

#[tokio::test]
async fn secrets_are_read_by_name_and_what_is_missing_is_left_out() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.apply(&release("one", "healthy")).await.unwrap();
        let secret = fs::read_to_string(host.stack("secrets/web/password")).unwrap();
        let cancel = CancellationToken::new();
        let (names, root) = (["web/password", "web/none"], host.root());
        let read = read_secrets(&host, "test", names, &root, &cancel).await.unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read["web/password"].expose(), secret, "{shell:?}");
        assert_eq!(
            host.changes().last().map(String::as_str),
            Some("exec"),
            "nothing was asked of docker"
        );
        let nothing = read_secrets(&host, "other", names, &root, &cancel).await;
        assert!(nothing.unwrap().is_empty());
        assert!(read_secrets(&host, "../test", names, &root, &cancel).await.is_err());
    }
}
