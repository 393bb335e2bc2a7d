//! The release transaction: order of steps, drift, the way back, and a host that was cut at every step. With a double of
//! docker; what the real one does is tested on real hosts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use quickfra::host::apply::Data;
use quickfra::host::diff::{diff_release, drift};
use quickfra::host::engine_error::{Cause, EngineError, Failure, Left};
use support::{SHELLS, STEPS, Sandbox, release};

fn failure(result: Result<impl std::fmt::Debug, EngineError>) -> Failure {
    match result {
        Err(EngineError::Failed(failure)) => *failure,
        other => panic!("not a failure of a step: {other:?}"),
    }
}

#[tokio::test]
async fn the_first_apply_installs_and_the_second_changes_nothing() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let release = release("one", "healthy");
        assert_eq!(diff_release(&release, host.probe().await.stacks.get("test")).len(), 1);
        let applied = host.apply(&release).await.unwrap();
        assert_eq!(applied.warnings, Vec::<String>::new());
        assert_eq!(applied.stack.release, Some(release.hash()));
        assert_eq!(diff_release(&release, Some(&applied.stack)), []);
        assert_eq!(
            host.changes(),
            [format!("up {}", release.hash()), "exec".to_owned()],
            "{shell:?}"
        );
        let seen = host.stack_snapshot().await;
        assert_eq!(seen, applied.stack, "the apply tells the same as a probe after it");
        assert_eq!(seen.installed.unwrap().by, support::origin().who);
        let again = host.apply(&release).await.unwrap();
        assert_eq!(again.changed, Vec::<String>::new());
        assert_eq!(host.changes(), [format!("up {}", release.hash())]);
        assert!(!host.stack(".staging").exists() && !host.stack("transaction").exists());
    }
}

#[tokio::test]
async fn a_step_gets_its_secrets_and_its_script_on_standard_input_only() {
    let host = Sandbox::new(SHELLS[0]);
    host.apply(&release("one", "healthy")).await.unwrap();
    let secret = fs::read_to_string(host.stack("secrets/web/password")).unwrap();
    assert!(
        secret.len() == 32 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{secret:?}"
    );
    assert_eq!(
        fs::read_to_string(host.path("double/exec-input")).unwrap(),
        format!("{secret}\nthe script\n")
    );
    let calls = fs::read_to_string(host.path("double/calls")).unwrap();
    assert!(
        calls.contains("it's $(id) `id` \"\\n\" *"),
        "arguments arrive as they are"
    );
    assert!(!calls.contains(&secret));
    let mode = fs::metadata(host.stack("secrets/web/password"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o400);
}

#[tokio::test]
async fn drift_is_seen_and_repaired() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let release = release("one", "healthy");
        host.apply(&release).await.unwrap();
        let app = host.stack(&format!("files/web/{}/app.conf", release.file_set("web")));
        let more = host.stack(&format!("files/web/{}/sub/more.conf", release.file_set("web")));
        let live = host.stack("live/ingress/routes.yaml");
        fs::write(&app, "listen 81\n").unwrap();
        fs::set_permissions(&more, fs::Permissions::from_mode(0o666)).unwrap();
        fs::remove_file(&live).unwrap();
        fs::write(host.stack("live/ingress/evil.yaml"), "x").unwrap();
        let seen = host.stack_snapshot().await;
        let mut texts: Vec<String> = drift(&seen).iter().map(ToString::to_string).collect();
        texts.sort();
        assert_eq!(
            texts,
            [
                "file ingress/evil.yaml does not belong there: it is removed",
                "file ingress/routes.yaml is missing: it is put back",
                "file web/app.conf was changed on the machine: it is put back",
                "file web/sub/more.conf has the mode 666 instead of 644",
            ]
        );
        let edited = seen.files.iter().find(|file| file.path == "app.conf").unwrap();
        assert_eq!(edited.content.as_deref(), Some(&b"listen 81\n"[..]));
        host.changes();
        let repaired = host.apply(&release).await.unwrap();
        assert_eq!(drift(&repaired.stack), []);
        assert_eq!(fs::read_to_string(&app).unwrap(), "listen 80\n");
        assert_eq!(fs::read_to_string(&live).unwrap(), "routes: []\n");
        assert!(!host.stack("live/ingress/evil.yaml").exists());
    }
}

#[tokio::test]
async fn a_name_that_was_given_to_another_image_is_given_back() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let release = release("one", "healthy");
        host.apply(&release).await.unwrap();
        let images = host.path("double/images");
        let known = fs::read_to_string(&images).unwrap();
        fs::write(&images, known.replace("example/web:1", "example/web:1 example/other:1")).unwrap();
        let repaired = host.apply(&release).await.unwrap();
        assert!(
            repaired
                .changed
                .contains(&"image example/web:1 is the release's again".to_owned())
        );
        assert_eq!(fs::read_to_string(&images).unwrap(), known);
    }
}

