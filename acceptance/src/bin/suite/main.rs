//! `cargo suite`: every check of the project, one after the other.
//!
//! Each step says what it does and how long it took; the end is a table of all steps. The exit status is zero only if
//! all of them passed.
#![expect(clippy::print_stdout, reason = "what a command prints is what it is for")]

mod arguments;
mod checks;
mod docs;
mod linters;
mod process;
mod scripts;
mod steps;

use std::{
    io::{self, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use arguments::{Arguments, Request};
use process::StepError;
use steps::{STEPS, Step, Weight};

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// Left out since an earlier step failed.
    LeftOut,
}

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)) {
        Ok(Request::Run(arguments)) => run(&arguments),
        Ok(Request::List) => {
            list();
            ExitCode::SUCCESS
        }
        Ok(Request::Help) => {
            println!("{}", arguments::USAGE);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}\n\n{}", arguments::USAGE);
            ExitCode::from(2)
        }
    }
}

fn list() {
    for step in STEPS {
        let remark = if step.by_default { "" } else { " (only when asked for)" };
        println!("{:<16} {}{remark}", step.name, step.about);
    }
}

fn run(arguments: &Arguments) -> ExitCode {
    let mut results: Vec<(&Step, Outcome, Duration)> = Vec::new();
    // What a light step finds is no reason to withhold what the others find; without a build there is nothing to test.
    let mut heavy_failed = false;
    for step in arguments.steps() {
        if heavy_failed {
            results.push((step, Outcome::LeftOut, Duration::ZERO));
            continue;
        }
        println!("\n== {}: {}", step.name, step.about);
        flush();
        let started = Instant::now();
        let result = (step.run)(arguments);
        let elapsed = started.elapsed();
        let outcome = match result {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                eprintln!("{} failed: {}", step.name, chain(&error));
                heavy_failed = step.weight == Weight::Heavy;
                Outcome::Failed
            }
        };
        results.push((step, outcome, elapsed));
    }
    summary(&results);
    if results.iter().all(|(_, outcome, _)| *outcome == Outcome::Passed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn summary(results: &[(&Step, Outcome, Duration)]) {
    println!("\n{:<16} {:<8} {:>9}", "step", "result", "seconds");
    for (step, outcome, elapsed) in results {
        let outcome = match outcome {
            Outcome::Passed => "ok",
            Outcome::Failed => "FAILED",
            Outcome::LeftOut => "left out",
        };
        println!("{:<16} {outcome:<8} {:>9.1}", step.name, elapsed.as_secs_f64());
    }
    let total: Duration = results.iter().map(|(_, _, elapsed)| *elapsed).sum();
    println!("{:<16} {:<8} {:>9.1}", "total", "", total.as_secs_f64());
    flush();
}

/// The error and its causes in one line.
fn chain(error: &StepError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Standard output is a pipe in a pipeline: what was printed is to stand before what the next program prints.
fn flush() {
    // A reader that has gone away is no reason to stop the checks.
    drop(io::stdout().flush());
}
