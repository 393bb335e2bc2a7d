//! What an apply tells besides its result.

use super::super::apply::adopted;
use super::*;
use crate::host::snapshot::Installed;

#[test]
fn a_stack_that_is_there_already_is_told_of() {
    let mut found = machine(&rendering(&minimal()));
    found.installed = Some(Installed {
        by: "ada@laptop".to_owned(),
        at: "2026-11-22T10:00:00Z".to_owned(),
        ..Installed::default()
    });
    let warning = adopted(&found).unwrap();
    assert!(warning.detail.contains("applied by ada@laptop at 2026-11-22T10:00:00Z"));
    found.release = None;
    assert!(adopted(&found).is_none(), "what a destroy kept is no stack");
}
