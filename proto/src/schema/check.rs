//! What is wrong with a schema: core would refuse the whole provider for it, so a unit test finds it first.

mod signature;

use std::collections::BTreeSet;
use std::fmt;

use super::{Attribute, AttributeKind, Block, BlockNesting, Mode, NestedBlock, ObjectNesting, Schema};
use crate::value::{Path, Type};

pub use signature::check_signature;

/// Names that mean something else inside the block of a resource or data source.
const RESERVED: [&str; 7] = [
    "count",
    "for_each",
    "depends_on",
    "lifecycle",
    "provider",
    "provisioner",
    "connection",
];
/// Names that mean something else inside the block of a provider.
const RESERVED_IN_PROVIDER: [&str; 2] = ["alias", "version"];

/// What a schema is of; it decides about names and write-only attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A provider's configuration.
    Provider,
    /// A managed resource.
    Resource,
    /// A data source.
    DataSource,
    /// A list resource.
    ListResource,
    /// A module's `provider_meta` block.
    ProviderMeta,
    /// An ephemeral resource.
    EphemeralResource,
    /// An action.
    Action,
}

/// One fault of a schema, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{owner}: {path}: {fault} (protocol rule {})", fault.rule())]
pub struct SchemaError {
    /// The name of the provider, resource or data source.
    pub owner: String,
    /// The attribute or block.
    pub path: Path,
    /// What is wrong with it.
    pub fault: SchemaFault,
}

/// What can be wrong with a schema. Rules 1 and 2 cannot be broken here, since a mode and a kind are one value each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaFault {
    /// Nested attributes cannot hold blocks.
    #[error("the model of a nested attribute has the block `{0}`, which is possible only below a block")]
    BlockInNestedAttribute(String),
    /// A name outside a-z, 0-9 and _.
    #[error("a name consists of a-z, 0-9 and _, and starts with a letter")]
    Name,
    /// The name means something else there.
    #[error("the name is reserved")]
    Reserved,
    /// A name that occurs twice.
    #[error("the name occurs twice")]
    Duplicate,
    /// Bounds that do not fit the nesting.
    #[error("the bounds {min} and {max} do not fit a {nesting} block")]
    Bounds {
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
        /// The nesting in a word.
        nesting: &'static str,
    },
    /// A dynamic type where types must be the same.
    #[error("a dynamic type cannot stand in a collection of blocks or in a set")]
    DynamicInCollection,
    /// A write-only attribute inside a set.
    #[error("a write-only attribute cannot stand inside a set")]
    WriteOnlyInSet,
    /// A negative version.
    #[error("the version {0} is negative")]
    Version(i64),
    /// A resource or data source whose name does not start with the provider's.
    #[error("the name does not start with `{0}_`")]
    TypeName(String),
    /// A write-only attribute that the provider sets.
    #[error("a write-only attribute comes from the user: it is required or optional")]
    WriteOnlyComputed,
    /// A write-only attribute outside a managed resource.
    #[error("only managed resources have write-only attributes")]
    WriteOnlyOutsideResource,
    /// A write-only attribute of a nested kind with something stored inside.
    #[error("what stands below a write-only attribute is write-only too")]
    StoredInWriteOnly,
    /// An attribute of an identity that is neither a primitive nor a list of one.
    #[error("an identity consists of primitives and lists of them, and this is {0}")]
    NotForIdentity(String),
    /// An identity that could be imported with nothing given.
    #[error("an import by identity would have to give nothing")]
    NothingRequiredForImport,
    /// A version without exactly one upgrader, or an upgrader of a version that is not below the present one.
    #[error("there are {count} upgraders from version {version}: each version below the present one has exactly one")]
    Upgrade {
        /// The version that it starts from.
        version: i64,
        /// How many there are.
        count: usize,
    },
    /// The stored object of an upgrader does not reach the present form.
    #[error("what version {version} stored does not reach the present form: {reason}")]
    Stored {
        /// The version that stored it.
        version: i64,
        /// What is wrong.
        reason: String,
    },
    /// A list resource without a managed resource of its name that has an identity.
    #[error("a list resource needs the managed resource of its name, and that needs an identity")]
    ListWithoutIdentity,
    /// A function or parameter whose name could not be written in a configuration.
    #[error("the name of a function or parameter consists of a-z, 0-9 and _, and starts with a letter")]
    Identifier,
    /// Two parameters of one name.
    #[error("another parameter has the same name")]
    SameParameter,
    /// An attribute that an action alone would set.
    #[error("an action is no object, so nobody could read a computed attribute")]
    ComputedInAction,
    /// A default without `optional`, or one of another type.
    #[error("the default does not fit: {0}")]
    Default(String),
}

