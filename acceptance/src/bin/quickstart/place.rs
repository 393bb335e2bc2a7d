use std::{
    fs, io,
    path::{Path, PathBuf},
};

use acceptance::{
    harness::{Environment, workspace},
    testbed::Cache,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{error::QuickstartError, machine::Machine};

/// What the quickstart remembers from one run to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Id of the testbed, written as soon as it exists: from then on `--destroy` can remove it.
    pub(crate) testbed: Option<String>,
    /// The machine, once it can be reached.
    pub(crate) machine: Option<Machine>,
}

/// The folder of the quickstart in the cache: the record, and the environment in which the tool runs.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) cache: Cache,
    folder: PathBuf,
}

impl Place {
    pub(crate) fn open() -> Result<Self, QuickstartError> {
        let cache = Cache::of_user()?;
        let folder = cache.folder("quickstart")?;
        Ok(Self { cache, folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the root certificate of the test authority is kept for curl and browsers.
    pub(crate) fn root_certificate(&self) -> PathBuf {
        self.folder.join("root.pem")
    }

    pub(crate) fn environment(&self) -> Result<Environment, QuickstartError> {
        Environment::create(&self.folder).map_err(QuickstartError::Folder)
    }

    /// Whether a run has come as far as a state: then there may be something for the tool to destroy.
    pub(crate) fn has_state(&self) -> bool {
        self.folder.join("work/terraform.tfstate").exists()
    }

    pub(crate) fn record(&self) -> Result<Record, QuickstartError> {
        let path = self.record_file();
        if !path.exists() {
            return Ok(Record::default());
        }
        let text = fs::read_to_string(&path).map_err(QuickstartError::Folder)?;
        serde_json::from_str(&text).map_err(|error| QuickstartError::Record(path, error))
    }

    pub(crate) fn remember(&self, record: &Record) -> Result<(), QuickstartError> {
        let path = self.record_file();
        let text =
            serde_json::to_string_pretty(record).map_err(|error| QuickstartError::Record(path.clone(), error))?;
        fs::write(path, text).map_err(QuickstartError::Folder)
    }

    /// Copies the example, and gives its variables their values for the machine.
    pub(crate) fn write_configuration(&self, machine: &Machine) -> Result<(), QuickstartError> {
        let work = self.folder.join("work");
        let example = workspace().join("examples/quickstart");
        for name in ["main.tf", "variables.tf", "outputs.tf"] {
            fs::copy(example.join(name), work.join(name)).map_err(QuickstartError::Folder)?;
        }
        // It holds the checksum of the provider as it was built the last time.
        match fs::remove_file(work.join(".terraform.lock.hcl")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(QuickstartError::Folder(error)),
            _ => {}
        }
        let variables = json!({
            "address": machine.address,
            "host_key": machine.host_key,
            "ssh_key_file": machine.key_file,
            "domain": crate::machine::DOMAIN,
            "email": format!("ops@{}", crate::machine::DOMAIN),
            "acme_directory_url": machine.acme_directory,
            "acme_ca_bundle": machine.authority,
            "registry": machine.registry,
        });
        fs::write(work.join("terraform.tfvars.json"), format!("{variables:#}\n")).map_err(QuickstartError::Folder)
    }

    /// Removes the folder with all that is in it.
    pub(crate) fn remove(self) -> Result<(), QuickstartError> {
        fs::remove_dir_all(&self.folder).map_err(QuickstartError::Folder)
    }

    fn record_file(&self) -> PathBuf {
        self.folder.join("quickstart.json")
    }
}
