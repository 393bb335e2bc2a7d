use std::{fmt, path::PathBuf};

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
