use std::process::Command;

use acceptance::harness::{Profile, Tool, build_provider, workspace};

use super::{
    arguments::Arguments,
    linters::{self, Linter},
    process::{StepError, cargo, run},
    scripts,
};

/// How many acceptance tests run at once. Each has hosts of its own, whose waiting is most of its time; more of them than
/// this would only make each other late on a machine with two processors.
const ACCEPTANCE_THREADS: &str = "4";

pub(crate) fn prerequisites(_: &Arguments) -> Result<(), StepError> {
    for linter in Linter::ALL {
        println!("{} is {}", linter.command(), linters::path(linter)?.display());
    }
    for tool in Tool::ALL {
        println!("{tool} is {}", tool.path().map_err(StepError::Tool)?.display());
    }
    Ok(())
}

pub(crate) fn format(_: &Arguments) -> Result<(), StepError> {
    run(cargo(&["fmt", "--all", "--check"]))
}

pub(crate) fn hcl_format(_: &Arguments) -> Result<(), StepError> {
    let mut command = Command::new(Tool::Terraform.path().map_err(StepError::Tool)?);
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
        .current_dir(workspace());
    run(command)
}

pub(crate) fn shell(_: &Arguments) -> Result<(), StepError> {
    let mut command = Command::new(linters::path(Linter::ShellCheck)?);
    command
        .args(["--norc", "--color=never", "--severity=style"])
        .args(scripts::shell_scripts(workspace())?);
    run(command)
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
    let provider = build_provider(Profile::Development).map_err(StepError::Provider)?;
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
        .env("RUST_TEST_THREADS", ACCEPTANCE_THREADS)
        .env("INSTA_UPDATE", "no");
    run(command)
}
