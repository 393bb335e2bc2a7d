//! How the derive puts a schema together.

use super::{
    Attribute, AttributeField, AttributeKind, Block, BlockField, BlockNesting, Leaf, Mode, Model, Modifiers,
    NestedBlock, Validator,
};
use crate::value::Value;

/// A value that can stand as the default of an attribute.
pub trait DefaultValue<T: Leaf> {
    /// The value of the attribute's own type.
    fn into_default(self) -> T;
}

impl<T: Leaf> DefaultValue<T> for T {
    fn into_default(self) -> T {
        self
    }
}

impl DefaultValue<String> for &str {
    fn into_default(self) -> String {
        self.to_owned()
    }
}

impl Block {
    /// An empty block with its description.
    #[must_use]
    pub fn new(description: &str) -> Self {
        Self {
            description: description.to_owned(),
            ..Self::default()
        }
    }

    /// The same block with one more attribute.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// The same block with one more nested block.
    #[must_use]
    pub fn block(mut self, block: NestedBlock) -> Self {
        self.blocks.push(block);
        self
    }

    /// The same block, which should no longer be used.
    #[must_use]
    pub fn deprecated(mut self, instead: &str) -> Self {
        self.deprecation = Some(instead.to_owned());
        self
    }
}

impl Attribute {
    /// An attribute of any kind.
    #[must_use]
    pub fn new(name: &str, mode: Mode, kind: AttributeKind) -> Self {
        Self {
            name: name.to_owned(),
            description: String::new(),
            kind,
            mode,
            sensitive: false,
            write_only: false,
            deprecation: None,
            validators: Vec::new(),
            modifiers: Modifiers::default(),
        }
    }

    /// The attribute that a model's field of the type `F` declares.
    #[must_use]
    pub fn of<F: AttributeField>(name: &str, mode: Mode, description: &str) -> Self {
        Self {
            description: description.to_owned(),
            sensitive: <F::Inner as Leaf>::SENSITIVE,
            ..Self::new(name, mode, <F::Inner as Leaf>::kind())
        }
    }

    /// Hidden in output.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Never stored.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// No longer to be used.
    #[must_use]
    pub fn deprecated(mut self, instead: &str) -> Self {
        self.deprecation = Some(instead.to_owned());
        self
    }

    /// Another value needs another object.
    #[must_use]
    pub fn replace(mut self) -> Self {
        self.modifiers.replace = true;
        self
    }

    /// The prior value is planned unless the plan says that it may change.
    #[must_use]
    pub fn keep(mut self) -> Self {
        self.modifiers.keep = true;
        self
    }

    /// The value planned where the configuration has none.
    #[must_use]
    pub fn default_to<F: AttributeField>(mut self, value: impl DefaultValue<F::Inner>) -> Self {
        self.modifiers.default = Some(value.into_default().encode());
        self
    }

    /// The same default, already as a value.
    #[must_use]
    pub fn default_value(mut self, value: Value) -> Self {
        self.modifiers.default = Some(value);
        self
    }

    /// One more thing that a known value must satisfy.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }
}

impl NestedBlock {
    /// The block that a model's field of the type `B` declares. Without a description of its own it has its model's.
    #[must_use]
    pub fn of<B: BlockField>(name: &str, description: &str) -> Self {
        let mut block = <B::Content as Model>::schema();
        if !description.is_empty() {
            description.clone_into(&mut block.description);
        }
        Self {
            name: name.to_owned(),
            nesting: B::NESTING,
            min: 0,
            max: 0,
            block,
        }
    }

    /// A set instead of a list.
    #[must_use]
    pub fn set(mut self) -> Self {
        self.nesting = BlockNesting::Set;
        self
    }

    /// The fewest that must be written. A single block has one number for both bounds (protocol rule 4).
    #[must_use]
    pub fn min(mut self, min: u32) -> Self {
        self.min = min;
        if self.nesting == BlockNesting::Single {
            self.max = min;
        }
        self
    }

    /// The most that may be written.
    #[must_use]
    pub fn max(mut self, max: u32) -> Self {
        self.max = max;
        self
    }

    /// The same block, which should no longer be used.
    #[must_use]
    pub fn deprecated(mut self, instead: &str) -> Self {
        self.block = self.block.deprecated(instead);
        self
    }
}
