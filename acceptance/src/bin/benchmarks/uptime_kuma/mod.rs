//! Many monitors on one Uptime Kuma: one login for all beside a login for each, and this provider beside another one.

mod logins;
mod page;
mod server;
mod terraform;

use std::fs;
use std::path::Path;

use acceptance::{
    harness::{Profile, build_example, build_provider, workspace},
    prerequisites,
};

use self::{
    logins::Logins,
    server::Server,
    terraform::{Candidate, Whole},
};
use crate::{Result, heading, machine};

/// The page, below the workspace.
const PAGE: &str = "docs/benchmarks-uptime-kuma.md";

/// All figures.
#[derive(Debug)]
struct Figures {
    facts: Vec<(&'static str, String)>,
    runs: usize,
    monitors: usize,
    whole: Vec<(Candidate, Whole)>,
    logins: Logins,
}

pub(crate) fn measure(runs: usize, monitors: usize, peer: Option<&Path>) -> Result<()> {
    let load_before = machine::load()?;
    heading("building the release");
    let program = build_provider(Profile::Release)?;
    let reader = build_example("terraform-provider-quickfra", "uptime_kuma_logins", Profile::Release)?;
    let administrator = build_example("terraform-provider-quickfra", "uptime_kuma", Profile::Release)?;
    heading("Uptime Kuma");
    prerequisites::ensure()?;
    let server = Server::set_up(&administrator)?;
    let mut whole = Vec::new();
    let peer = peer.map(|program| Candidate::peer(program.to_owned()));
    for candidate in [Some(Candidate::own(program)), peer].into_iter().flatten() {
        heading(candidate.name);
        let measured = terraform::measure(&candidate, &server, monitors, runs)?;
        whole.push((candidate, measured));
    }
    heading("logins");
    let logins = logins::measure(&reader, &whole[0].0, &server, monitors, runs)?;
    let mut facts = machine::common(&load_before)?;
    facts.push(("server", format!("Uptime Kuma {}", server.version)));
    let figures = Figures {
        facts,
        runs,
        monitors,
        whole,
        logins,
    };
    fs::write(workspace().join(PAGE), page::page(&figures))?;
    println!("\nwritten: {PAGE}");
    Ok(())
}
