//! What gets lost on a machine: a service at the end of an apply, a secret, the mark of a step, a stack's whole folder.
//! With a double of docker.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;

use quickfra::host::apply::Data;
use quickfra::host::engine_error::EngineError;
use support::{SHELLS, Sandbox, release};

#[tokio::test]
async fn the_log_of_a_service_that_dies_at_the_end_is_told() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        host.fault("dies");
        let applied = host.apply(&release("one", "healthy")).await.unwrap();
        let logs = BTreeMap::from([("web".to_owned(), vec!["a log line".to_owned()])]);
        assert_eq!(applied.logs, logs);
        let web = applied
            .stack
            .containers
            .iter()
            .find(|one| one.service == "web")
            .unwrap();
        assert_eq!(web.state, "exited");
        host.mend("dies");
        let applied = host.apply(&release("one", "healthy")).await.unwrap();
        assert_eq!(applied.logs, BTreeMap::new());
    }
}

#[tokio::test]
async fn a_secret_that_a_service_was_set_up_with_is_not_made_anew() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let release = release("one", "healthy");
        host.apply(&release).await.unwrap();
        let file = host.stack("secrets/web/password");
        let value = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let before = host.tree();
        host.changes();
        let refused = host.apply(&release).await;
        let Err(EngineError::Preflight(problems)) = refused else {
            panic!("not refused: {refused:?}")
        };
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind, "secret");
        assert!(problems[0].remedy.contains(file.to_str().unwrap()), "{:?}", problems[0]);
        assert_eq!((host.tree(), host.changes()), (before, Vec::new()));
        // Whoever knows the value writes it back, and that is all.
        fs::write(&file, &value).unwrap();
        let applied = host.apply(&release).await.unwrap();
        assert_eq!(applied.changed, Vec::<String>::new());
        assert_eq!(fs::read(&file).unwrap(), value);
    }
}

#[tokio::test]
async fn a_secret_goes_with_the_data_that_knew_it() {
    let host = Sandbox::new(SHELLS[0]);
    let release = release("one", "healthy");
    host.apply(&release).await.unwrap();
    host.destroy(Data::Keep).await.unwrap();
    fs::remove_file(host.stack("secrets/web/password")).unwrap();
    // Another volume than the one that the mark of the step names.
    fs::rename(
        host.path("double/volumes/quickfra_test_web_data"),
        host.path("double/volumes/quickfra_test_web_other"),
    )
    .unwrap();
    host.changes();
    host.apply(&release).await.unwrap();
    assert!(host.stack("secrets/web/password").exists());
    assert!(host.changes().contains(&"exec".to_owned()), "new data is set up anew");
}

#[tokio::test]
async fn a_step_without_its_mark_is_run_again() {
    let host = Sandbox::new(SHELLS[0]);
    let release = release("one", "healthy");
    host.apply(&release).await.unwrap();
    fs::remove_file(host.stack("done/web/administrator")).unwrap();
    host.changes();
    let applied = host.apply(&release).await.unwrap();
    assert_eq!(applied.changed, ["step administrator of web done"]);
    assert!(host.stack("done/web/administrator").exists());
}

#[tokio::test]
async fn an_engine_without_start_interval_is_refused() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        fs::write(host.path("double/version"), "24.0.9\n").unwrap();
        let refused = host.apply(&release("one", "healthy")).await;
        let Err(EngineError::Preflight(problems)) = refused else {
            panic!("not refused: {refused:?}")
        };
        assert_eq!(problems[0].kind, "engine");
        assert_eq!(problems[0].summary, "the container engine 24.0.9 is older than 25");
        assert_eq!(host.changes(), Vec::<String>::new());
        fs::write(host.path("double/version"), "25.0.0\n").unwrap();
        host.apply(&release("one", "healthy")).await.unwrap();
    }
}

#[tokio::test]
async fn volumes_are_found_without_the_folder_of_their_stack() {
    let host = Sandbox::new(SHELLS[0]);
    host.apply(&release("one", "healthy")).await.unwrap();
    host.destroy(Data::Keep).await.unwrap();
    fs::remove_dir_all(host.path("opt/quickfra")).unwrap();
    let found = host.stack_snapshot().await;
    assert_eq!(found.volumes, ["quickfra_test_ingress_data", "quickfra_test_web_data"]);
    assert!(found.release.is_none() && found.unfinished.is_none() && found.engine_answered);
}
