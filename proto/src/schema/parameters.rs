//! The arguments of a function, from values to a struct.

use std::fmt;

use super::{Leaf, ParameterList};
use crate::Field;
use crate::diagnostics::Diagnostics;
use crate::value::{Path, Value};

/// A struct that declares what a function takes and is read from its arguments; made by `#[derive(Parameters)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what a function takes",
    label = "add `#[derive(Parameters)]` to `{Self}`"
)]
pub trait Parameters: Sized {
    /// The parameters in their order.
    fn list() -> ParameterList;

    /// Reads the arguments, of which there are as many as the list says.
    fn from_values(values: &[Value]) -> Result<Self, FunctionError>;
}

/// The type of the field that takes any number of arguments: `Vec<T>`.
#[diagnostic::on_unimplemented(
    message = "a parameter that takes any number of arguments is a `Vec<...>`",
    label = "write `Vec<{Self}>` here"
)]
pub trait VariadicField: Sized {
    /// What each argument is.
    type Element: Leaf;

    /// Puts the arguments together.
    fn of(elements: Vec<Self::Element>) -> Self;
}

impl<T: Leaf> VariadicField for Vec<T> {
    type Element = T;

    fn of(elements: Vec<T>) -> Self {
        elements
    }
}

/// The place of an argument, from 0. The derive makes a constant of it for each parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Argument(pub usize);

impl Argument {
    /// The argument that stands `further` places behind: one of those that a variadic parameter took.
    #[must_use]
    pub fn nth(self, further: usize) -> Self {
        Self(self.0.saturating_add(further))
    }

    /// An error that this argument caused.
    pub fn error(self, text: impl Into<String>) -> FunctionError {
        FunctionError {
            text: text.into(),
            argument: Some(self),
        }
    }
}

/// Why a function has no result. Terraform shows it at the call, or at the argument that caused it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FunctionError {
    /// What is wrong and what is expected, in whole sentences. Terraform shows it as it is: nothing secret.
    pub text: String,
    /// The argument that caused it.
    pub argument: Option<Argument>,
}

impl FunctionError {
    /// An error that no single argument caused; see [`Argument::error`] for the others.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: None,
        }
    }
}

impl fmt::Display for FunctionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument {
            None => formatter.write_str(&self.text),
            Some(Argument(position)) => write!(formatter, "argument {}: {}", position + 1, self.text),
        }
    }
}

/// Reads arguments one by one; the first that cannot be read is the error.
#[derive(Debug)]
pub struct ArgumentReader<'a> {
    values: &'a [Value],
    position: usize,
}

impl<'a> ArgumentReader<'a> {
    /// Starts with the first argument.
    pub fn new(values: &'a [Value]) -> Self {
        Self { values, position: 0 }
    }

    /// Reads the next argument.
    pub fn next<T: Leaf>(&mut self, name: &str) -> Result<T, FunctionError> {
        let place = Argument(self.position);
        self.position += 1;
        let value = self.values.get(place.0).unwrap_or(&Value::Null);
        match T::decode(value, &Path::root()) {
            Ok(Field::Known(argument)) => Ok(argument),
            Ok(Field::Null) => Err(place.error(format!("The argument `{name}` must not be null."))),
            Ok(Field::Unknown) => Err(place.error(format!("The argument `{name}` must be known."))),
            Err(diagnostics) => Err(place.error(text(name, &diagnostics))),
        }
    }

    /// Reads all further arguments.
    pub fn rest<V: VariadicField>(&mut self, name: &str) -> Result<V, FunctionError> {
        let mut elements = Vec::new();
        while self.position < self.values.len() {
            elements.push(self.next(name)?);
        }
        Ok(V::of(elements))
    }
}

/// The errors of one argument as one text.
fn text(name: &str, diagnostics: &Diagnostics) -> String {
    let lines: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let below = diagnostic.path.as_ref().map(ToString::to_string).unwrap_or_default();
            let dot = if below.is_empty() || below.starts_with('[') {
                ""
            } else {
                "."
            };
            format!("`{name}{dot}{below}`: {}", diagnostic.detail)
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Model;
    use crate::schema::{Parameter, Signature};
    use crate::value::Type;

    /// Puts things together.
    ///
    /// In more words.
    #[derive(Debug, PartialEq, tfplugin::Parameters)]
    struct Everything {
        /// Plain.
        plain: String,
        /// Null and unknown.
        open: Field<Vec<Field<i64>>>,
        r#type: Place,
        #[parameter(variadic)]
        more: Vec<u16>,
    }

    #[derive(Debug, Clone, Default, PartialEq, Model)]
    struct Place {
        #[attribute(required)]
        room: Field<String>,
    }

    fn arguments(more: impl IntoIterator<Item = Value>) -> Vec<Value> {
        let place = Value::map([("room", Value::from("r"))]);
        let list = Value::List(vec![Value::Null, Value::unknown(), Value::from(1)]);
        [Value::from("p"), list, place].into_iter().chain(more).collect()
    }

    #[test]
    fn a_struct_is_the_signature() {
        let list = Everything::list();
        assert_eq!(list.summary(), "Puts things together.");
        assert_eq!(list.description, "Puts things together.\n\nIn more words.");
        let parameter = |name: &str, description: &str, ty, open| Parameter {
            name: name.to_owned(),
            description: description.to_owned(),
            ty,
            allows_null: open,
            allows_unknown: open,
        };
        assert_eq!(
            list.positional,
            [
                parameter("plain", "Plain.", Type::String, false),
                parameter("open", "Null and unknown.", Type::list(Type::Number), true),
                parameter("type", "", Type::object([("room", Type::String)]), false),
            ]
        );
        assert_eq!(list.variadic, Some(parameter("more", "", Type::Number, false)));
        let result = Signature::new::<BTreeMap<String, Field<bool>>>(list).result;
        assert_eq!(result, Type::map(Type::Bool));
    }

    #[test]
    fn a_struct_is_the_decoder() {
        let read = Everything::from_values(&arguments([Value::from(1), Value::from(2)]));
        let expected = Everything {
            plain: "p".to_owned(),
            open: Field::Known(vec![Field::Null, Field::Unknown, Field::Known(1)]),
            r#type: Place {
                room: Field::Known("r".to_owned()),
            },
            more: vec![1, 2],
        };
        assert_eq!(read, Ok(expected));
        assert_eq!(
            Everything::from_values(&arguments([])).map(|read| read.more),
            Ok(Vec::new())
        );
    }

    #[test]
    fn an_error_names_its_argument() {
        let refused = |values: Vec<Value>| Everything::from_values(&values).unwrap_err();
        let mut null = arguments([]);
        null[0] = Value::Null;
        assert_eq!(
            refused(null),
            Everything::PLAIN.error("The argument `plain` must not be null.")
        );
        let big = refused(arguments([Value::from(1), Value::from(70_000)]));
        assert_eq!(big.argument, Some(Everything::MORE.nth(1)));
        assert!(
            big.to_string().starts_with("argument 5: `more`: A whole number from 0"),
            "{big}"
        );
        let mut below = arguments([]);
        below[2] = Value::map([("room", Value::from(1))]);
        let below = refused(below);
        assert_eq!(below.text, "`type.room`: A value of the type string is needed here.");
        assert_eq!(below.argument, Some(Everything::TYPE));
    }
}
