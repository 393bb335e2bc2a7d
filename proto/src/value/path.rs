//! Where a value stands inside another one.

use std::fmt;

use super::Value;

/// The way from a whole value down to a part of it. Empty: the whole value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// An attribute of an object, or a block.
    Attribute(String),
    /// The position in a list or tuple, from 0.
    Index(i64),
    /// The key of a map.
    Key(String),
    /// An element of a set, which is named by its value.
    Element(Value),
}

impl Path {
    /// The path of the whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of the attribute or block `name` below this one.
    #[must_use]
    pub fn attribute(&self, name: impl Into<String>) -> Path {
        self.with(Step::Attribute(name.into()))
    }

    /// The path of the list element `index` below this one.
    #[must_use]
    pub fn index(&self, index: i64) -> Path {
        self.with(Step::Index(index))
    }

    /// The path of the map element `key` below this one.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Path {
        self.with(Step::Key(key.into()))
    }

    /// The path of the set element `value` below this one.
    #[must_use]
    pub fn element(&self, value: Value) -> Path {
        self.with(Step::Element(value))
    }

    /// This path with one more step.
    #[must_use]
    pub fn with(&self, step: Step) -> Path {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// This path continued by `rest`.
    #[must_use]
    pub fn join(&self, rest: &Path) -> Path {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }

    /// The steps from the root on.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// True for the path of the whole value.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// True where `prefix` is this path or one above it.
    pub fn starts_with(&self, prefix: &Path) -> bool {
        self.0.starts_with(&prefix.0)
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

impl fmt::Display for Path {
    /// Terraform's notation: `ingress.rate_limit[0].headers["X-Name"]`. The root is the empty string.
    ///
    /// A set element is shown as `[...]`: its name is its value, and that may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    f.write_str("[\"")?;
                    for character in key.chars() {
                        match character {
                            '"' => f.write_str("\\\"")?,
                            '\\' => f.write_str("\\\\")?,
                            '\n' => f.write_str("\\n")?,
                            '\r' => f.write_str("\\r")?,
                            '\t' => f.write_str("\\t")?,
                            control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
                            plain => write!(f, "{plain}")?,
                        }
                    }
                    f.write_str("\"]")?;
                }
                Step::Element(_) => f.write_str("[...]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Value};

    #[test]
    fn paths_print_in_terraforms_notation() {
        assert_eq!(Path::root().to_string(), "");
        let path = Path::root()
            .attribute("a")
            .attribute("b")
            .index(0)
            .attribute("c")
            .key("k");
        assert_eq!(path.to_string(), "a.b[0].c[\"k\"]");
    }

    #[test]
    fn keys_are_quoted() {
        assert_eq!(
            Path::root().attribute("a").key("\"\\\n\u{7}é").to_string(),
            "a[\"\\\"\\\\\\n\\u0007é\"]"
        );
    }

    #[test]
    fn a_set_element_does_not_show_its_value() {
        let path = Path::root()
            .attribute("tokens")
            .element(Value::from("secret"))
            .attribute("x");
        assert_eq!(path.to_string(), "tokens[...].x");
    }

    #[test]
    fn a_path_starts_with_those_above_it() {
        let above = Path::root().attribute("a");
        let below = above.join(&Path::root().index(1));
        assert_eq!(below, above.index(1));
        assert!(below.starts_with(&above) && below.starts_with(&Path::root()) && below.starts_with(&below));
        assert!(!above.starts_with(&below));
    }
}
