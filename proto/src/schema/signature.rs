//! What a function takes and gives.

use super::{Leaf, VariadicField};
use crate::protocol;
use crate::protocol::function as message;
use crate::value::Type;

/// What a function takes, and what it is for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParameterList {
    /// What the function is for, in Markdown; the first paragraph alone must say it in short.
    pub description: String,
    /// The parameters in their order.
    pub positional: Vec<Parameter>,
    /// The one that takes all further arguments.
    pub variadic: Option<Parameter>,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it is for, in Markdown.
    pub description: String,
    /// The type that arguments are converted to.
    pub ty: Type,
    /// Whether null is taken.
    pub allows_null: bool,
    /// Whether what is not wholly known is taken; the result is unknown otherwise.
    pub allows_unknown: bool,
}

/// All that is known of a function but its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// What it takes.
    pub parameters: ParameterList,
    /// The type of what it gives (protocol rule 38: always the same one).
    pub result: Type,
    /// What to use instead, where it should no longer be used.
    pub deprecation: Option<String>,
}

impl ParameterList {
    /// No parameters yet.
    #[must_use]
    pub fn new(description: &str) -> Self {
        Self {
            description: description.to_owned(),
            ..Self::default()
        }
    }

    /// The same with one more parameter, of the type `T`.
    #[must_use]
    pub fn parameter<T: Leaf>(mut self, name: &str, description: &str) -> Self {
        self.positional.push(Parameter::of::<T>(name, description));
        self
    }

    /// The same with a last parameter that takes any number of arguments.
    #[must_use]
    pub fn variadic<V: VariadicField>(mut self, name: &str, description: &str) -> Self {
        self.variadic = Some(Parameter::of::<V::Element>(name, description));
        self
    }

    /// The parameter that takes the argument at `position`, from 0.
    pub fn at(&self, position: usize) -> Option<&Parameter> {
        self.positional.get(position).or(self.variadic.as_ref())
    }

    /// All parameters, the variadic one last.
    pub fn all(&self) -> impl Iterator<Item = &Parameter> {
        self.positional.iter().chain(&self.variadic)
    }

    /// The first paragraph of the description.
    pub fn summary(&self) -> &str {
        self.description.split("\n\n").next().unwrap_or_default()
    }
}

impl Parameter {
    fn of<T: Leaf>(name: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            ty: T::kind().implied_type(),
            allows_null: T::HOLDS_STATES,
            allows_unknown: T::HOLDS_STATES,
        }
    }
}

impl Signature {
    /// A function with these parameters that gives a `T`.
    #[must_use]
    pub fn new<T: Leaf>(parameters: ParameterList) -> Self {
        Self {
            parameters,
            result: T::kind().implied_type(),
            deprecation: None,
        }
    }
}

impl From<&Signature> for protocol::Function {
    fn from(signature: &Signature) -> Self {
        let list = &signature.parameters;
        Self {
            parameters: list.positional.iter().map(Into::into).collect(),
            variadic_parameter: list.variadic.as_ref().map(Into::into),
            r#return: Some(message::Return {
                r#type: signature.result.to_json().into(),
            }),
            summary: list.summary().to_owned(),
            description: list.description.clone(),
            description_kind: protocol::StringKind::Markdown.into(),
            deprecation_message: signature.deprecation.clone().unwrap_or_default(),
        }
    }
}

impl From<&Parameter> for message::Parameter {
    fn from(parameter: &Parameter) -> Self {
        Self {
            name: parameter.name.clone(),
            r#type: parameter.ty.to_json().into(),
            allow_null_value: parameter.allows_null,
            allow_unknown_values: parameter.allows_unknown,
            description: parameter.description.clone(),
            description_kind: protocol::StringKind::Markdown.into(),
        }
    }
}
