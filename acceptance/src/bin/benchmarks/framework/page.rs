//! The page with the figures of the framework.

use std::fmt::Write as _;

use super::{Figures, OBJECTS, terraform};
use crate::figures::Sample;

const MIB: f64 = 1024.0 * 1024.0;

/// Where and how often was measured.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) runs: usize,
}

const INTRODUCTION: &str = "\
<!-- Written by `cargo benchmarks --only framework`; change acceptance/src/bin/benchmarks/framework, not this page. -->
# Benchmarks of the plugin framework

    cargo benchmarks --only framework

makes this page. It builds two providers on `tfplugin`, the framework of this project, and two on HashiCorp's
terraform-plugin-framework from their Go modules, all as they are published, and measures them one after the other with
the same client and the same terraform. Every figure is a median with its range in brackets. Seconds depend on the machine and
on what else it does, so no test judges them.
";

const METHOD: &str = "\
- `clock` (proto/examples/clock.rs) has one resource, `clock_static`, with the schema of `time_static` and the same work:
  both take a moment apart in the plan and keep it. `quickfra` and `hashicorp/local` are there for their start and their size.
- Start: from the start of the process to the handshake line, with a client certificate, as the tools start it.
- Schema: the first `GetProviderSchema` call on a new connection. The providers offer different things, so the bytes of the
  answer stand beside it.
- Calls: one process, 10 calls in flight, first all plans, then all creations. The client is in Rust for both; it runs on the
  same processors.
- Memory: resident, idle after the handshake, and the highest after the calls. Most of an idle process is pages of the
  program's file, which all processes of it share; its own is the rest.
- The aims: ahead in every row, a tenth of the time to the handshake, and a fifth of the memory.
- terraform: whole commands, most of which is terraform's own time.
";

pub(super) fn page(section: &Section, all: &[Figures]) -> String {
    let mut page = format!("{INTRODUCTION}\n## Where\n\n| | |\n|---|---|\n");
    for (name, value) in &section.facts {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {name} | {value} |");
    }
    let _ = writeln!(
        page,
        "| runs | {}; of the start {} |\n\n## How\n",
        section.runs,
        section.runs * 4
    );
    page += METHOD;

    page += &table(
        "Start, schema and memory",
        &[
            "start, ms",
            "schema, ms",
            "schema, KiB",
            "idle, MiB",
            "of it its own, MiB",
            "binary, MiB",
        ],
        all,
        |figures| {
            Some(vec![
                format!("{:.1}", figures.startup.mutual_tls),
                format!("{:.1}", figures.wire.schema),
                format!("{:.1}", kibibytes(figures.wire.size)),
                format!("{:.1}", figures.startup.memory),
                format!("{:.1}", figures.startup.own),
                format!("{:.1}", mebibytes(figures.startup.size)),
            ])
        },
    );
    for (position, objects) in OBJECTS.into_iter().enumerate() {
        page += &table(
            &format!("{objects} {}", if objects == 1 { "object" } else { "objects" }),
            &["plans a second", "creations a second", "highest memory, MiB"],
            all,
            |figures| {
                let load = figures.loads.get(position)?;
                debug_assert_eq!(load.objects, objects);
                Some(vec![
                    format!("{:.0}", load.plans),
                    format!("{:.0}", load.applies),
                    format!("{:.1}", load.memory),
                ])
            },
        );
    }
    page += &table(
        &format!("terraform with {} objects", terraform::OBJECTS),
        &["plan of all, s", "apply of all, s", "plan of nothing to do, s"],
        all,
        |figures| {
            let whole = figures.whole.as_ref()?;
            let seconds = |sample: &Sample| format!("{sample:.2}");
            Some(vec![
                seconds(&whole.create),
                seconds(&whole.apply),
                seconds(&whole.nothing),
            ])
        },
    );
    page
}

/// A table of the providers that have the cells.
fn table(title: &str, columns: &[&str], all: &[Figures], cells: impl Fn(&Figures) -> Option<Vec<String>>) -> String {
    let mut text = format!("\n## {title}\n\n| provider | framework | {} |\n", columns.join(" | "));
    let _ = writeln!(text, "|{}", "---|".repeat(columns.len() + 2));
    for figures in all {
        if let Some(cells) = cells(figures) {
            let candidate = &figures.candidate;
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                candidate.name,
                candidate.framework,
                cells.join(" | ")
            );
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "a schema has some thousand bytes")]
fn kibibytes(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "a binary has some million bytes")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / MIB
}
