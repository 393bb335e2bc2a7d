//! The page with the figures.

use std::fmt::Write as _;

use crate::{
    Runs,
    codec::Codec,
    figures::{Row, Task},
    machine::Description,
    scene::ROUND_TRIP,
    startup::Startup,
};

/// Bytes of a KiB, and of a MiB.
const KIB: f64 = 1024.0;
const MIB: f64 = KIB * KIB;

const INTRODUCTION: &str = "\
<!-- Written by `cargo benchmarks`; change acceptance/src/bin/benchmarks, not this page. -->
# Benchmarks

    cargo benchmarks

makes this page: it measures on the machine it runs on, with a disposable host on the same machine, and needs what
`cargo suite` needs. Every figure is a median with its range in brackets. Seconds depend on the machine and on what else
it does, so no test judges them. Counts do not, and the acceptance test `cost` holds them.
";

const METHOD: &str = "\
- The host is a container with systemd, sshd and a container engine of its own, on the processors that the measured
  tools run on as well. A tool that keeps the processor busy looks slower than against a machine of its own.
- Every tool comes through a relay on 127.0.0.1 that holds each piece back for half the round trip in each direction. The
  relay is one hop more at both distances. It accepts a connection at once, so the TCP handshake, one round trip on a
  real way, is missing in every row.
- Where the load average above is higher than the number of processors, other work was going on: then the seconds are
  upper bounds, and a tool that was measured at a quieter moment looks better.
- Round trips are the difference between far and near, the quickest run of each, by the round trip: what a tool waits
  for one after the other. Other load makes them uncertain, the more the longer a run takes.
- The stack is ingress and metrics: three containers that are well moments after their start, two reloadable files, no
  first administrator and no certificate. Its images are on the host. The provider's figures are whole commands,
  `terraform plan` or `terraform apply -auto-approve`, with terraform's own time in them, which is most of a plan near by.
- Equal in all rows: the files with their modes and owners, and `docker compose up` with the wait for health. Plain
  `ssh` runs the provider's own probe where nothing is to be done; otherwise it unpacks an archive over what is there
  without a look, a lock or a way back. pyinfra and Ansible (with pipelining) run their deploy again where nothing is to be
  done, since their dry runs leave out commands, and with them the containers; for them that includes a `docker compose up`
  that finds nothing to do. Only the provider checks ports, disk, engine and image versions, stages and verifies the
  files, journals the transaction, waits until the services have taken their reloadable files, and reads the host before
  and after.
";

/// The whole page.
pub(crate) fn page(description: &Description, startup: &Startup, codec: &Codec, rows: &[Row], runs: Runs) -> String {
    let mut page = format!("{INTRODUCTION}\n## Where\n\n| | |\n|---|---|\n");
    for (name, value) in &description.facts {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {name} | {value} |");
    }
    let _ = writeln!(
        page,
        "| runs | {} of the provider and plain `ssh`, {} of pyinfra and Ansible |",
        runs.own, runs.peers
    );
    page += &starting(startup);
    page += &coding(codec);
    let _ = write!(page, "\n## One host\n\n{METHOD}");
    for task in Task::ALL {
        page += &tasks(task, rows);
    }
    page
}

#[expect(clippy::cast_precision_loss, reason = "a binary has some millions of bytes")]
fn starting(startup: &Startup) -> String {
    format!(
        "\n## Start-up of the release binary\n\n\
         | | aim | measured |\n|---|---|---|\n\
         | start of the process to the handshake line, plain | | {:.1} ms |\n\
         | the same with mutual TLS, as the tools start it | 3 ms | {:.1} ms |\n\
         | resident memory while idle | 8 MiB | {:.1} MiB |\n\
         | size of the binary, stripped | | {:.1} MiB |\n",
        startup.plain,
        startup.mutual_tls,
        startup.memory,
        startup.size as f64 / MIB
    )
}

#[expect(clippy::cast_precision_loss, reason = "some millions fit")]
fn coding(codec: &Codec) -> String {
    format!(
        "\n## Value codec\n\n\
         A list of objects with text, numbers, booleans, lists and nulls: {:.1} MB of MessagePack.\n\n\
         | | MB/s |\n|---|---|\n| decode | {:.0} |\n| encode | {:.0} |\n| decode and encode | {:.0} |\n",
        codec.bytes as f64 / 1e6,
        codec.decode,
        codec.encode,
        codec.both
    )
}

#[expect(clippy::cast_precision_loss, reason = "some millions fit")]
fn tasks(task: Task, rows: &[Row]) -> String {
    let (title, aim) = match task {
        Task::Nothing => (
            "Nothing to do",
            "Aim for the provider, far: 0.9 s, one connection, at most 11 round trips and 2 scripts.",
        ),
        Task::First => ("First converge", "Aim for the provider: 1.5 s."),
        Task::Change => (
            "Change of one file",
            "The rate limit of the ingress: one reloadable file, no container is recreated.",
        ),
    };
    let mut text = format!(
        "\n### {title}\n\n{aim}\n\n\
         | tool | 0 ms, s | {} ms, s | round trips | connections | KiB sent | KiB received | scripts |\n\
         |---|---|---|---|---|---|---|---|\n",
        ROUND_TRIP.as_millis()
    );
    let of_task = || rows.iter().filter(|row| row.task == task);
    for row in of_task() {
        let execs = row.execs.map(|execs| execs.to_string()).unwrap_or_default();
        let traffic = row.far.traffic;
        let _ = writeln!(
            text,
            "| {} | {:.2} | {:.2} | {:.1} | {} | {:.1} | {:.1} | {execs} |",
            row.tool,
            row.near.seconds,
            row.far.seconds,
            row.round_trips(ROUND_TRIP),
            traffic.connections,
            traffic.sent as f64 / KIB,
            traffic.received as f64 / KIB,
        );
    }
    for row in of_task().filter(|row| !row.parts.is_empty()) {
        let parts = row.parts.iter().filter(|(_, seconds)| *seconds >= 0.01);
        let parts: Vec<_> = parts.map(|(name, seconds)| format!("{name} {seconds:.2}")).collect();
        let _ = writeln!(
            text,
            "\nWhere the time of {} goes, in one more far run, in seconds (a whole run of a script stands behind its \
             steps, the connect included): {}.",
            row.tool,
            parts.join(", ")
        );
    }
    text
}
