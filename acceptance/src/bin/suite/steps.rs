use super::{arguments::Arguments, checks, docs, process::StepError};

/// One step of the suite.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) weight: Weight,
    /// Whether it runs when no step is named.
    pub(crate) by_default: bool,
    pub(crate) run: fn(&Arguments) -> Result<(), StepError>,
}

/// What the failure of a step means for those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The others can still tell something.
    Light,
    /// The others would fail for the same reason.
    Heavy,
}

/// All steps in their order: what is quick and often wrong comes first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "prerequisites",
        about: "packages, tools and linters that the other steps need",
        weight: Weight::Heavy,
        by_default: true,
        run: checks::prerequisites,
    },
    Step {
        name: "format",
        about: "rustfmt",
        weight: Weight::Light,
        by_default: true,
        run: checks::format,
    },
    Step {
        name: "hcl-format",
        about: "terraform fmt of examples and fixtures",
        weight: Weight::Light,
        by_default: true,
        run: checks::hcl_format,
    },
    Step {
        name: "shell",
        about: "shellcheck of every shell script",
        weight: Weight::Light,
        by_default: true,
        run: checks::shell,
    },
    Step {
        name: "dependencies",
        about: "licences, bans and sources of the dependencies (cargo-deny)",
        weight: Weight::Light,
        by_default: true,
        run: checks::dependencies,
    },
    Step {
        name: "advisories",
        about: "known faults of the dependencies; fetches a database",
        weight: Weight::Light,
        by_default: false,
        run: checks::advisories,
    },
    Step {
        name: "clippy",
        about: "lints of all crates and targets",
        weight: Weight::Light,
        by_default: true,
        run: checks::clippy,
    },
    Step {
        name: "rustdoc",
        about: "links in the documentation of the crates",
        weight: Weight::Light,
        by_default: true,
        run: checks::rustdoc,
    },
    Step {
        name: "docs",
        about: "reference pages, as schemas and examples make them",
        weight: Weight::Light,
        by_default: true,
        run: docs::docs,
    },
    Step {
        name: "unit",
        about: "unit and protocol tests",
        weight: Weight::Light,
        by_default: true,
        run: checks::unit,
    },
    Step {
        name: "acceptance",
        about: "the provider on disposable hosts, run by terraform and tofu",
        weight: Weight::Light,
        by_default: true,
        run: checks::acceptance,
    },
];
