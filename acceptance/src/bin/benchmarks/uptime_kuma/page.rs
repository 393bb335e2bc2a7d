//! The page with the figures.

use std::fmt::Write as _;

use super::{Figures, logins};
use crate::figures::Sample;

const INTRODUCTION: &str = "\
<!-- Written by `cargo benchmarks --only uptime-kuma`; change acceptance/src/bin/benchmarks/uptime_kuma, not this page. -->
# Benchmarks of the resources of Uptime Kuma

    cargo benchmarks --only uptime-kuma --monitors 100

makes this page, on a server that it makes (the older dialect), or on the empty live one that the variables of the acceptance
tests name (CONTRIBUTING). With `--peer PROGRAM`, the provider of the public registry that has the most resources for Uptime
Kuma is measured beside ours: PROGRAM is its binary, built from its public source. Every figure is a median with its range in
brackets. Seconds depend on the machine and on what else it does, so no test judges them; the counts behind them (one login,
one list) are asserted in `acceptance/tests/status/count.rs`.
";

const METHOD: &str = "\
- All run on this machine: terraform, the provider and the server, which is the slowest of them.
- Each monitor asks a web page, and is switched off, so that the server does nothing else meanwhile.
- Apply: from nothing to all monitors. Plan: nothing is to be done. Destroy: all of them. With terraform's usual ten at a time.
- A minute passes before each of these runs, so that the server takes as many logins again as it does at first.
- Logins: monitors are read by our client, over one session and with a session for each, as a program would that has no place
  for sessions. The server takes twenty logins a minute from all its users together, so that more than that take a minute for
  each twenty, however fast the rest is.
";

pub(super) fn page(figures: &Figures) -> String {
    let mut page = format!("{INTRODUCTION}\n## Where\n\n| | |\n|---|---|\n");
    for (name, value) in &figures.facts {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {name} | {value} |");
    }
    let _ = writeln!(page, "| runs | {} |\n\n## How\n\n{METHOD}", figures.runs);
    let _ = writeln!(
        page,
        "## terraform with {} monitors\n\n| provider | apply of all, s | plan of nothing to do, s | destroy, s |\n|---|---|---|---|",
        figures.monitors
    );
    let seconds = |sample: &Sample| format!("{sample:.1}");
    let mut failures = String::new();
    for (candidate, whole) in &figures.whole {
        let [apply, nothing, destroy] = [&whole.apply, &whole.nothing, &whole.destroy].map(|sample| {
            if sample.median().is_nan() {
                "none".to_owned()
            } else {
                seconds(sample)
            }
        });
        let _ = writeln!(page, "| {} | {apply} | {nothing} | {destroy} |", candidate.name);
        if let Some(failed) = &whole.failed {
            let _ = writeln!(
                failures,
                "\n{} failed at a first try, and was run once more at once: `{}`",
                candidate.name,
                failed.trim()
            );
        }
    }
    page += &failures;
    let limited = figures.monitors.div_ceil(20);
    let _ = writeln!(
        page,
        "\n## Logins, with {} monitors on the server\n\n| | {} monitors, s |\n|---|---|\n| one session | {:.2} |\n| a \
         session for each | {:.2} |\n\nA session for each of {} would take {limited} minutes and more, because of the limit of \
         logins.",
        figures.monitors,
        logins::READ,
        figures.logins.one_session,
        figures.logins.a_session_each,
        figures.monitors,
    );
    page
}