impl SchemaFault {
    /// The number of the protocol rule that is broken.
    pub fn rule(&self) -> u8 {
        match self {
            Self::BlockInNestedAttribute(_) => 2,
            Self::Name | Self::Reserved | Self::Duplicate | Self::TypeName(_) => 3,
            Self::Bounds { .. } => 4,
            Self::DynamicInCollection | Self::WriteOnlyInSet => 5,
            Self::Version(_) => 6,
            Self::NotForIdentity(_) | Self::NothingRequiredForImport => 7,
            Self::Identifier | Self::SameParameter => 8,
            Self::WriteOnlyComputed | Self::WriteOnlyOutsideResource | Self::StoredInWriteOnly => 9,
            Self::Default(_) => 17,
            Self::Upgrade { .. } | Self::Stored { .. } => 32,
            Self::ListWithoutIdentity => 39,
            Self::ComputedInAction => 40,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Provider => "provider",
            Self::Resource => "resource",
            Self::DataSource => "data source",
            Self::ListResource => "list resource",
            Self::ProviderMeta => "provider meta",
            Self::EphemeralResource => "ephemeral resource",
            Self::Action => "action",
        })
    }
}

/// All faults of a schema; empty when it is good.
pub fn check_schema(owner: &str, subject: Subject, schema: &Schema) -> Vec<SchemaError> {
    let mut checker = Checker {
        owner,
        subject,
        found: Vec::new(),
    };
    let root = Path::root();
    if schema.version < 0 {
        checker.add(&root, SchemaFault::Version(schema.version));
    }
    for name in names(&schema.block) {
        if RESERVED.contains(&name) || subject == Subject::Provider && RESERVED_IN_PROVIDER.contains(&name) {
            checker.add(&root.attribute(name), SchemaFault::Reserved);
        }
    }
    checker.block(&schema.block, &root, Inside::default());
    checker.found
}

fn names(block: &Block) -> impl Iterator<Item = &str> {
    let attributes = block.attributes.iter().map(|attribute| attribute.name.as_str());
    attributes.chain(block.blocks.iter().map(|block| block.name.as_str()))
}

/// What stands around an attribute.
#[derive(Debug, Clone, Copy, Default)]
struct Inside {
    set: bool,
    /// A list or set of blocks, whose elements must have one type.
    collection: bool,
    write_only: bool,
}

struct Checker<'a> {
    owner: &'a str,
    subject: Subject,
    found: Vec<SchemaError>,
}

