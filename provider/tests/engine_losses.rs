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
async fn volumes_are_found_without_the_folder_of_their_stack() {
    let host = Sandbox::new(SHELLS[0]);
    host.apply(&release("one", "healthy")).await.unwrap();
    host.destroy(Data::Keep).await.unwrap();
    fs::remove_dir_all(host.path("opt/quickfra")).unwrap();
    let found = host.stack_snapshot().await;
    assert_eq!(found.volumes, ["quickfra_test_ingress_data", "quickfra_test_web_data"]);
    assert!(found.release.is_none() && found.unfinished.is_none() && found.engine_answered);
}
