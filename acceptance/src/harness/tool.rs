use std::{fmt, path::PathBuf, sync::OnceLock};

use tfplugin::client::core::{Feature, Release};

use super::case::must;
use crate::{
    testbed::{self, Cache},
    tools,
};

/// Which program runs a configuration. A test body is written once and runs with each ([`for_each_tool`]).
///
/// [`for_each_tool`]: crate::for_each_tool
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    Terraform,
    Tofu,
}

impl Tool {
    /// Every tool the provider is held to.
    pub const ALL: [Tool; 2] = [Tool::Terraform, Tool::Tofu];

    /// Name of the command.
    pub fn command(self) -> &'static str {
        match self {
            Tool::Terraform => "terraform",
            Tool::Tofu => "tofu",
        }
    }

    /// Host name that the tool puts before a source address such as `quickfra/quickfra`.
    pub fn registry(self) -> &'static str {
        match self {
            Tool::Terraform => "registry.terraform.io",
            Tool::Tofu => "registry.opentofu.org",
        }
    }

    /// Path of the program. Terraform is found on this machine, OpenTofu is built once and kept in the cache; see
    /// [`tools`].
    ///
    /// # Errors
    /// When there is no Terraform, or OpenTofu cannot be built.
    pub fn path(self) -> testbed::Result<PathBuf> {
        match self {
            Tool::Terraform => tools::terraform(),
            Tool::Tofu => tools::tofu(&Cache::of_user()?),
        }
    }

    /// The release that the program says it is.
    ///
    /// # Panics
    /// When there is no such program, or it does not say.
    #[track_caller]
    pub fn release(self) -> Release {
        static TERRAFORM: OnceLock<Release> = OnceLock::new();
        static TOFU: OnceLock<Release> = OnceLock::new();
        let (known, of) = match self {
            Tool::Terraform => (&TERRAFORM, Release::terraform as fn(u8) -> Release),
            Tool::Tofu => (&TOFU, Release::opentofu as fn(u8) -> Release),
        };
        *known.get_or_init(|| {
            let path = must(self.path(), "there is no such tool");
            of(must(
                tools::minor_release(&path),
                "the tool does not say which release it is",
            ))
        })
    }

    /// Whether its release knows that. The suite is also run on releases that are older than those that everybody has: what
    /// those do not know, a test sees refused.
    #[track_caller]
    pub fn has(self, feature: Feature) -> bool {
        self.release().has(feature)
    }

    /// A configuration in the words of its release: where no variable can be ephemeral, none is said to be.
    #[track_caller]
    pub(crate) fn words(self, configuration: &str) -> String {
        if self.has(Feature::Ephemeral) {
            return configuration.to_owned();
        }
        let is_ephemeral = |line: &str| {
            let rest = line.trim_start().strip_prefix("ephemeral");
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        // An empty line in its place keeps the numbers of the others.
        let lines = configuration.split('\n');
        let kept = lines.map(|line| if is_ephemeral(line) { "" } else { line });
        kept.collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.command())
    }
}

/// Makes two tests of one body: `for_each_tool!(body)` gives `body::terraform` and `body::tofu`, each of which calls
/// `body(tool)`.
#[macro_export]
macro_rules! for_each_tool {
    ($($body:ident),+ $(,)?) => {
        $(mod $body {
            #[test]
            fn terraform() {
                super::$body($crate::harness::Tool::Terraform);
            }

            #[test]
            fn tofu() {
                super::$body($crate::harness::Tool::Tofu);
            }
        })+
    };
}
