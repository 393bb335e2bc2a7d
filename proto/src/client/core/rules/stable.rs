//! Whether a plan that is made again is the same (protocol rule 24).

use super::{Action, Violation, conform};
use crate::client::core::shape::Shape;
use crate::value::{Path, Value};

/// What changed between the plan that was shown and the one that the apply makes of known configuration. What was
/// known stays; the action stays, except that an update may turn out to change nothing.
pub fn check(shape: &Shape, shown: (Action, &Value), again: (Action, &Value)) -> Vec<Violation> {
    let mut found = Vec::new();
    if shown.0 != again.0 && (shown.0, again.0) != (Action::Update, Action::NoOp) {
        let what = format!("the plan was {:?}, and is {:?} when it is made again", shown.0, again.0);
        found.push(Violation::new(24, &Path::root(), what));
    }
    let broken = conform::check(shape, shown.1, again.1);
    found.extend(broken.into_iter().map(|broken| Violation { rule: 24, ..broken }));
    found
}
