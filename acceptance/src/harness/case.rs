use std::{
    cell::Cell,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Environment, Redactions, Tool, provider_binary, workspace};

/// Environment variable that keeps the folders of all cases, with transcripts of each command, for a look afterwards.
const KEEP_VARIABLE: &str = "QUICKFRA_KEEP_CASES";

/// Values longer than this go through a file: the kernel takes at most 128 KiB in one environment variable.
const LONGEST_VARIABLE: usize = 64 * 1024;

/// Says which provider a configuration means by `quickfra`; written beside a configuration that does not say so itself.
const REQUIREMENT: &str = r#"terraform {
  required_providers {
    quickfra = {
      source = "quickfra/quickfra"
    }
  }
}
"#;

/// One configuration and its state, run with one tool.
#[derive(Debug)]
pub struct Case {
    pub(crate) tool: Tool,
    pub(crate) environment: Environment,
    pub(crate) redactions: Redactions,
    with_provider: bool,
    pub(crate) inputs: BTreeSet<PathBuf>,
    pub(crate) initialised: Cell<bool>,
    pub(crate) steps: Cell<u32>,
    // Last: the folder goes when all else is done with it.
    folder: TempDir,
}

impl Case {
    /// A case with the provider under test.
    #[track_caller]
    pub fn new(tool: Tool) -> Self {
        let mut case = Self::without_provider(tool);
        let binary = must(provider_binary(), "the provider cannot be built");
        must(
            case.environment.mirror().offer(&binary),
            "the provider cannot be installed",
        );
        case.with_provider = true;
        case
    }

    /// A case with nothing but what is built into the tool.
    #[track_caller]
    pub fn without_provider(tool: Tool) -> Self {
        // The path of a unix socket may have 107 characters: keep the folder's name short.
        let mut folder = must(
            tempfile::Builder::new().prefix("qf").rand_bytes(6).tempdir(),
            "no temporary folder",
        );
        folder.disable_cleanup(std::env::var_os(KEEP_VARIABLE).is_some());
        let environment = must(Environment::create(folder.path()), "no environment");
        must(fs::create_dir(folder.path().join("transcripts")), "no transcripts");
        let mut redactions = Redactions::default();
        redactions.hide(folder.path().display().to_string(), "case");
        Self {
            tool,
            environment,
            redactions,
            with_provider: false,
            inputs: BTreeSet::new(),
            initialised: Cell::new(false),
            steps: Cell::new(0),
            folder,
        }
    }

    pub fn tool(&self) -> Tool {
        self.tool
    }

    /// The folder that holds all of this case.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Takes this text as the whole configuration.
    #[track_caller]
    pub fn config(&mut self, text: &str) -> &mut Self {
        self.remove_configuration();
        if self.with_provider && !text.contains("required_providers") {
            self.input("work/versions.tf", REQUIREMENT);
        }
        self.input("work/main.tf", self.tool.words(text))
    }

    /// Takes the files of `acceptance/tests/<name>/` as the whole configuration.
    #[track_caller]
    pub fn fixture(&mut self, name: &str) -> &mut Self {
        self.config_from(&workspace().join("acceptance/tests").join(name))
    }

    /// Takes the `.tf` files of a folder, such as an example, as the whole configuration.
    #[track_caller]
    pub fn config_from(&mut self, source: &Path) -> &mut Self {
        self.remove_configuration();
        let mut says_provider = false;
        for entry in must(fs::read_dir(source), &source.display().to_string()) {
            let path = must(entry, "a folder cannot be read").path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if path.extension().is_some_and(|extension| extension == "tf") {
                let text = must(fs::read_to_string(&path), &path.display().to_string());
                says_provider |= text.contains("required_providers");
                self.input(&format!("work/{name}"), self.tool.words(&text));
            }
        }
        if self.with_provider && !says_provider {
            self.input("work/versions.tf", REQUIREMENT);
        }
        self
    }

    /// Writes a file below the case's folder (`home/.ssh/known_hosts`). It counts as an input: it may hold secrets.
    #[track_caller]
    pub fn input(&mut self, path: &str, content: impl AsRef<[u8]>) -> &mut Self {
        let path = self.folder().join(path);
        if let Some(parent) = path.parent() {
            must(fs::create_dir_all(parent), "no folder for an input");
        }
        must(fs::write(&path, content), "an input cannot be written");
        self.inputs.insert(path);
        self.initialised.set(false);
        self
    }

    /// Gives the configuration's variable `name` a value, which holds until it is given another.
    #[track_caller]
    pub fn variable(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        let in_environment = match &value {
            Value::String(text) => text.clone(),
            // The tool reads what is not a string as an expression: mark as literal what would begin a template.
            other => other.to_string().replace("${", "$${").replace("%{", "%%{"),
        };
        let variable = format!("TF_VAR_{name}");
        let file = format!("work/{name}.auto.tfvars.json");
        if in_environment.len() > LONGEST_VARIABLE {
            self.environment.unset(&variable);
            let content = Value::Object([(name.to_owned(), value)].into_iter().collect());
            return self.input(&file, content.to_string());
        }
        let path = self.folder().join(file);
        if self.inputs.remove(&path) {
            must(fs::remove_file(path), "a variable's file cannot be removed");
        }
        self.environment.set(variable, in_environment);
        self
    }

    /// Sets an environment variable for the tool and the provider.
    pub fn environment(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.set(name, value);
        self
    }

    /// Removes an environment variable, such as `HOME`, from the tool's and the provider's sight.
    pub fn without_environment(&mut self, name: &str) -> &mut Self {
        self.environment.unset(name);
        self
    }

    /// Keeps the log of the tool and the provider at TRACE from here on, see [`Self::log`].
    pub fn traced(&mut self) -> &mut Self {
        let log = self.log_file();
        self.environment.set("TF_LOG", "TRACE");
        self.environment.set("TF_LOG_PATH", log);
        self
    }

    /// Hides `value` as `[label]` in what this case gives for snapshots.
    pub fn hide(&mut self, value: impl Into<String>, label: &str) -> &mut Self {
        self.redactions.hide(value, label);
        self
    }

    /// A text with everything hidden that differs from run to run.
    pub fn redact(&self, text: &str) -> String {
        self.redactions.apply(text)
    }

    fn remove_configuration(&mut self) {
        let work = self.environment.work();
        let (configuration, rest) = std::mem::take(&mut self.inputs)
            .into_iter()
            .partition(|path| path.parent() == Some(&work) && path.extension().is_some_and(|kind| kind == "tf"));
        self.inputs = rest;
        let configuration: BTreeSet<PathBuf> = configuration;
        for path in configuration {
            must(fs::remove_file(path), "a former configuration cannot be removed");
        }
    }

    pub(crate) fn log_file(&self) -> PathBuf {
        self.folder().join("trace.log")
    }
}

/// What has to work for a test to be run at all.
#[track_caller]
pub(crate) fn must<T, E: std::error::Error>(result: Result<T, E>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => {
            let mut message = format!("{what}: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                message = format!("{message}: {cause}");
                source = cause.source();
            }
            panic!("{message}")
        }
    }
}