impl Checker<'_> {
    fn add(&mut self, path: &Path, fault: SchemaFault) {
        self.found.push(SchemaError {
            owner: self.owner.to_owned(),
            path: path.clone(),
            fault,
        });
    }

    fn block(&mut self, block: &Block, path: &Path, inside: Inside) {
        let mut seen = BTreeSet::new();
        for name in names(block) {
            let path = path.attribute(name);
            if !is_name(name) {
                self.add(&path, SchemaFault::Name);
            }
            if !seen.insert(name) {
                self.add(&path, SchemaFault::Duplicate);
            }
        }
        for attribute in &block.attributes {
            self.attribute(attribute, &path.attribute(&attribute.name), inside);
        }
        for nested in &block.blocks {
            self.nested_block(nested, &path.attribute(&nested.name), inside);
        }
    }

    fn nested_block(&mut self, nested: &NestedBlock, path: &Path, inside: Inside) {
        let (min, max) = (nested.min, nested.max);
        let (good, nesting) = match nested.nesting {
            BlockNesting::Single => (min == max && min <= 1, "single"),
            BlockNesting::List => (max == 0 || min <= max, "list"),
            BlockNesting::Set => (max == 0 || min <= max, "set"),
        };
        if !good {
            self.add(path, SchemaFault::Bounds { min, max, nesting });
        }
        let inside = Inside {
            set: inside.set || nested.nesting == BlockNesting::Set,
            collection: inside.collection || nested.nesting != BlockNesting::Single,
            ..inside
        };
        self.block(&nested.block, path, inside);
    }

    fn attribute(&mut self, attribute: &Attribute, path: &Path, inside: Inside) {
        if attribute.write_only {
            self.write_only(attribute, path, inside);
        } else if inside.write_only {
            self.add(path, SchemaFault::StoredInWriteOnly);
        }
        if self.subject == Subject::Action && attribute.mode == Mode::Computed {
            self.add(path, SchemaFault::ComputedInAction);
        }
        self.default(attribute, path);
        match &attribute.kind {
            AttributeKind::Plain(ty) => {
                if is_dynamic(ty) && (inside.set || inside.collection) || dynamic_in_set(ty) {
                    self.add(path, SchemaFault::DynamicInCollection);
                }
            }
            AttributeKind::Nested(nested) => {
                for block in &nested.block.blocks {
                    self.add(path, SchemaFault::BlockInNestedAttribute(block.name.clone()));
                }
                let inside = Inside {
                    set: inside.set || nested.nesting == ObjectNesting::Set,
                    write_only: inside.write_only || attribute.write_only,
                    ..inside
                };
                let attributes = Block {
                    blocks: Vec::new(),
                    ..nested.block.clone()
                };
                self.block(&attributes, path, inside);
            }
        }
    }

    fn write_only(&mut self, attribute: &Attribute, path: &Path, inside: Inside) {
        if attribute.mode.is_computed() {
            self.add(path, SchemaFault::WriteOnlyComputed);
        }
        if self.subject != Subject::Resource {
            self.add(path, SchemaFault::WriteOnlyOutsideResource);
        }
        if inside.set {
            self.add(path, SchemaFault::WriteOnlyInSet);
        }
    }

    fn default(&mut self, attribute: &Attribute, path: &Path) {
        let Some(default) = &attribute.modifiers.default else {
            return;
        };
        if attribute.mode != Mode::OptionalComputed {
            self.add(
                path,
                SchemaFault::Default("the attribute is not optional and computed".to_owned()),
            );
        }
        if let Err((_, reason)) = default.conforms(&attribute.implied_type()) {
            self.add(path, SchemaFault::Default(reason));
        }
        for validator in &attribute.validators {
            if let Some(refusal) = validator.apply(default, path) {
                self.add(path, SchemaFault::Default(refusal.detail));
            }
        }
    }
}

/// Whether a name is `^[a-z][a-z0-9_]*$`. Core checks it for blocks only (protocol rule 3).
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => is_dynamic(element),
        Type::Tuple(elements) => elements.iter().any(is_dynamic),
        Type::Object(attributes) => attributes.values().any(is_dynamic),
    }
}

fn dynamic_in_set(ty: &Type) -> bool {
    match ty {
        Type::Set(element) => is_dynamic(element),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Map(element) => dynamic_in_set(element),
        Type::Tuple(elements) => elements.iter().any(dynamic_in_set),
        Type::Object(attributes) => attributes.values().any(dynamic_in_set),
    }
}

#[cfg(test)]
mod tests;
