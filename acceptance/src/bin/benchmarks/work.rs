//! A folder in which terraform runs with one provider, as its program was built.

use std::{fs, path::Path, time::Instant};

use acceptance::harness::{Environment, Tool};

use crate::Result;

/// A folder with a configuration. It goes with this value.
#[derive(Debug)]
pub(crate) struct Work {
    environment: Environment,
    _folder: tempfile::TempDir,
}

impl Work {
    /// A folder for a provider, by its source address without the registry, and what is configured with it.
    pub(crate) fn create(source: &str, program: &Path, text: &str) -> Result<Self> {
        let kind = source.rsplit('/').next().unwrap_or_default();
        let folder = tempfile::Builder::new().prefix("qf").tempdir()?;
        let environment = Environment::create(folder.path())?;
        let programs = folder.path().join("plugin");
        fs::create_dir(&programs)?;
        std::os::unix::fs::symlink(program, programs.join(format!("terraform-provider-{kind}")))?;
        // Without `init`: a lock file needs a package with a version, which is not what is measured.
        let settings = format!(
            "disable_checkpoint = true\nprovider_installation {{\n  dev_overrides {{\n    {source:?} = {:?}\n  }}\n  direct {{}}\n}}\n",
            programs.display().to_string()
        );
        fs::write(folder.path().join("tool.tfrc"), settings)?;
        let required = format!(
            "terraform {{\n  required_providers {{\n    {kind} = {{\n      source = {source:?}\n    }}\n  }}\n}}\n\n"
        );
        fs::write(environment.work().join("main.tf"), required + text)?;
        Ok(Self {
            environment,
            _folder: folder,
        })
    }

    /// Runs terraform, which has to end with `code`, and gives the seconds it took.
    pub(crate) fn timed(&self, arguments: &[&str], code: i32) -> Result<f64> {
        let begun = Instant::now();
        let output = self.environment.command(Tool::Terraform)?.args(arguments).output()?;
        let seconds = begun.elapsed().as_secs_f64();
        if output.status.code() == Some(code) {
            return Ok(seconds);
        }
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("terraform {arguments:?} ended with {}\n{told}", output.status).into())
    }

    /// Forgets what was made.
    pub(crate) fn forget(&self) -> Result<()> {
        Ok(fs::remove_file(self.environment.work().join("terraform.tfstate"))?)
    }
}
