//! The schema's own types.

use super::Validator;
use crate::value::{Type, Value};

/// The schema of a provider's configuration, a resource or a data source.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Version of the stored state's form; a higher one than in the state calls the resource's `upgrade`.
    pub version: i64,
    /// Its attributes and blocks.
    pub block: Block,
}

/// Attributes and blocks that stand together: a whole resource, or the content of a nested block.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// What it is for, in Markdown.
    pub description: String,
    /// What to use instead, where it should no longer be used.
    pub deprecation: Option<String>,
    /// Its attributes in the order of the declaration.
    pub attributes: Vec<Attribute>,
    /// Its nested blocks in the order of the declaration.
    pub blocks: Vec<NestedBlock>,
}

impl Block {
    /// The attribute of that name.
    pub fn find_attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The nested block of that name.
    pub fn find_block(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|block| block.name == name)
    }
}

/// Who sets an attribute (protocol rule 1: exactly one of these).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The user must.
    Required,
    /// The user may; else it is null.
    Optional,
    /// The provider alone.
    Computed,
    /// The user may; else the provider does.
    OptionalComputed,
}

impl Mode {
    /// Whether the user may set it.
    pub fn is_configurable(self) -> bool {
        self != Self::Computed
    }

    /// Whether the provider may set it.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }
}

/// How a plan treats an attribute.
#[derive(Debug, Clone, Default)]
pub struct Modifiers {
    /// The value planned where the configuration has none.
    pub default: Option<Value>,
    /// Whether another value needs another object: it is destroyed and created anew.
    pub replace: bool,
    /// Whether the prior value is planned unless the resource's own plan says that it may change.
    pub keep: bool,
}

/// One attribute.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name in the configuration.
    pub name: String,
    /// What it is for, in Markdown.
    pub description: String,
    /// What it holds (protocol rule 2: a type or nested attributes, never both).
    pub kind: AttributeKind,
    /// Who sets it.
    pub mode: Mode,
    /// Whether Terraform hides its value in output.
    pub sensitive: bool,
    /// Whether it is never stored, neither in a plan nor in a state.
    pub write_only: bool,
    /// What to use instead, where it should no longer be used.
    pub deprecation: Option<String>,
    /// What a known value must satisfy.
    pub validators: Vec<Validator>,
    /// How a plan treats it.
    pub modifiers: Modifiers,
}

/// What an attribute holds.
#[derive(Debug, Clone)]
pub enum AttributeKind {
    /// A value of a type.
    Plain(Type),
    /// Nested attributes.
    Nested(NestedObject),
}

/// Attributes below an attribute: an object, or a collection of objects.
#[derive(Debug, Clone)]
pub struct NestedObject {
    /// One object or a collection of them.
    pub nesting: ObjectNesting,
    /// Their attributes. Blocks are not possible here; the check refuses them.
    pub block: Block,
}

/// How objects stand below an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectNesting {
    /// One object.
    Single,
    /// Objects in an order.
    List,
    /// Objects without order or duplicates.
    Set,
    /// Objects by a key.
    Map,
}

/// A block below a block.
#[derive(Debug, Clone)]
pub struct NestedBlock {
    /// Its name in the configuration.
    pub name: String,
    /// At most one of it, or several.
    pub nesting: BlockNesting,
    /// The fewest that must be written.
    pub min: u32,
    /// The most that may be written; 0 is no limit.
    pub max: u32,
    /// Its content.
    pub block: Block,
}

/// How often a block may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockNesting {
    /// At most once.
    Single,
    /// Several times, in an order.
    List,
    /// Several times, without order or duplicates.
    Set,
}
