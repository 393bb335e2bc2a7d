//! Whether a result is what was planned (protocol rules 13 and 27).

use super::Violation;
use super::compare::{elements, member};
use crate::client::core::shape::{BlockShape, Nesting, Shape};
use crate::value::{Path, Type, Value};

/// What a later object does that the planned one did not promise: the result of an apply, or the plan that an apply
/// makes again. Both have the type.
pub fn check(shape: &Shape, planned: &Value, actual: &Value) -> Vec<Violation> {
    let mut checker = Checker { found: Vec::new() };
    checker.object(shape, planned, actual, &Path::root());
    checker.found
}

struct Checker {
    found: Vec<Violation>,
}

impl Checker {
    fn add(&mut self, rule: u8, path: &Path, what: impl Into<String>) {
        self.found.push(Violation::new(rule, path, what));
    }

    fn object(&mut self, shape: &Shape, planned: &Value, actual: &Value, path: &Path) {
        match (planned.is_null(), actual.is_null()) {
            (true, true) => return,
            (true, false) => return self.add(27, path, "it was not planned"),
            (false, true) => return self.add(27, path, "it was planned, and is not there"),
            (false, false) => {}
        }
        for attribute in &shape.attributes {
            let (planned, actual) = (member(planned, &attribute.name), member(actual, &attribute.name));
            self.value(&planned, &actual, &attribute.ty(), &path.attribute(&attribute.name));
        }
        for block in &shape.blocks {
            let (planned, actual) = (member(planned, &block.name), member(actual, &block.name));
            self.block(block, &planned, &actual, &path.attribute(&block.name));
        }
    }

    fn block(&mut self, block: &BlockShape, planned: &Value, actual: &Value, path: &Path) {
        let shape = &block.shape;
        match block.nesting {
            Nesting::Single | Nesting::Group if planned.is_unknown() && actual.is_null() => {}
            Nesting::Single | Nesting::Group => self.object(shape, planned, actual, path),
            _ if [planned, actual]
                .iter()
                .any(|value| value.is_null() || value.is_unknown()) => {}
            Nesting::List | Nesting::Map => {
                let (plans, actuals) = (
                    block.nesting.objects(planned, path),
                    block.nesting.objects(actual, path),
                );
                if plans.len() != actuals.len() {
                    let what = format!("{} blocks were planned, and there are {}", plans.len(), actuals.len());
                    return self.add(27, path, what);
                }
                for (path, planned) in plans {
                    match actuals.iter().find(|(other, _)| *other == path) {
                        Some((_, actual)) => self.object(shape, planned, actual, &path),
                        None => self.add(27, &path, "the planned block is missing"),
                    }
                }
            }
            Nesting::Set => {
                let fits = |planned: &Value, actual: &Value| {
                    let mut checker = Self { found: Vec::new() };
                    checker.object(shape, planned, actual, path);
                    checker.found.is_empty()
                };
                self.set(elements(planned), elements(actual), path, fits);
            }
        }
    }

    fn value(&mut self, planned: &Value, actual: &Value, ty: &Type, path: &Path) {
        match (planned, actual) {
            (Value::Unknown(promised), _) => {
                if let Err(broken) = actual.conforms_to_refinement(promised) {
                    self.add(13, path, broken);
                }
            }
            (planned, actual) if planned.is_null() && actual.is_null() => {}
            (planned, _) if planned.is_null() => self.add(27, path, "there was no value in the plan"),
            (_, actual) if actual.is_null() => self.add(27, path, "there was a value in the plan"),
            (planned, actual) if actual.is_unknown() && !planned.is_unknown() => {
                self.add(27, path, "it was known in the plan, and is unknown");
            }
            (Value::Dynamic(before, planned), Value::Dynamic(after, actual)) => {
                if before == after {
                    self.value(planned, actual, before, path);
                } else {
                    self.add(27, path, "it has another type than planned");
                }
            }
            (Value::List(planned), Value::List(actual)) => self.list(planned, actual, ty, path),
            (Value::Map(planned), Value::Map(actual)) => {
                for (name, planned) in planned {
                    let (ty, path) = inner(ty, name, path);
                    match actual.get(name) {
                        Some(actual) => self.value(planned, actual, ty, &path),
                        None => self.add(27, &path, "the planned element is missing"),
                    }
                }
                for name in actual.keys().filter(|name| !planned.contains_key(*name)) {
                    self.add(27, &inner(ty, name, path).1, "the element was not planned");
                }
            }
            (planned, actual) if planned == actual => {}
            _ => self.add(27, path, "it is not the planned value"),
        }
    }

    fn list(&mut self, planned: &[Value], actual: &[Value], ty: &Type, path: &Path) {
        if let Type::Set(element) = ty {
            let fits = |planned: &Value, actual: &Value| {
                let mut checker = Self { found: Vec::new() };
                checker.value(planned, actual, element, path);
                checker.found.is_empty()
            };
            return self.set(planned, actual, path, fits);
        }
        for (index, (position, planned)) in (0..).zip(planned.iter().enumerate()) {
            let ty = match ty {
                Type::List(element) => element,
                Type::Tuple(elements) => elements.get(position).unwrap_or(&Type::Dynamic),
                _ => &Type::Dynamic,
            };
            match actual.get(position) {
                Some(actual) => self.value(planned, actual, ty, &path.index(index)),
                None => self.add(27, &path.index(index), "the planned element is missing"),
            }
        }
        if actual.len() > planned.len() {
            self.add(27, path, "there are more elements than planned");
        }
    }

    /// Each planned element needs one that it may have become, and the other way round. There may be fewer, since
    /// elements become equal once they are known, and never more.
    fn set(&mut self, planned: &[Value], actual: &[Value], path: &Path, fits: impl Fn(&Value, &Value) -> bool) {
        if !planned
            .iter()
            .all(|planned| actual.iter().any(|actual| fits(planned, actual)))
        {
            self.add(27, path, "a planned element of the set is missing");
        }
        if actual.len() > planned.len()
            || !actual
                .iter()
                .all(|actual| planned.iter().any(|planned| fits(planned, actual)))
        {
            self.add(27, path, "an element of the set was not planned");
        }
    }
}

fn inner<'t>(ty: &'t Type, name: &str, path: &Path) -> (&'t Type, Path) {
    match ty {
        Type::Map(element) => (element, path.key(name)),
        Type::Object(attributes) => (attributes.get(name).unwrap_or(&Type::Dynamic), path.attribute(name)),
        _ => (&Type::Dynamic, path.attribute(name)),
    }
}
