//! Whole runs of terraform with one provider and many objects.

use std::fmt::Write as _;

use super::providers::Candidate;
use crate::{Result, figures::Sample, work::Work};

/// Objects in the configuration.
pub(super) const OBJECTS: usize = 500;

/// Seconds of whole commands.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// `plan` before anything is there.
    pub(super) create: Sample,
    /// `plan` with everything there and nothing to do.
    pub(super) nothing: Sample,
    /// `apply` that makes everything.
    pub(super) apply: Sample,
}

pub(super) fn measure(candidate: &Candidate, runs: usize) -> Result<Whole> {
    let mut whole = Whole::default();
    let Some(resource) = candidate.moments else {
        return Ok(whole);
    };
    let mut text = String::new();
    for object in 0..OBJECTS {
        let _ = write!(
            text,
            "\nresource \"{resource}\" \"moment_{object}\" {{\n  rfc3339  = \"2020-02-12T06:36:13Z\"\n  triggers = {{ release = \"{object}\" }}\n}}\n"
        );
    }
    let work = Work::create(&format!("example/{}", candidate.kind), &candidate.program, &text)?;
    for _ in 0..runs {
        whole.create.add(work.timed(&["plan", "-detailed-exitcode"], 2)?);
        whole.apply.add(work.timed(&["apply", "-auto-approve"], 0)?);
        whole.nothing.add(work.timed(&["plan", "-detailed-exitcode"], 0)?);
        work.forget()?;
    }
    Ok(whole)
}
