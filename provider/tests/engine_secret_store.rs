//! Keeping secrets on a machine beside those that are generated there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use quickfra::host::apply::Data;
use quickfra::host::engine_error::EngineError;
use quickfra::host::secret_store::{Existing, keep_secret, remove_secret};
use quickfra::host::secrets::read_secrets;
use support::{SHELLS, Sandbox, release};
use tfplugin::Secret;
use tokio_util::sync::CancellationToken;

const NAME: &str = "status/api-key-1";

async fn keep(host: &Sandbox, value: &str, existing: Existing) -> Result<(), EngineError> {
    let (secret, cancel) = (Secret::new(value), CancellationToken::new());
    keep_secret(host, "test", NAME, &secret, existing, &host.root(), &cancel).await
}

async fn remove(host: &Sandbox) -> Result<(), EngineError> {
    remove_secret(host, "test", NAME, &host.root(), &CancellationToken::new()).await
}

async fn read(host: &Sandbox) -> Option<String> {
    let cancel = CancellationToken::new();
    let read = read_secrets(host, "test", [NAME], &host.root(), &cancel).await;
    Some(read.unwrap().remove(NAME)?.expose().to_owned())
}

/// The files in the folder, hidden ones among them.
fn files(host: &Sandbox) -> Vec<String> {
    let folder = fs::read_dir(host.stack("secrets/status"));
    let names = folder.into_iter().flatten();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn mode(host: &Sandbox, below: &str) -> u32 {
    fs::metadata(host.stack(below)).unwrap().permissions().mode() & 0o7777
}

fn problem(error: EngineError) -> String {
    let EngineError::Preflight(problems) = error else {
        panic!("{error}")
    };
    problems[0].to_string()
}

#[tokio::test]
async fn a_secret_is_kept_for_root_alone_and_removed() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        fs::create_dir_all(host.stack("")).unwrap();
        let odd = "it's \"$(id)\" `id` \\n %s * é";
        keep(&host, odd, Existing::Stays).await.unwrap();
        assert_eq!(read(&host).await.as_deref(), Some(odd), "{shell:?}");
        assert_eq!(files(&host), ["api-key-1"], "{shell:?}");
        let modes = ["secrets", "secrets/status", "secrets/status/api-key-1"].map(|below| mode(&host, below));
        assert_eq!(modes, [0o700, 0o700, 0o600], "{shell:?}");
        remove(&host).await.unwrap();
        assert_eq!((read(&host).await, files(&host)), (None, Vec::new()));
        remove(&host).await.unwrap();
    }
}

#[tokio::test]
async fn one_that_is_there_stays_unless_it_is_to_be_replaced() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        fs::create_dir_all(host.stack("")).unwrap();
        keep(&host, "first", Existing::Stays).await.unwrap();
        let refused = problem(keep(&host, "second", Existing::Stays).await.unwrap_err());
        assert!(refused.contains("status/api-key-1 on the machine already"), "{refused}");
        assert_eq!(read(&host).await.as_deref(), Some("first"));
        keep(&host, "third", Existing::IsReplaced).await.unwrap();
        assert_eq!(read(&host).await.as_deref(), Some("third"));
        assert_eq!(files(&host), ["api-key-1"], "nothing is left beside it");
    }
}

#[tokio::test]
async fn what_a_killed_run_left_goes_with_the_secret() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        fs::create_dir_all(host.stack("secrets/status")).unwrap();
        for name in [".api-key-1.abc123", ".api-key-12.abc123"] {
            fs::write(host.stack("secrets/status").join(name), "half").unwrap();
        }
        assert_eq!(read(&host).await, None);
        remove(&host).await.unwrap();
        assert_eq!(files(&host), [".api-key-12.abc123"], "{shell:?}");
    }
}

#[tokio::test]
async fn nothing_is_made_for_a_stack_that_is_not_there() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let refused = problem(keep(&host, "value", Existing::Stays).await.unwrap_err());
        assert!(refused.starts_with("The stack test is not on the machine"), "{refused}");
        assert!(!host.stack("").exists());
        let cancel = CancellationToken::new();
        for bad in ["status/../x", "status", "status/", "/x", "status/a/b", "status/.x"] {
            assert!(
                remove_secret(&host, "test", bad, &host.root(), &cancel).await.is_err(),
                "{bad}"
            );
        }
    }
}

#[tokio::test]
async fn a_folder_in_its_place_is_told() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        fs::create_dir_all(host.stack("secrets/status/api-key-1")).unwrap();
        let refused = problem(keep(&host, "value", Existing::IsReplaced).await.unwrap_err());
        assert!(refused.contains("is a folder"), "{refused}");
        fs::remove_dir_all(host.stack("secrets")).unwrap();
        fs::write(host.stack("secrets"), "").unwrap();
        let refused = problem(keep(&host, "value", Existing::Stays).await.unwrap_err());
        assert!(refused.contains("secrets cannot be made"), "{refused}");
    }
}

/// The folder of secrets is the stack's: releases come and go beside what is kept there.
#[tokio::test]
async fn releases_leave_it_alone_and_a_purge_takes_it() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        Box::pin(host.apply(&release("one", "healthy"))).await.unwrap();
        keep(&host, "kept through all of it", Existing::Stays).await.unwrap();
        for configuration in ["two", "three", "four", "five", "six", "seven"] {
            let applied = Box::pin(host.apply(&release(configuration, "healthy"))).await.unwrap();
            let told: Vec<&String> = applied.warnings.iter().chain(&applied.changed).collect();
            assert!(!told.iter().any(|told| told.contains("api-key")), "{told:?}");
        }
        let seen = host.stack_snapshot().await;
        assert_eq!(seen.secrets, ["status/api-key-1", "web/password"]);
        let found = quickfra::host::diff::diff_release(&release("seven", "healthy"), Some(&seen));
        assert_eq!(found, [], "{shell:?}");
        host.destroy(Data::Keep).await.unwrap();
        assert_eq!(read(&host).await.as_deref(), Some("kept through all of it"));
        host.destroy(Data::Purge).await.unwrap();
        assert!(!host.stack("").exists(), "{shell:?}");
    }
}