#[tokio::test]
async fn a_stopped_and_a_removed_container_come_back_alone() {
    let host = Sandbox::new(SHELLS[0]);
    let release = release("one", "healthy");
    let before = host.apply(&release).await.unwrap();
    fs::remove_file(host.path("double/containers/web")).unwrap();
    let seen = host.stack_snapshot().await;
    assert_eq!(
        drift(&seen).iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["service web has no container: it is created"]
    );
    let after = host.apply(&release).await.unwrap();
    assert_eq!(after.changed, ["container of web created"]);
    let ingress = |stack: &quickfra::host::snapshot::StackSnapshot| {
        stack
            .containers
            .iter()
            .find(|container| container.service == "ingress")
            .unwrap()
            .clone()
    };
    assert_eq!(ingress(&before.stack), ingress(&after.stack));
}

#[tokio::test]
async fn a_sick_release_goes_back_and_tells_its_log_without_secrets() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let good = release("one", "healthy");
        host.apply(&good).await.unwrap();
        let secret = fs::read_to_string(host.stack("secrets/web/password")).unwrap();
        fs::write(host.path("double/log"), format!("password is {secret}!\nbye\n")).unwrap();
        host.changes();
        let mut sick = release("two", "unhealthy");
        sick.live[0].content = b"routes: [new]\n".to_vec();
        let failure = failure(host.apply(&sick).await);
        assert_eq!(
            (failure.cause, failure.step.as_str(), failure.left),
            (Cause::Failed, "health", Left::Previous)
        );
        assert_eq!(failure.service.as_deref(), Some("web"));
        assert_eq!(failure.log, ["password is (secret)!", "bye"]);
        assert_eq!(
            host.changes(),
            [format!("up {}", sick.hash()), format!("up {}", good.hash())]
        );
        let seen = host.stack_snapshot().await;
        assert_eq!(diff_release(&good, Some(&seen)), []);
    }
}

#[tokio::test]
async fn a_first_install_that_fails_is_stopped_and_keeps_its_data() {
    let host = Sandbox::new(SHELLS[0]);
    let failed = failure(host.apply(&release("one", "unhealthy")).await);
    assert_eq!(failed.left, Left::Stopped);
    let seen = host.stack_snapshot().await;
    assert_eq!(seen.release, None);
    assert!(
        seen.containers.iter().all(|container| container.state == "exited"),
        "{seen:?}"
    );
    assert!(!seen.volumes.is_empty() && !seen.secrets.is_empty());
    assert!(seen.unfinished.is_none());
    let good = release("two", "healthy");
    assert_eq!(diff_release(&good, Some(&host.apply(&good).await.unwrap().stack)), []);
}

#[tokio::test]
async fn a_transaction_cut_after_any_step_is_seen_and_healed() {
    // After the switch the release is in force, and only tidying is left.
    let steps = &STEPS[..12];
    for (number, shell) in SHELLS.iter().enumerate() {
        // One shell goes through every step, the others through every third: they differ in builtins, not in order.
        for step in steps.iter().copied().step_by(1 + 2 * number.min(1)) {
            let host = Sandbox::new(shell);
            let old = release("one", "healthy");
            host.apply(&old).await.unwrap();
            let mut new = release("two", "healthy");
            new.files[0].content = b"listen 8080\n".to_vec();
            new.live[0].content = b"routes: [new]\n".to_vec();
            let mut options = host.options();
            options.stop_after = Some(step.to_owned());
            let cut = host.apply_with(&new, &options).await;
            assert!(
                matches!(&cut, Err(EngineError::Cut { step: told, .. }) if told.as_deref() == Some(step)),
                "{step}: {cut:?}"
            );
            let seen = host.stack_snapshot().await;
            let changed = ["journal", "start", "health", "first-run", "live"].contains(&step);
            assert_eq!(seen.unfinished.is_some(), changed, "{step}: {seen:?}");
            let in_force = if step == "switch" { new.hash() } else { old.hash() };
            assert_eq!(seen.release, Some(in_force), "{step}");
            if step == "lock" {
                assert_eq!(diff_release(&old, Some(&seen)), [], "{step}");
            }
            // Whichever way the user goes on, the host follows.
            let target = if step.len() % 2 == 0 { &old } else { &new };
            let healed = host.apply(target).await.unwrap();
            assert_eq!(diff_release(target, Some(&healed.stack)), [], "{step}");
            assert_eq!(
                healed.warnings.len(),
                usize::from(changed),
                "{step}: {:?}",
                healed.warnings
            );
            let expected = &target.live[0].content;
            assert_eq!(
                &fs::read(host.stack("live/ingress/routes.yaml")).unwrap(),
                expected,
                "{step}"
            );
        }
    }
}

