//! Whole runs of terraform with many monitors.

use std::{path::PathBuf, thread};

use super::logins::MINUTE;
use super::server::Server;
use crate::{Result, figures::Sample, work::Work};

/// A provider.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Its name on the page.
    pub(super) name: &'static str,
    /// Its source address without the registry.
    source: &'static str,
    program: PathBuf,
    /// The login, with the server's values in the places of their names.
    provider: &'static str,
    /// One monitor, with its number in the place of `NUMBER`.
    monitor: &'static str,
}

impl Candidate {
    pub(super) fn own(program: PathBuf) -> Self {
        Self {
            name: "quickfra",
            source: "quickfra/quickfra",
            program,
            provider: "provider \"quickfra\" {\n  status {\n    url      = \"http://AUTHORITY\"\n    username = \"USERNAME\"\n    \
                       password = \"PASSWORD\"\n  }\n}\n",
            monitor: "resource \"quickfra_status_monitor\" \"m\" {\n  count    = NUMBER\n  endpoint = \
                      \"http://AUTHORITY\"\n  name     = \"monitor ${count.index}\"\n  interval = 3600\n  active   = \
                      false\n\n  http {\n    url = \"http://127.0.0.1:9/\"\n  }\n}\n",
        }
    }

    /// The provider with the most resources for Uptime Kuma in the public registry, of which somebody built the program.
    pub(super) fn peer(program: PathBuf) -> Self {
        Self {
            name: "breml/uptimekuma",
            source: "breml/uptimekuma",
            program,
            provider: "provider \"uptimekuma\" {\n  endpoint = \"http://AUTHORITY\"\n  username = \"USERNAME\"\n  password = \
                       \"PASSWORD\"\n}\n",
            monitor: "resource \"uptimekuma_monitor_http\" \"m\" {\n  count    = NUMBER\n  name     = \"monitor \
                      ${count.index}\"\n  interval = 3600\n  active   = false\n  url      = \"http://127.0.0.1:9/\"\n}\n",
        }
    }

    /// A folder in which its monitors are made.
    pub(super) fn work(&self, server: &Server, monitors: usize) -> Result<Work> {
        let text = format!("{}\n{}", self.provider, self.monitor);
        let text = text
            .replace("AUTHORITY", &server.authority)
            .replace("USERNAME", &server.username)
            .replace("PASSWORD", &server.password)
            .replace("NUMBER", &monitors.to_string());
        Work::create(self.source, &self.program, &text)
    }
}

/// Seconds of whole commands.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// `apply` that makes everything.
    pub(super) apply: Sample,
    /// `plan` with everything there and nothing to do.
    pub(super) nothing: Sample,
    /// `destroy` of everything.
    pub(super) destroy: Sample,
    /// Why a command failed, if one did, after which all was done once more.
    pub(super) failed: Option<String>,
}

pub(super) fn measure(candidate: &Candidate, server: &Server, monitors: usize, runs: usize) -> Result<Whole> {
    let mut whole = Whole::default();
    let work = candidate.work(server, monitors)?;
    for _ in 0..runs {
        thread::sleep(MINUTE);
        if let Err(error) = life(&work, &mut whole) {
            println!("{error}");
            whole.failed = error
                .to_string()
                .lines()
                .find(|line| line.contains("Error:"))
                .map(str::to_owned);
            // Once more at once: what was idle for a minute is slower to greet, and not everyone waits for it.
            work.timed(&["destroy", "-auto-approve"], 0)?;
            life(&work, &mut whole)?;
        }
    }
    Ok(whole)
}

fn life(work: &Work, whole: &mut Whole) -> Result<()> {
    whole.apply.add(work.timed(&["apply", "-auto-approve"], 0)?);
    whole.nothing.add(work.timed(&["plan", "-detailed-exitcode"], 0)?);
    whole.destroy.add(work.timed(&["destroy", "-auto-approve"], 0)?);
    Ok(())
}
