//! What is no managed object: data sources, ephemeral resources, functions (protocol rules 36 to 38).

use super::object::{decode, leaks, wholly_known};
use super::{Violation, plan_valid};
use crate::client::core::shape::{FunctionShape, Shape};
use crate::protocol::{DynamicValue, call_function};
use crate::value::{Path, Value};

/// Reads and checks what a data source answered for a known configuration.
pub fn data_source(shape: &Shape, config: &Value, answered: Option<&DynamicValue>) -> (Value, Vec<Violation>) {
    completed(36, shape, config, answered)
}

/// Reads and checks what an ephemeral resource opened with.
pub fn ephemeral(shape: &Shape, config: &Value, answered: Option<&DynamicValue>) -> (Value, Vec<Violation>) {
    completed(37, shape, config, answered)
}

/// An object that exists, is known, and has what was configured.
fn completed(rule: u8, shape: &Shape, config: &Value, answered: Option<&DynamicValue>) -> (Value, Vec<Violation>) {
    let value = match decode(answered, &shape.ty()) {
        Ok(value) => value,
        Err(fault) => return (Value::Null, vec![fault]),
    };
    if value.is_null() {
        let found = vec![Violation::new(rule, &Path::root(), "nothing was answered")];
        return (value, found);
    }
    let mut found = wholly_known(rule, &value, &shape.ty());
    found.extend(leaks(shape, &value));
    found.extend(plan_valid::check(shape, &Value::Null, config, &value));
    (value, found)
}

/// Reads and checks the result of a function: a value of its type or an error, whose argument exists.
pub fn function(
    shape: &FunctionShape,
    answered: &call_function::Response,
    arguments: usize,
) -> (Value, Vec<Violation>) {
    let root = Path::root();
    let Some(error) = &answered.error else {
        return match decode(answered.result.as_ref(), &shape.result) {
            Ok(value) => (value, Vec::new()),
            Err(fault) => (Value::Null, vec![Violation { rule: 38, ..fault }]),
        };
    };
    let beyond = |index: i64| usize::try_from(index).map_or(true, |index| index >= arguments);
    let mut found = Vec::new();
    if error.function_argument.is_some_and(beyond) {
        found.push(Violation::new(
            38,
            &root,
            "the error names an argument that there is not",
        ));
    }
    if error.text.is_empty() {
        found.push(Violation::new(38, &root, "the error says nothing"));
    }
    (Value::Null, found)
}

/// A function gives the same for the same arguments: core compares plan and apply.
pub fn pure(first: &call_function::Response, second: &call_function::Response) -> Vec<Violation> {
    if first == second {
        return Vec::new();
    }
    let what = "two calls with the same arguments gave different answers";
    vec![Violation::new(38, &Path::root(), what)]
}