#[tokio::test]
async fn old_releases_and_their_files_are_pruned() {
    let host = Sandbox::new(SHELLS[0]);
    let mut hashes = Vec::new();
    for number in 0..6 {
        let mut next = release("one", "healthy");
        next.files[0].content = format!("listen {number}\n").into_bytes();
        hashes.push(next.hash());
        host.apply(&next).await.unwrap();
    }
    let kept = |folder: &str| fs::read_dir(host.stack(folder)).unwrap().count();
    assert_eq!(kept("releases"), 3);
    assert_eq!(kept("files/web"), 3);
    assert!(host.stack("releases").join(&hashes[5]).exists() && host.stack("releases").join(&hashes[4]).exists());
}

#[tokio::test]
async fn nothing_changes_when_the_files_do_not_arrive_whole() {
    use quickfra::host::run::{Input, Limits, Output, Run, Script};
    struct Cut<'a>(&'a Sandbox, usize);
    impl Run for Cut<'_> {
        async fn run(
            &self,
            script: &Script,
            input: Input,
            limits: Limits,
            cancel: &tokio_util::sync::CancellationToken,
            on_line: impl FnMut(&str) + Send,
        ) -> Result<Output, quickfra::host::error::HostError> {
            let bytes = input.as_bytes();
            let kept = bytes[..bytes.len().saturating_sub(self.1)].to_vec();
            self.0.run(script, Input::from(kept), limits, cancel, on_line).await
        }
    }
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let old = release("one", "healthy");
        host.apply(&old).await.unwrap();
        let tree = host.tree();
        host.changes();
        let mut new = release("two", "healthy");
        new.live[0].content = vec![b'x'; 3000];
        for missing in [1100, 2000, 4000, 6000, 9000, 1_000_000] {
            let options = host.options();
            let token = tokio_util::sync::CancellationToken::new();
            let result = quickfra::host::apply::apply(&Cut(&host, missing), &new, &options, &token, |_| {}).await;
            assert!(result.is_err(), "{missing} bytes are missing");
            assert_eq!(host.changes(), Vec::<String>::new());
            assert_eq!(host.tree(), tree, "{missing} bytes are missing");
        }
    }
}

#[tokio::test]
async fn destroy_keeps_data_and_purge_does_not() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let release = release("one", "healthy");
        host.apply(&release).await.unwrap();
        let secret = fs::read_to_string(host.stack("secrets/web/password")).unwrap();
        let gone = host.destroy(Data::Keep).await.unwrap();
        assert_eq!(gone.volumes.len(), 2);
        assert_eq!(host.tree(), ["done/web/administrator", "secrets/web/password"]);
        let seen = host.stack_snapshot().await;
        assert_eq!((seen.release, seen.containers.len()), (None, 0));
        host.changes();
        host.destroy(Data::Keep).await.unwrap();
        assert_eq!(host.changes(), Vec::<String>::new(), "a second destroy does nothing");
        host.apply(&release).await.unwrap();
        assert_eq!(fs::read_to_string(host.stack("secrets/web/password")).unwrap(), secret);
        assert!(
            !host.changes().contains(&"exec".to_owned()),
            "the data is old: its administrator is there"
        );
        let gone = host.destroy(Data::Purge).await.unwrap();
        assert_eq!(gone.volumes, Vec::<String>::new());
        assert!(!host.path("opt/quickfra").exists());
        host.destroy(Data::Purge).await.unwrap();
    }
}

#[tokio::test]
async fn a_silent_engine_is_never_an_empty_stack() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.apply(&release("one", "healthy")).await.unwrap();
        host.fault("dead");
        let seen = host.stack_snapshot().await;
        assert!(!seen.engine_answered);
        assert!(
            drift(&seen)
                .iter()
                .any(|change| change.to_string().contains("does not answer"))
        );
        let refused = host.apply(&release("two", "healthy")).await;
        assert!(
            matches!(&refused, Err(EngineError::Preflight(problems)) if problems[0].kind == "engine"),
            "{refused:?}"
        );
        let failed = failure(host.destroy(Data::Keep).await);
        assert_eq!(failed.left, Left::Unfinished);
        host.mend("dead");
        host.destroy(Data::Keep).await.unwrap();
    }
}
