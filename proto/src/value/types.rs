//! Types of values.

use std::collections::BTreeMap;
use std::fmt;

/// The type of a value, as a schema declares it and as a dynamic value carries it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`: an exact decimal of any size.
    Number,
    /// `string`: text in Unicode's normalisation form C.
    String,
    /// `dynamic`: each value carries its own type.
    Dynamic,
    /// `list(T)`
    List(Box<Type>),
    /// `set(T)`: no order, no duplicates.
    Set(Box<Type>),
    /// `map(T)`: keys are strings.
    Map(Box<Type>),
    /// `tuple([A, B])`: one type for each position.
    Tuple(Vec<Type>),
    /// `object({a = A, b = B})`: one type for each attribute; also what a block is on the wire.
    Object(BTreeMap<String, Type>),
}

impl Type {
    /// `list(element)`
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// `set(element)`
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// `map(element)`
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// `object({name = type, ...})`
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }
}

impl fmt::Display for Type {
    /// The type in Terraform's own notation, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Dynamic => f.write_str("dynamic"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (position, element) in elements.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    write!(f, "{comma}{element}")?;
                }
                f.write_str("])")
            }
            Self::Object(attributes) => {
                f.write_str("object({")?;
                for (position, (name, ty)) in attributes.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    write!(f, "{comma}{name} = {ty}")?;
                }
                f.write_str("})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn types_print_in_terraforms_notation() {
        let ty = Type::object([
            ("a", Type::list(Type::Number)),
            ("b", Type::Tuple(vec![Type::set(Type::Bool), Type::Dynamic])),
            ("c", Type::map(Type::String)),
        ]);
        assert_eq!(
            ty.to_string(),
            "object({a = list(number), b = tuple([set(bool), dynamic]), c = map(string)})"
        );
    }
}
