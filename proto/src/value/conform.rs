//! Whether a value has the shape of a type.

use super::{Path, Step, Type, Value};

impl Value {
    /// Checks that the value has the type `ty`: objects with all attributes and none more (protocol rule 10), tuples
    /// with all elements. Says where it does not and how, without showing the value.
    pub fn conforms(&self, ty: &Type) -> Result<(), (Path, String)> {
        check(self, ty).map_err(|(mut steps, reason)| {
            steps.reverse();
            (Path(steps), reason)
        })
    }
}

/// The fault with its steps from the inside out.
type Mismatch = (Vec<Step>, String);

fn check(value: &Value, ty: &Type) -> Result<(), Mismatch> {
    let mismatch = || (Vec::new(), format!("expected {ty}, found {}", value.kind()));
    match (value, ty) {
        (Value::Null | Value::Unknown(_), _)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => Ok(()),
        (Value::Dynamic(carried, value), Type::Dynamic) => check(value, carried),
        (Value::List(elements), Type::List(element)) => (0..)
            .zip(elements)
            .try_for_each(|(index, part)| check(part, element).map_err(|fault| below(fault, Step::Index(index)))),
        (Value::List(elements), Type::Set(element)) => elements
            .iter()
            .try_for_each(|part| check(part, element).map_err(|fault| below(fault, Step::Element(part.clone())))),
        (Value::List(elements), Type::Tuple(types)) => {
            if elements.len() != types.len() {
                return Err((
                    Vec::new(),
                    format!("expected {} elements, found {}", types.len(), elements.len()),
                ));
            }
            (0..)
                .zip(elements.iter().zip(types))
                .try_for_each(|(index, (part, ty))| check(part, ty).map_err(|fault| below(fault, Step::Index(index))))
        }
        (Value::Map(entries), Type::Map(element)) => entries
            .iter()
            .try_for_each(|(key, part)| check(part, element).map_err(|fault| below(fault, Step::Key(key.clone())))),
        (Value::Map(entries), Type::Object(attributes)) => {
            for (name, ty) in attributes {
                let attribute = || Step::Attribute(name.clone());
                let part = entries
                    .get(name)
                    .ok_or_else(|| (vec![attribute()], "the attribute is missing".to_owned()))?;
                check(part, ty).map_err(|fault| below(fault, attribute()))?;
            }
            match entries.keys().find(|name| !attributes.contains_key(*name)) {
                Some(name) => Err((
                    vec![Step::Attribute(name.clone())],
                    "there is no such attribute".to_owned(),
                )),
                None => Ok(()),
            }
        }
        _ => Err(mismatch()),
    }
}

fn below((mut steps, reason): Mismatch, step: Step) -> Mismatch {
    steps.push(step);
    (steps, reason)
}
