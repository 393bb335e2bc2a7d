//! `cargo benchmarks`: measures the provider and its peers, and writes `docs/benchmarks.md`.
//!
//! Seconds depend on the machine and on what else it does, so they are reported and never judged. Counts do not; the
//! acceptance test `cost` holds them.
#![expect(clippy::print_stdout, reason = "what a command prints is what it is for")]

mod codec;
mod figures;
mod machine;
mod peers;
mod quickfra;
mod report;
mod scene;
mod startup;

use std::{error::Error, fs, process::ExitCode};

use acceptance::{
    harness::{Profile, build_provider, workspace},
    prerequisites,
};

const USAGE: &str = "\
usage: cargo benchmarks [--runs N] [--peer-runs N]

Measures start-up, codec and one test host near and far, and writes docs/benchmarks.md.
  --runs N       how often each figure of the provider and of plain ssh is taken (default 5)
  --peer-runs N  how often each figure of pyinfra and Ansible is taken (default 2; 0 leaves them out)";

/// The page, below the workspace.
const PAGE: &str = "docs/benchmarks.md";

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// How often each thing is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Runs {
    own: usize,
    peers: usize,
}

fn main() -> ExitCode {
    let runs = match parse(std::env::args().skip(1)) {
        Ok(Some(runs)) => runs,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match measure(runs) {
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
fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Runs>, String> {
    let mut runs = Runs { own: 5, peers: 2 };
    while let Some(word) = words.next() {
        let (place, least) = match word.as_str() {
            "--runs" => (&mut runs.own, 1),
            "--peer-runs" => (&mut runs.peers, 0),
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("{other} is no option")),
        };
        let number = words.next().and_then(|number| number.parse().ok());
        *place = number
            .filter(|number| *number >= least)
            .ok_or_else(|| format!("{word} needs a number, at least {least}"))?;
    }
    Ok(Some(runs))
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

    fn parsed(words: &[&str]) -> Result<Option<Runs>, String> {
        parse(words.iter().map(ToString::to_string))
    }

    #[test]
    fn the_command_line_is_understood() {
        assert_eq!(parsed(&[]), Ok(Some(Runs { own: 5, peers: 2 })));
        assert_eq!(
            parsed(&["--runs", "3", "--peer-runs", "0"]),
            Ok(Some(Runs { own: 3, peers: 0 }))
        );
        assert_eq!(parsed(&["--help"]), Ok(None));
        for wrong in [&["--runs", "0"][..], &["--runs"], &["--quick"]] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
