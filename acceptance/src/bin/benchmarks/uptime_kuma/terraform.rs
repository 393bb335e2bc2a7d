//! Whole runs of terraform with many monitors.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Instant,
};

use acceptance::harness::{Environment, Tool};

use super::logins::MINUTE;
use super::server::Server;
use crate::{Result, figures::Sample};

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

    fn kind(&self) -> &str {
        self.source.rsplit('/').next().unwrap_or_default()
    }

    fn configuration(&self, server: &Server, monitors: usize) -> String {
        let kind = self.kind();
        let source = self.source;
        let required = format!(
            "terraform {{\n  required_providers {{\n    {kind} = {{\n      source = \"{source}\"\n    }}\n  }}\n}}\n\n"
        );
        let text = format!("{required}{}\n{}", self.provider, self.monitor);
        text.replace("AUTHORITY", &server.authority)
            .replace("USERNAME", &server.username)
            .replace("PASSWORD", &server.password)
            .replace("NUMBER", &monitors.to_string())
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

/// A folder in which a candidate's monitors are made.
#[derive(Debug)]
pub(super) struct Work {
    environment: Environment,
    _folder: tempfile::TempDir,
}

impl Work {
    pub(super) fn of(candidate: &Candidate, server: &Server, monitors: usize) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("qf").tempdir()?;
        let environment = Environment::create(folder.path())?;
        let programs = folder.path().join("plugin");
        fs::create_dir(&programs)?;
        let name = format!("terraform-provider-{}", candidate.kind());
        std::os::unix::fs::symlink(&candidate.program, programs.join(name))?;
        fs::write(folder.path().join("tool.tfrc"), settings(candidate.source, &programs))?;
        let text = candidate.configuration(server, monitors);
        fs::write(environment.work().join("main.tf"), text)?;
        Ok(Self {
            environment,
            _folder: folder,
        })
    }

    /// Runs terraform, and gives the seconds it took.
    pub(super) fn timed(&self, arguments: &[&str]) -> Result<f64> {
        let begun = Instant::now();
        let output = self.environment.command(Tool::Terraform)?.args(arguments).output()?;
        let seconds = begun.elapsed().as_secs_f64();
        if output.status.success() {
            return Ok(seconds);
        }
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("terraform {arguments:?} ended with {}\n{told}", output.status).into())
    }
}

/// Without `init`: a lock file needs a package with a version, which is not what is measured.
fn settings(source: &str, programs: &Path) -> String {
    format!(
        "disable_checkpoint = true\nprovider_installation {{\n  dev_overrides {{\n    {source:?} = {:?}\n  }}\n  direct {{}}\n}}\n",
        programs.display().to_string()
    )
}

pub(super) fn measure(candidate: &Candidate, server: &Server, monitors: usize, runs: usize) -> Result<Whole> {
    let mut whole = Whole::default();
    let work = Work::of(candidate, server, monitors)?;
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
            work.timed(&["destroy", "-auto-approve"])?;
            life(&work, &mut whole)?;
        }
    }
    Ok(whole)
}

fn life(work: &Work, whole: &mut Whole) -> Result<()> {
    whole.apply.add(work.timed(&["apply", "-auto-approve"])?);
    whole.nothing.add(work.timed(&["plan", "-detailed-exitcode"])?);
    whole.destroy.add(work.timed(&["destroy", "-auto-approve"])?);
    Ok(())
}
