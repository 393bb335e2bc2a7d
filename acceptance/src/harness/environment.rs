use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Mirror, Tool};
use crate::testbed;

/// Programs that the tool and the provider may start. Fixed, so that what is installed elsewhere has no say.
const PROGRAM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Width of the tool's messages, in characters.
const COLUMNS: &str = "78";

/// A folder in which a tool runs, cut off from the person's own settings: their home, configuration, plugins, agents
/// and variables are out of its sight, and nothing is written outside the folder.
///
/// ```text
/// work/         the configuration, the state and the lock file: the tool's working folder
/// home/ tmp/    HOME and TMPDIR
/// data/         TF_DATA_DIR
/// mirror/       the provider, see [`Mirror`]
/// tool.tfrc     TF_CLI_CONFIG_FILE
/// ```
#[derive(Debug, Clone)]
pub struct Environment {
    folder: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl Environment {
    /// Lays the folder out. What is there already stays, so that a run that was cut off can be gone on with.
    ///
    /// # Errors
    /// Those of writing into the folder.
    pub fn create(folder: &Path) -> io::Result<Self> {
        for part in ["work", "home", "tmp", "data", "mirror"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let settings = folder.join("tool.tfrc");
        let mirror = folder.join("mirror");
        // Only the mirror: a provider that is not in it cannot be fetched from anywhere.
        let text = format!(
            "disable_checkpoint = true\nprovider_installation {{\n  filesystem_mirror {{\n    path = {:?}\n  }}\n}}\n",
            mirror.display().to_string()
        );
        fs::write(&settings, text)?;

        let mut environment = Self {
            folder: folder.to_owned(),
            variables: Vec::new(),
        };
        environment.set("PATH", PROGRAM_PATH);
        environment.set("HOME", folder.join("home"));
        environment.set("TMPDIR", folder.join("tmp"));
        environment.set("TF_DATA_DIR", folder.join("data"));
        environment.set("TF_CLI_CONFIG_FILE", settings);
        environment.set("TF_IN_AUTOMATION", "1");
        environment.set("TF_INPUT", "0");
        environment.set("CHECKPOINT_DISABLE", "1");
        environment.set("TF_CLI_ARGS", "-no-color");
        environment.set("NO_COLOR", "1");
        environment.set("COLUMNS", COLUMNS);
        environment.set("LANG", "C.UTF-8");
        // A panic's trace names the paths of the machine that built the provider.
        environment.set("RUST_BACKTRACE", "0");
        Ok(environment)
    }

    /// Folder that holds everything of this environment.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Folder with the configuration and the state.
    pub fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// Place of the provider for `init`.
    pub fn mirror(&self) -> Mirror {
        Mirror::at(self.folder.join("mirror"))
    }

    /// Sets an environment variable for every command that follows.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        let name = name.into();
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
    }

    /// Removes an environment variable from every command that follows.
    pub fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// A command that runs the tool here; the caller adds the arguments.
    ///
    /// # Errors
    /// Those of finding or making the tool.
    pub fn command(&self, tool: Tool) -> testbed::Result<Command> {
        let mut command = Command::new(tool.path()?);
        command
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.work());
        Ok(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_variable_replaces_the_former_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut environment = Environment::create(folder.path()).unwrap();
        environment.set("TF_LOG", "INFO");
        environment.set("TF_LOG", "TRACE");
        let values: Vec<_> = environment
            .variables
            .iter()
            .filter(|(name, _)| name == "TF_LOG")
            .map(|(_, value)| value.to_str().unwrap())
            .collect();
        assert_eq!(values, ["TRACE"]);
    }
}
