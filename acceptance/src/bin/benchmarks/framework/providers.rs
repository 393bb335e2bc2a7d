//! The providers that are measured, each built as it is published.

use std::path::PathBuf;

use acceptance::{
    harness::{Profile, build_example, build_provider},
    testbed::Cache,
    tools::GoModule,
};

use crate::Result;

/// Without debug information, as providers are published.
const LINKER_FLAGS: &str = "-s -w";

/// One provider.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Its name on the page.
    pub(super) name: &'static str,
    /// What it is written with.
    pub(super) framework: &'static str,
    /// The last part of its source address.
    pub(super) kind: &'static str,
    pub(super) program: PathBuf,
    /// Its resource that keeps a moment.
    pub(super) moments: Option<&'static str>,
}

pub(super) fn all(cache: &Cache) -> Result<Vec<Candidate>> {
    let time = GoModule {
        name: "terraform-provider-time",
        title: "the provider hashicorp/time 0.14.2",
        go_mod: include_str!("time/go.mod"),
        go_sum: include_str!("time/go.sum"),
        package: "github.com/hashicorp/terraform-provider-time",
        linker_flags: LINKER_FLAGS,
    };
    let local = GoModule {
        name: "terraform-provider-local",
        title: "the provider hashicorp/local of 2026-05-13",
        go_mod: include_str!("local/go.mod"),
        go_sum: include_str!("local/go.sum"),
        package: "github.com/terraform-providers/terraform-provider-local",
        linker_flags: LINKER_FLAGS,
    };
    Ok(vec![
        Candidate {
            name: "clock",
            framework: "tfplugin",
            kind: "clock",
            program: build_example("tfplugin", "clock", Profile::Release)?,
            moments: Some("clock_static"),
        },
        Candidate {
            name: "hashicorp/time 0.14.2",
            framework: "Go",
            kind: "time",
            program: time.program(cache)?,
            moments: Some("time_static"),
        },
        Candidate {
            name: "quickfra",
            framework: "tfplugin",
            kind: "quickfra",
            program: build_provider(Profile::Release)?,
            moments: None,
        },
        Candidate {
            name: "hashicorp/local (2026-05-13)",
            framework: "Go",
            kind: "local",
            program: local.program(cache)?,
            moments: None,
        },
    ])
}
