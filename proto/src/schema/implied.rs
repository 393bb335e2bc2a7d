//! The type of the values that a schema describes.

use super::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, NestedObject, ObjectNesting};
use crate::value::Type;

impl Block {
    /// The object type of the block's values: all attributes and all blocks (protocol rule 10).
    pub fn implied_type(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|attribute| (attribute.name.clone(), attribute.implied_type()));
        let blocks = self
            .blocks
            .iter()
            .map(|block| (block.name.clone(), block.implied_type()));
        Type::Object(attributes.chain(blocks).collect())
    }
}

impl Attribute {
    /// The type of the attribute's values.
    pub fn implied_type(&self) -> Type {
        self.kind.implied_type()
    }
}

impl AttributeKind {
    /// The type of the values of this kind.
    pub fn implied_type(&self) -> Type {
        match self {
            Self::Plain(ty) => ty.clone(),
            Self::Nested(nested) => nested.implied_type(),
        }
    }
}

impl NestedObject {
    /// The type of the object, or of the collection of objects.
    pub fn implied_type(&self) -> Type {
        let object = self.block.implied_type();
        match self.nesting {
            ObjectNesting::Single => object,
            ObjectNesting::List => Type::list(object),
            ObjectNesting::Set => Type::set(object),
            ObjectNesting::Map => Type::map(object),
        }
    }
}

impl NestedBlock {
    /// The type of the block, or of the collection of blocks.
    pub fn implied_type(&self) -> Type {
        let object = self.block.implied_type();
        match self.nesting {
            BlockNesting::Single => object,
            BlockNesting::List => Type::list(object),
            BlockNesting::Set => Type::set(object),
        }
    }
}
