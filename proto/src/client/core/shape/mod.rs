//! Schemas as core sees them: read from the messages, with none of the server's own types.

mod read;
mod walk;

pub use read::FunctionShape;

use crate::value::Type;

/// The attributes and blocks of one object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// Its attributes.
    pub attributes: Vec<AttributeShape>,
    /// Its nested blocks.
    pub blocks: Vec<BlockShape>,
}

/// One attribute.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "the protocol's own flags, each for itself")]
pub struct AttributeShape {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub content: Content,
    /// The user must set it.
    pub required: bool,
    /// The user may set it.
    pub optional: bool,
    /// The provider may set it.
    pub computed: bool,
    /// It is in the configuration only (protocol rule 23).
    pub write_only: bool,
    /// Its value is hidden in what a person sees.
    pub sensitive: bool,
}

/// What an attribute holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A value of a type.
    Plain(Type),
    /// Nested attributes.
    Objects(Nesting, Shape),
}

/// One nested block.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockShape {
    /// Its name.
    pub name: String,
    /// How the objects stand.
    pub nesting: Nesting,
    /// The fewest that must be written.
    pub min: i64,
    /// The most that may be written; 0 is no limit.
    pub max: i64,
    /// The provider may fill it where the user wrote none (6.11).
    pub computed: bool,
    /// What is in each.
    pub shape: Shape,
}

/// How objects stand below an attribute or block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One, or null.
    Single,
    /// One, never null: what is absent has all attributes null.
    Group,
    /// In an order.
    List,
    /// Without order or duplicates.
    Set,
    /// By a key.
    Map,
}

impl Shape {
    /// The type of the object.
    pub fn ty(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|attribute| (attribute.name.clone(), attribute.ty()));
        let blocks = self
            .blocks
            .iter()
            .map(|block| (block.name.clone(), block.nesting.of(block.shape.ty())));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// Whether a write-only attribute stands anywhere in it.
    pub fn has_write_only(&self) -> bool {
        let inside = |attribute: &AttributeShape| match &attribute.content {
            Content::Plain(_) => false,
            Content::Objects(_, shape) => shape.has_write_only(),
        };
        self.attributes
            .iter()
            .any(|attribute| attribute.write_only || inside(attribute))
            || self.blocks.iter().any(|block| block.shape.has_write_only())
    }
}

impl AttributeShape {
    /// The type of its values.
    pub fn ty(&self) -> Type {
        match &self.content {
            Content::Plain(ty) => ty.clone(),
            Content::Objects(nesting, shape) => nesting.of(shape.ty()),
        }
    }

    /// Whether the provider alone sets it.
    pub fn is_computed_only(&self) -> bool {
        self.computed && !self.optional
    }
}

impl Nesting {
    /// The type of such objects.
    pub fn of(self, object: Type) -> Type {
        match self {
            Self::Single | Self::Group => object,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }
}
