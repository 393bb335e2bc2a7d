use std::{fmt, path::PathBuf};

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

    /// Path of the program, made or found by [`crate::tools`].
    pub fn path(self) -> Result<PathBuf, crate::tools::ToolError> {
        match self {
            Tool::Terraform => crate::tools::terraform(),
            Tool::Tofu => crate::tools::tofu(),
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
