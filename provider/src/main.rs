//! The provider's binary: Terraform and OpenTofu start it; `--debug` lets a debugger do so.

use std::process::ExitCode;

use quickfra::provider::Quickfra;

/// Where the registries know the provider.
const ADDRESS: &str = "registry.terraform.io/quickfra/quickfra";

fn main() -> ExitCode {
    tfplugin::serve(Quickfra::default(), tfplugin::wire::Options::from_environment(ADDRESS))
}
