//! Whole runs of terraform with one provider and many objects.

use std::{fmt::Write as _, fs, time::Instant};

use acceptance::harness::{Environment, Tool};

use super::providers::Candidate;
use crate::{Result, figures::Sample};

/// Objects in the configuration.
pub(super) const OBJECTS: usize = 500;

/// Seconds of whole commands.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// `plan` before anything is there.
    pub(super) create: Sample,
    /// `plan` with everything there and nothing to do.
    pub(super) nothing: Sample,
    /// `apply` that makes everything.
    pub(super) apply: Sample,
}

pub(super) fn measure(candidate: &Candidate, runs: usize) -> Result<Whole> {
    let mut whole = Whole::default();
    let Some(resource) = candidate.moments else {
        return Ok(whole);
    };
    let folder = tempfile::Builder::new().prefix("qf").tempdir()?;
    let environment = Environment::create(folder.path())?;
    let binary = folder.path().join("plugin");
    fs::create_dir(&binary)?;
    let name = format!("terraform-provider-{}", candidate.kind);
    std::os::unix::fs::symlink(&candidate.program, binary.join(name))?;
    // Without `init`: a lock file needs a package with a version, which is not what is measured.
    let settings = format!(
        "disable_checkpoint = true\nprovider_installation {{\n  dev_overrides {{\n    \"example/{}\" = {:?}\n  }}\n  direct {{}}\n}}\n",
        candidate.kind,
        binary.display().to_string()
    );
    fs::write(folder.path().join("tool.tfrc"), settings)?;
    let mut text = format!(
        "terraform {{\n  required_providers {{\n    {kind} = {{\n      source = \"example/{kind}\"\n    }}\n  }}\n}}\n",
        kind = candidate.kind
    );
    for object in 0..OBJECTS {
        let _ = write!(
            text,
            "\nresource \"{resource}\" \"moment_{object}\" {{\n  rfc3339  = \"2020-02-12T06:36:13Z\"\n  triggers = {{ release = \"{object}\" }}\n}}\n"
        );
    }
    fs::write(environment.work().join("main.tf"), text)?;

    let timed = |arguments: &[&str], code: i32| -> Result<f64> {
        let begun = Instant::now();
        let output = environment.command(Tool::Terraform)?.args(arguments).output()?;
        let seconds = begun.elapsed().as_secs_f64();
        if output.status.code() == Some(code) {
            return Ok(seconds);
        }
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("terraform {arguments:?} ended with {}\n{told}", output.status).into())
    };
    for _ in 0..runs {
        whole.create.add(timed(&["plan", "-detailed-exitcode"], 2)?);
        whole.apply.add(timed(&["apply", "-auto-approve"], 0)?);
        whole.nothing.add(timed(&["plan", "-detailed-exitcode"], 0)?);
        fs::remove_file(environment.work().join("terraform.tfstate"))?;
    }
    Ok(whole)
}
