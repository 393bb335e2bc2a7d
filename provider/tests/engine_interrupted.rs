//! Transactions that meet somebody else, a cancel, or an engine that hangs. With a double of docker.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::time::Duration;

use quickfra::host::apply::{Data, DestroyOptions, ProgressState, apply, destroy};
use quickfra::host::diff::diff_release;
use quickfra::host::engine_error::{Cause, EngineError, Left};
use quickfra::host::probe::{ProbeRequest, SnapshotCache, probe};
use quickfra::host::snapshot::EngineState;
use support::{SHELLS, STEPS, Sandbox, origin, release};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_second_apply_is_refused_and_names_the_first() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let good = release("one", "healthy");
        host.apply(&good).await.unwrap();
        host.fault("slow-up");
        let token = CancellationToken::new();
        let waiting = CancellationToken::new();
        let (new, options) = (release("two", "healthy"), host.options());
        let first = apply(&host, &new, &options, &token, |progress| {
            if progress.step == "start" {
                waiting.cancel();
            }
        });
        let second = async {
            waiting.cancelled().await;
            let refused = host.apply(&good).await;
            let holder = match refused {
                Err(EngineError::Busy(holder)) => holder,
                other => panic!("not refused: {other:?}"),
            };
            assert_eq!(
                (holder.who, holder.from, holder.step),
                (origin().who, "192.0.2.9".into(), "start".into())
            );
            let seen = host.stack_snapshot().await;
            assert_eq!(seen.holder.unwrap().step, "start");
            assert!(seen.unfinished.is_none(), "what is under way is not unfinished");
            // The double sleeps for as long as the file is there: the way back must not.
            host.mend("slow-up");
            token.cancel();
        };
        let (first, ()) = tokio::join!(first, second);
        let Err(EngineError::Failed(failure)) = first else {
            panic!("not cancelled: {first:?}")
        };
        assert_eq!(
            (failure.cause, failure.step.as_str(), failure.left),
            (Cause::Cancelled, "start", Left::Previous)
        );
        assert_eq!(diff_release(&good, Some(&host.stack_snapshot().await)), []);
    }
}

#[tokio::test]
async fn a_cancel_before_anything_changed_changes_nothing() {
    let host = Sandbox::new(SHELLS[0]);
    let good = release("one", "healthy");
    host.apply(&good).await.unwrap();
    let before = host.tree();
    let token = CancellationToken::new();
    token.cancel();
    let (new, options) = (release("two", "healthy"), host.options());
    let cancelled = apply(&host, &new, &options, &token, |_| {}).await;
    assert!(
        matches!(&cancelled, Err(EngineError::Failed(failure)) if failure.left == Left::Untouched),
        "{cancelled:?}"
    );
    assert_eq!(host.tree(), before);
}

#[tokio::test]
async fn the_time_of_an_apply_ends_with_the_name_of_what_is_waited_for() {
    let host = Sandbox::new(SHELLS[0]);
    let mut options = host.options();
    options.time = Duration::from_secs(3);
    let late = host.apply_with(&release("one", "starting"), &options).await;
    let Err(EngineError::Failed(failure)) = late else {
        panic!("not late: {late:?}")
    };
    assert_eq!(
        (failure.cause, failure.step.as_str(), failure.left),
        (Cause::Deadline, "health", Left::Stopped)
    );
    assert_eq!(failure.service.as_deref(), Some("web"));
    assert_eq!(failure.log, ["a log line"]);
}

#[tokio::test]
async fn progress_tells_each_step_as_it_begins_and_ends() {
    let host = Sandbox::new(SHELLS[0]);
    let mut steps = Vec::new();
    let options = host.options();
    apply(
        &host,
        &release("one", "healthy"),
        &options,
        &CancellationToken::new(),
        |progress| {
            if progress.state == ProgressState::Done {
                steps.push(progress.step);
            }
        },
    )
    .await
    .unwrap();
    assert_eq!(steps, *STEPS);
}

