//! `cargo benchmarks`: measures the provider, its framework and their peers, and writes `docs/benchmarks.md`,
//! `docs/benchmarks-framework.md` and `docs/benchmarks-uptime-kuma.md`.
//!
//! Seconds depend on the machine and on what else it does, so they are reported and never judged. Counts do not; the
//! acceptance test `cost` holds them.
#![expect(clippy::print_stdout, reason = "what a command prints is what it is for")]

mod codec;
mod figures;
mod framework;
mod machine;
mod peers;
mod quickfra;
mod report;
mod scene;
mod startup;
mod uptime_kuma;
mod work;

use std::{error::Error, fs, path::PathBuf, process::ExitCode};

use acceptance::{
    harness::{Profile, build_provider, workspace},
    prerequisites,
};

const USAGE: &str = "\
usage: cargo benchmarks [--only PART] [--runs N] [--peer-runs N] [--monitors N] [--peer PROGRAM]

Measures and writes a page for each part:
  host         start-up, codec and one test host near and far: docs/benchmarks.md
  framework    providers on this framework and on Go's, side by side: docs/benchmarks-framework.md
  uptime-kuma  many monitors on one server: docs/benchmarks-uptime-kuma.md

  --only PART    only that part
  --runs N       how often each figure is taken (default 5)
  --peer-runs N  how often each figure of pyinfra and Ansible is taken (default 2; 0 leaves them out)
  --monitors N   how many monitors (default 100)
  --peer PROGRAM the binary of the provider breml/uptimekuma, to be measured beside ours";

/// The page, below the workspace.
const PAGE: &str = "docs/benchmarks.md";

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// How often each thing is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Runs {
    own: usize,
    peers: usize,
}

/// What is measured, with a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    Framework,
    UptimeKuma,
}

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    parts: Vec<Part>,
    runs: Runs,
    monitors: usize,
    peer: Option<PathBuf>,
}

fn main() -> ExitCode {
    let asked = match parse(std::env::args().skip(1)) {
        Ok(Some(asked)) => asked,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let measured = asked.parts.iter().try_for_each(|part| match part {
        Part::Host => measure(asked.runs),
        Part::Framework => framework::measure(asked.runs.own),
        Part::UptimeKuma => uptime_kuma::measure(asked.runs.own, asked.monitors, asked.peer.as_deref()),
    });
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("benchmarks failed: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// The command line; `None` asks for help.
fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Asked>, String> {
    let mut asked = Asked {
        parts: vec![Part::Host, Part::Framework, Part::UptimeKuma],
        runs: Runs { own: 5, peers: 2 },
        monitors: 100,
        peer: None,
    };
    while let Some(word) = words.next() {
        let (place, least) = match word.as_str() {
            "--runs" => (&mut asked.runs.own, 1),
            "--peer-runs" => (&mut asked.runs.peers, 0),
            "--monitors" => (&mut asked.monitors, 20),
            "--peer" => {
                asked.peer = Some(words.next().ok_or("--peer needs a program")?.into());
                continue;
            }
            "--only" => {
                asked.parts = match words.next().as_deref() {
                    Some("host") => vec![Part::Host],
                    Some("framework") => vec![Part::Framework],
                    Some("uptime-kuma") => vec![Part::UptimeKuma],
                    _ => return Err(format!("{word} needs a part: host, framework or uptime-kuma")),
                };
                continue;
            }
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("{other} is no option")),
        };
        let number = words.next().and_then(|number| number.parse().ok());
        *place = number
            .filter(|number| *number >= least)
            .ok_or_else(|| format!("{word} needs a number, at least {least}"))?;
    }
    Ok(Some(asked))
}

fn measure(runs: Runs) -> Result<()> {
    let load_before = machine::load()?;
    heading("building the release");
    let provider = build_provider(Profile::Release)?;
    heading("start-up");
    let startup = startup::measure(&provider, runs.own * 4)?;
    heading("codec");
    let codec = codec::measure(runs.own)?;
    heading("test host");
    prerequisites::ensure()?;
    let mut scene = scene::Scene::set_up(&provider)?;
    let mut rows = Vec::new();
    rows.extend(quickfra::measure(&mut scene, runs.own)?);
    rows.extend(peers::measure(&mut scene, runs)?);
    let description = machine::Description::of(&scene, &load_before)?;
    let page = report::page(&description, &startup, &codec, &rows, runs);
    fs::write(workspace().join(PAGE), page)?;
    println!("\nwritten: {PAGE}");
    Ok(())
}

fn heading(text: &str) {
    println!("\n== {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Option<Asked>, String> {
        parse(words.iter().map(ToString::to_string))
    }

    #[test]
    fn the_command_line_is_understood() {
        let usual = Asked {
            parts: vec![Part::Host, Part::Framework, Part::UptimeKuma],
            runs: Runs { own: 5, peers: 2 },
            monitors: 100,
            peer: None,
        };
        assert_eq!(parsed(&[]), Ok(Some(usual.clone())));
        let framework = Asked {
            parts: vec![Part::Framework],
            runs: Runs { own: 3, peers: 0 },
            ..usual.clone()
        };
        assert_eq!(
            parsed(&["--only", "framework", "--runs", "3", "--peer-runs", "0"]),
            Ok(Some(framework))
        );
        let status = Asked {
            parts: vec![Part::UptimeKuma],
            monitors: 300,
            peer: Some("peer".into()),
            ..usual
        };
        assert_eq!(
            parsed(&["--only", "uptime-kuma", "--monitors", "300", "--peer", "peer"]),
            Ok(Some(status))
        );
        assert_eq!(parsed(&["--help"]), Ok(None));
        for wrong in [
            &["--runs", "0"][..],
            &["--runs"],
            &["--quick"],
            &["--only"],
            &["--only", "all"],
            &["--monitors", "19"],
            &["--peer"],
        ] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
