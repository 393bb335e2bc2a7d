//! Holding a transaction in just one of its steps. Nothing of the product knows of it: see `breakpoint.pl`.

use std::fs;

use acceptance::{harness::workspace, testbed::TestHost};

/// What a transaction tells of itself at the beginning of each step.
const HOLDER: &str = "/run/quickfra/small.holder";

/// Where a transaction notes each step, once it has told of it.
const LOG: &str = "/opt/quickfra/small/apply.log";

/// The steps of a transaction in their order, as its script begins them.
pub(crate) fn steps() -> Vec<String> {
    let script = fs::read_to_string(workspace().join("provider/src/host/shell/release.sh")).unwrap();
    let steps: Vec<String> = script
        .lines()
        .filter_map(|line| line.strip_prefix("begin "))
        .map(str::to_owned)
        .collect();
    assert!(
        steps.len() > 10,
        "the script begins its steps in another way: {steps:?}"
    );
    steps
}

/// What becomes of a transaction that is in the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// It waits at the end of the step until [`release`].
    Hold,
    /// It is killed.
    Kill,
}

/// From here on a transaction waits at the beginning of each step. To be called before the apply begins.
#[track_caller]
pub(crate) fn arm(host: &TestHost) {
    host.exec(&format!("mkdir -p /run/quickfra && rm -f {HOLDER} && mkfifo {HOLDER}"))
        .unwrap();
}

/// Lets the transaction go on until it is in the step; it cannot leave it.
#[track_caller]
pub(crate) fn reach(host: &TestHost, step: &str, then: Then) {
    let kill = if then == Then::Kill { "kill" } else { "" };
    let command = format!("perl - {HOLDER} {LOG} {step} {kill}");
    let output = host.exec_output(&command, include_bytes!("breakpoint.pl")).unwrap();
    assert!(output.status.success(), "the step {step} was not reached: {output:?}");
}

/// Lets the transaction go on to its end.
#[track_caller]
pub(crate) fn release(host: &TestHost) {
    // A reader of the pipe wakes whoever waits at it; nobody else will find it.
    let script = format!("[ ! -p {HOLDER} ] || {{ exec 3<>{HOLDER}; rm -f {HOLDER} {HOLDER}.next; }}");
    host.exec(&script).unwrap();
}
