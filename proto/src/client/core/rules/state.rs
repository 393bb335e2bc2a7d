//! What may become state: results of applying, reading, importing, upgrading and moving (protocol rules 23, 27, 28 and
//! 31 to 34).

use super::object::{decode, leaks, null_blocks, wholly_known};
use super::{Violation, conform};
use crate::client::core::shape::Shape;
use crate::protocol::{DynamicValue, import_resource_state};
use crate::value::{Path, Value};

/// Checks the new state of an apply that reported no error.
pub fn applied(shape: &Shape, planned: &Value, state: &Value) -> Vec<Violation> {
    let root = Path::root();
    match (planned.is_null(), state.is_null()) {
        (true, true) => return Vec::new(),
        (true, false) => {
            return vec![Violation::new(
                28,
                &root,
                "the object was removed, and an object was answered",
            )];
        }
        (false, true) => {
            return vec![Violation::new(
                28,
                &root,
                "the operation succeeded, and nothing was answered",
            )];
        }
        (false, false) => {}
    }
    let mut found = wholly_known(27, state, &shape.ty());
    found.extend(leaks(shape, state));
    found.extend(null_blocks(shape, state));
    found.extend(conform::check(shape, planned, state));
    found
}

/// Checks what a failed apply left: whatever it is, it is stored.
pub fn left(shape: &Shape, state: &Value) -> Vec<Violation> {
    let mut found = wholly_known(27, state, &shape.ty());
    found.extend(leaks(shape, state));
    found
}

/// Reads and checks the answer of a read; null means that the object is gone.
pub fn read(shape: &Shape, answered: Option<&DynamicValue>) -> (Value, Vec<Violation>) {
    stored(31, shape, answered)
}

/// Reads and checks an upgraded state.
pub fn upgraded(shape: &Shape, answered: Option<&DynamicValue>) -> (Value, Vec<Violation>) {
    stored(32, shape, answered)
}

/// Reads and checks the state of a moved object, which exists.
pub fn moved(shape: &Shape, answered: Option<&DynamicValue>) -> (Value, Vec<Violation>) {
    let (value, mut found) = stored(34, shape, answered);
    if found.is_empty() && value.is_null() {
        found.push(Violation::new(34, &Path::root(), "nothing was answered"));
    }
    (value, found)
}

/// Reads and checks what an import found: one object of the type, which may be a stub of an object. An import that is
/// deferred may answer none, or null.
pub fn imported(shape: &Shape, type_name: &str, answered: &import_resource_state::Response) -> (Value, Vec<Violation>) {
    let refuse = |what: &str| (Value::Null, vec![Violation::new(33, &Path::root(), what)]);
    let waits = answered.deferred.is_some();
    let one = match answered.imported_resources.as_slice() {
        [one] => one,
        [] if waits => return (Value::Null, Vec::new()),
        _ => return refuse("an import answers one object"),
    };
    if one.type_name != type_name {
        return refuse("an object of another type was answered");
    }
    let (value, mut found) = stored(33, shape, one.state.as_ref());
    if found.is_empty() && value.is_null() && !waits {
        found.push(Violation::new(33, &Path::root(), "the imported object is null"));
    }
    (value, found)
}

fn stored(rule: u8, shape: &Shape, answered: Option<&DynamicValue>) -> (Value, Vec<Violation>) {
    match decode(answered, &shape.ty()) {
        Ok(value) => {
            let mut found = wholly_known(rule, &value, &shape.ty());
            found.extend(leaks(shape, &value));
            found.extend(null_blocks(shape, &value));
            (value, found)
        }
        Err(fault) => (Value::Null, vec![fault]),
    }
}