#[tokio::test]
async fn faults_of_each_step_leave_what_they_should() {
    for (fault, step, left) in [
        ("fail-pull", "pull", Left::Untouched),
        ("fail-up", "start", Left::Previous),
        ("fail-exec", "first-run", Left::Previous),
    ] {
        let host = Sandbox::new(SHELLS[0]);
        let good = release("one", "healthy");
        host.apply(&good).await.unwrap();
        host.fault(fault);
        let mut new = release("two", "healthy");
        if fault == "fail-pull" {
            fs::write(host.path("double/images"), "").unwrap();
        }
        if fault == "fail-exec" {
            new.steps[0].name = "another".to_owned();
        }
        let failed = host.apply(&new).await;
        let Err(EngineError::Failed(failure)) = failed else {
            panic!("{fault} did not fail: {failed:?}")
        };
        assert_eq!((failure.step.as_str(), failure.left), (step, left), "{failure}");
        let seen = host.stack_snapshot().await;
        assert_eq!(diff_release(&good, Some(&seen)), [], "{fault}");
    }
}

#[tokio::test]
async fn a_file_that_compose_refuses_stops_nothing() {
    let host = Sandbox::new(SHELLS[0]);
    host.apply(&release("one", "healthy")).await.unwrap();
    host.changes();
    let mut bad = release("two", "healthy");
    bad.compose.push_str("# refused by compose\n");
    let failed = host.apply(&bad).await;
    let Err(EngineError::Failed(failure)) = failed else {
        panic!("not refused: {failed:?}")
    };
    assert_eq!((failure.step.as_str(), failure.left), ("check", Left::Untouched));
    assert!(failure.reason.contains("the double refuses the file"), "{failure}");
    assert_eq!(host.changes(), Vec::<String>::new());
}

#[tokio::test]
async fn an_engine_that_hangs_is_told_within_its_time() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.apply(&release("one", "healthy")).await.unwrap();
        host.fault("hung");
        let request = ProbeRequest {
            engine_time: Duration::from_secs(1),
            root: host.root(),
            ..ProbeRequest::default()
        };
        let snapshot = probe(&host, &request, &CancellationToken::new()).await.unwrap();
        assert_eq!(snapshot.engine.state, EngineState::Hung);
        assert!(!snapshot.stacks["test"].engine_answered);
        assert_eq!(snapshot.stacks["test"].files.len(), 4, "files are told all the same");
    }
}

#[tokio::test]
async fn a_destroy_that_was_cut_goes_on() {
    for step in ["preflight", "containers", "files"] {
        let host = Sandbox::new(SHELLS[0]);
        host.apply(&release("one", "healthy")).await.unwrap();
        let mut options = DestroyOptions {
            root: host.root(),
            ..DestroyOptions::new(origin(), Data::Keep)
        };
        options.stop_after = Some(step.to_owned());
        let cut = destroy(&host, "test", &options, &CancellationToken::new(), |_| {}).await;
        assert!(
            matches!(&cut, Err(EngineError::Cut { step: told, .. }) if told.as_deref() == Some(step)),
            "{step}: {cut:?}"
        );
        let seen = host.stack_snapshot().await;
        assert!(
            seen.unfinished.is_some_and(|unfinished| unfinished.release.is_none()),
            "{step}"
        );
        host.destroy(Data::Keep).await.unwrap();
        assert_eq!(
            host.tree(),
            ["done/web/administrator", "secrets/web/password"],
            "{step}"
        );
    }
}

#[tokio::test]
async fn many_readers_share_one_probe_until_something_changes() {
    let host = Sandbox::new(SHELLS[0]);
    let request = ProbeRequest {
        root: host.root(),
        ..ProbeRequest::default()
    };
    let cache = SnapshotCache::new(host, request);
    let token = CancellationToken::new();
    let (one, two, three) = tokio::join!(cache.get(&token), cache.get(&token), cache.get(&token));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(cache.host().runs.load(std::sync::atomic::Ordering::Relaxed), 1);
    cache.invalidate().await;
    cache.get(&token).await.unwrap();
    assert_eq!(cache.host().runs.load(std::sync::atomic::Ordering::Relaxed), 2);
}
