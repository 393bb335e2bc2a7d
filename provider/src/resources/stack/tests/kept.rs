//! Generated secrets and marks of steps that a machine has lost.

use super::super::kept;
use super::*;

const PASSWORD: &str = "status/administrator-password";
const ADMINISTRATOR: &str = "status/administrator";

/// The drift of a machine that carries the stack, after a change.
fn drift(change: impl FnOnce(&mut StackSnapshot)) -> (Vec<String>, Stack) {
    let rendered = rendering(&minimal());
    let mut found = machine(&rendered);
    found.secrets = vec![PASSWORD.to_owned()];
    found.steps = vec![ADMINISTRATOR.to_owned()];
    found.volumes = vec!["quickfra_platform_status_data".to_owned()];
    change(&mut found);
    let mut state = applied(&minimal());
    kept::observe(&found, &rendered.release, &mut state);
    (state.drift.known().unwrap().clone(), state)
}

#[test]
fn a_whole_machine_has_lost_nothing() {
    let (drift, state) = drift(|_| {});
    assert_eq!(drift, [""; 0]);
    assert!(kept::warning(&state).is_none());
}

#[test]
fn a_lost_password_is_drift_that_no_apply_mends() {
    let (drift, state) = drift(|found| found.secrets.clear());
    assert_eq!(
        drift,
        [
            "the generated secret status/administrator-password is missing and cannot be made anew: its service was set up \
          with it"
        ]
    );
    let warning = kept::warning(&state).unwrap();
    assert!(warning.detail.contains(&drift[0]), "{}", warning.detail);
    assert!(
        warning.detail.contains("/opt/quickfra/platform/secrets/"),
        "{}",
        warning.detail
    );
    let mut planned = minimal();
    super::super::plan::plan(Some(&state), &mut planned, false).unwrap();
    assert_ne!(planned.drift, state.drift, "the plan shows it");
}

#[test]
fn a_secret_that_nobody_knows_yet_is_made() {
    for change in [
        |found: &mut StackSnapshot| found.steps.clear(),
        |found: &mut StackSnapshot| found.volumes.clear(),
        // Another stack, whose name begins in the same way.
        |found: &mut StackSnapshot| found.volumes = vec!["quickfra_platform-2_status_data".to_owned()],
    ] {
        let (drift, state) = drift(|found| {
            found.secrets.clear();
            change(found);
        });
        assert!(
            drift.contains(&"the generated secret status/administrator-password is missing".to_owned()),
            "{drift:?}"
        );
        assert!(kept::warning(&state).is_none());
    }
}

#[test]
fn a_lost_mark_is_drift() {
    let (drift, _) = drift(|found| found.steps.clear());
    assert_eq!(drift, ["the first-run step status/administrator is not marked as done"]);
}

#[test]
fn what_is_not_in_force_needs_nothing() {
    let (drift, _) = drift(|found| {
        found.release = None;
        found.secrets.clear();
        found.steps.clear();
    });
    assert_eq!(drift, [""; 0]);
}
