//! The plugin framework beside Go's: providers of both kinds under the same client and under the same terraform.

mod calls;
mod methods;
mod page;
mod providers;
mod terraform;

use std::fs;

use acceptance::{harness::workspace, testbed::Cache};

use self::{
    calls::{Load, Wire},
    page::Section,
    providers::Candidate,
    terraform::Whole,
};
use crate::{Result, heading, machine, startup};

/// The page, below the workspace.
const PAGE: &str = "docs/benchmarks-framework.md";

/// How many objects one process is asked about in a row.
const OBJECTS: [usize; 3] = [1, 100, 5000];

/// All figures of one provider.
#[derive(Debug)]
struct Figures {
    candidate: Candidate,
    startup: startup::Startup,
    wire: Wire,
    /// One for each number of [`OBJECTS`]; none of a provider that has no moments.
    loads: Vec<Load>,
    whole: Option<Whole>,
}

pub(crate) fn measure(runs: usize) -> Result<()> {
    let load_before = machine::load()?;
    heading("the providers");
    let candidates = providers::all(&Cache::of_user()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let mut all = Vec::new();
    for candidate in candidates {
        heading(candidate.name);
        let startup = startup::measure(&candidate.program, runs * 4)?;
        let wire = runtime.block_on(calls::schema(&candidate, runs))?;
        let mut loads = Vec::new();
        let mut whole = None;
        if candidate.moments.is_some() {
            for objects in OBJECTS {
                loads.push(runtime.block_on(calls::life(&candidate, objects, runs))?);
            }
            whole = Some(terraform::measure(&candidate, runs)?);
        }
        all.push(Figures {
            candidate,
            startup,
            wire,
            loads,
            whole,
        });
    }
    let place = Section {
        facts: machine::common(&load_before)?,
        runs,
    };
    fs::write(workspace().join(PAGE), page::page(&place, &all))?;
    println!("\nwritten: {PAGE}");
    Ok(())
}
