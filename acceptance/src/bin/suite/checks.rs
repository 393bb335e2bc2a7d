use std::{path::PathBuf, process::Command};

use acceptance::{
    harness::{Profile, Tool, build_provider, cargo, workspace},
    testbed::{Cache, Owner, SHARED_VARIABLE, Testbed},
};

use super::{
    arguments::Arguments,
    linters::{self, Linter},
    process::{StepError, run},
    scripts,
};

/// How many acceptance tests run at once. Each has hosts of its own, whose waiting is most of its time; more of them than
/// this would only make each other late on a machine with two processors.
const ACCEPTANCE_THREADS: &str = "4";

pub(crate) fn prerequisites(_: &Arguments) -> Result<(), StepError> {
    acceptance::prerequisites::ensure()?;
    acceptance::prerequisites::ensure_browser()?;
    for linter in Linter::ALL {
        println!("{} is {}", linter.command(), linters::path(linter)?.display());
    }
    for tool in Tool::ALL {
        println!("{tool} is {}", tool.path()?.display());
    }
    Ok(())
}

pub(crate) fn format(_: &Arguments) -> Result<(), StepError> {
    run(cargo(&["fmt", "--all", "--check"]))
}

pub(crate) fn hcl_format(_: &Arguments) -> Result<(), StepError> {
    let mut command = Command::new(Tool::Terraform.path()?);
    command
        .args([
            "fmt",
            "-check",
            "-diff",
            "-recursive",
            "-no-color",
            "examples",
            "acceptance/tests",
        ])
        .env_remove("TF_CLI_CONFIG_FILE")
        .current_dir(workspace());
    run(command)
}

pub(crate) fn shell(_: &Arguments) -> Result<(), StepError> {
    let scripts = scripts::shell_scripts(workspace())?;
    let check = |arguments: &[&str], scripts: Vec<PathBuf>| {
        let mut command = Command::new(linters::path(Linter::ShellCheck)?);
        command.args(["--norc", "--color=never"]).args(arguments).args(scripts);
        run(command)
    };
    let whole = check(&[], scripts.whole);
    // Parts know nothing of each other's names: what is checked is what a machine is given.
    let assembled = tempfile::tempdir().map_err(StepError::Temporary)?;
    let mut assemble = cargo(&[
        "run",
        "--quiet",
        "--package",
        "terraform-provider-quickfra",
        "--example",
        "scripts",
        "--",
    ]);
    assemble.arg(assembled.path());
    run(assemble)?;
    // What a request names is called and read by that name, and no script uses the whole library: to this linter both
    // look unused.
    let parts = check(
        &["--shell=sh", "--exclude=SC2034,SC2329"],
        scripts::shell_scripts(assembled.path())?.parts,
    );
    whole.and(parts)
}

pub(crate) fn dependencies(_: &Arguments) -> Result<(), StepError> {
    deny(&["bans", "licenses", "sources"])
}

pub(crate) fn advisories(_: &Arguments) -> Result<(), StepError> {
    deny(&["advisories"])
}

fn deny(checks: &[&str]) -> Result<(), StepError> {
    let mut command = Command::new(linters::path(Linter::CargoDeny)?);
    command
        .args(["--color", "never", "--locked", "check"])
        .args(checks)
        .current_dir(workspace());
    run(command)
}

pub(crate) fn clippy(_: &Arguments) -> Result<(), StepError> {
    run(cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))
}

pub(crate) fn rustdoc(_: &Arguments) -> Result<(), StepError> {
    let mut command = cargo(&[
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
        "--all-features",
        "--locked",
    ]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    run(command)
}

pub(crate) fn unit(_: &Arguments) -> Result<(), StepError> {
    for arguments in [
        &[
            "test",
            "--workspace",
            "--exclude",
            "acceptance",
            "--all-features",
            "--locked",
        ][..],
        &["test", "--package", "acceptance", "--lib", "--bins", "--locked"][..],
    ] {
        let mut command = cargo(arguments);
        command.env("INSTA_UPDATE", "no");
        run(command)?;
    }
    Ok(())
}

pub(crate) fn acceptance(_: &Arguments) -> Result<(), StepError> {
    let provider = build_provider(Profile::Development)?;
    // One for all test programs: each would else start an ACME server, a registry and a DNS server of its own.
    let testbed = Testbed::create(&Cache::of_user()?, &Owner::this_process())?;
    let mut command = cargo(&[
        "test",
        "--package",
        "acceptance",
        "--test",
        "*",
        "--no-fail-fast",
        "--locked",
    ]);
    command
        .env("QUICKFRA_PROVIDER", provider)
        .env(SHARED_VARIABLE, testbed.id())
        .env("RUST_TEST_THREADS", ACCEPTANCE_THREADS)
        .env("INSTA_UPDATE", "no");
    run(command)
}
