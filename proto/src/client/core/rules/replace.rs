//! What is to happen to an object, and whether it has to be another one (protocol rule 22).

use super::Violation;
use super::compare::{at, equal};
use crate::client::core::shape::Shape;
use crate::value::{Path, Value};

/// What a plan comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing changes.
    NoOp,
    /// A new object.
    Create,
    /// The object changes in place.
    Update,
    /// The object is removed, and a new one made.
    Replace,
    /// The object is removed.
    Delete,
}

/// The paths of `required` that really ask for another object, and those that exist nowhere.
///
/// On a creation none does. An unchanged value asks for nothing, except a write-only one, which cannot be compared.
pub fn effective(shape: &Shape, prior: &Value, planned: &Value, required: &[Path]) -> (Vec<Path>, Vec<Violation>) {
    let (mut paths, mut found) = (Vec::new(), Vec::new());
    if prior.is_null() {
        return (paths, found);
    }
    let mut write_only = Vec::new();
    shape.each(planned, &Path::root(), &mut |attribute, _, path| {
        if attribute.write_only {
            write_only.push(path.clone());
        }
    });
    for path in required {
        let (before, after) = (at(prior, path), at(planned, path));
        match (&before, &after) {
            (None, None) => found.push(Violation::new(22, path, "a replacement is asked for where nothing is")),
            _ if write_only.contains(path) || changed(before.as_ref(), after.as_ref()) => paths.push(path.clone()),
            _ => {}
        }
    }
    (paths, found)
}

/// Whether a value changes, or may.
fn changed(before: Option<&Value>, after: Option<&Value>) -> bool {
    let (before, after) = (before.unwrap_or(&Value::Null), after.unwrap_or(&Value::Null));
    !(before.is_wholly_known() && after.is_wholly_known() && before == after)
}

/// What the plan comes to.
pub fn action(shape: &Shape, prior: &Value, planned: &Value, replaced: &[Path]) -> Action {
    match (prior.is_null(), planned.is_null()) {
        (true, true) => Action::NoOp,
        (true, false) => Action::Create,
        (false, true) => Action::Delete,
        _ if !replaced.is_empty() => Action::Replace,
        _ if equal(prior, planned, &shape.ty()) == Some(true) => Action::NoOp,
        _ => Action::Update,
    }
}
