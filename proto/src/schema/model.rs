//! Models: structs that are schema and codec at once.

use super::leaf::{encode_field, wrong_shape};
use super::{AttributeField, Block, BlockNesting, Leaf};
use crate::diagnostics::Diagnostics;
use crate::value::{Path, Value};

/// A struct that declares a schema and is read from and written to its values; made by `#[derive(Model)]`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a model", label = "add `#[derive(Model)]` to `{Self}`")]
pub trait Model: Sized {
    /// The attributes and blocks of the struct.
    fn schema() -> Block;

    /// Reads an object. Every error names its attribute below `path`.
    fn from_value(value: &Value, path: &Path) -> Result<Self, Diagnostics>;

    /// Writes an object: all attributes and all blocks (protocol rule 10).
    fn to_value(&self) -> Value;
}

/// A model of nothing: no attributes and no blocks.
impl Model for () {
    fn schema() -> Block {
        Block::default()
    }

    fn from_value(_: &Value, _: &Path) -> Result<Self, Diagnostics> {
        Ok(())
    }

    fn to_value(&self) -> Value {
        Value::Map(std::collections::BTreeMap::new())
    }
}

/// The type of a block's field in a model: `Option<M>` for at most one, `Vec<M>` for several.
#[diagnostic::on_unimplemented(
    message = "a block of a model is an `Option<...>` or a `Vec<...>` of a model",
    label = "write `Option<{Self}>` or `Vec<{Self}>` here"
)]
pub trait BlockField: Default {
    /// The content of one block.
    type Content: Model;
    /// How often it may be written.
    const NESTING: BlockNesting;

    /// Reads the block or blocks.
    fn decode(value: &Value, path: &Path) -> Result<Self, Diagnostics>;

    /// Writes the block or blocks; collections are never null (protocol rule 19).
    fn encode(&self) -> Value;
}

impl<M: Model> BlockField for Option<M> {
    type Content = M;
    const NESTING: BlockNesting = BlockNesting::Single;

    fn decode(value: &Value, path: &Path) -> Result<Self, Diagnostics> {
        match value {
            Value::Null => Ok(None),
            present => M::from_value(present, path).map(Some),
        }
    }

    fn encode(&self) -> Value {
        self.as_ref().map_or(Value::Null, Model::to_value)
    }
}

impl<M: Model> BlockField for Vec<M> {
    type Content = M;
    const NESTING: BlockNesting = BlockNesting::List;

    fn decode(value: &Value, path: &Path) -> Result<Self, Diagnostics> {
        match value {
            Value::Null => Ok(Self::new()),
            Value::List(blocks) => (0_i64..)
                .zip(blocks)
                .map(|(position, block)| M::from_value(block, &path.index(position)))
                .collect(),
            _ => Err(wrong_shape(path, "list of blocks")),
        }
    }

    fn encode(&self) -> Value {
        Value::List(self.iter().map(Model::to_value).collect())
    }
}

/// Reads the fields of a model one by one and gathers all errors, so that the user sees them at once.
#[derive(Debug)]
pub struct Reader<'a> {
    value: &'a Value,
    path: &'a Path,
    diagnostics: Diagnostics,
}

impl<'a> Reader<'a> {
    /// Starts on an object; anything but an object is an error.
    pub fn new(value: &'a Value, path: &'a Path) -> Result<Self, Diagnostics> {
        match value {
            Value::Map(_) => Ok(Self {
                value,
                path,
                diagnostics: Diagnostics::new(),
            }),
            _ => Err(wrong_shape(path, "object")),
        }
    }

    /// Reads one attribute; null where it cannot be read.
    pub fn attribute<F: AttributeField>(&mut self, name: &str) -> F {
        let field = match self.member(name) {
            Some(value) => {
                <F::Inner as Leaf>::decode(value, &self.path.attribute(name)).unwrap_or_else(|diagnostics| {
                    self.diagnostics.extend(diagnostics);
                    crate::Field::Null
                })
            }
            None => crate::Field::Null,
        };
        F::from_field(field)
    }

    /// Reads one block, or the blocks of one name; none where they cannot be read.
    pub fn block<B: BlockField>(&mut self, name: &str) -> B {
        match self.member(name) {
            Some(value) => B::decode(value, &self.path.attribute(name)).unwrap_or_else(|diagnostics| {
                self.diagnostics.extend(diagnostics);
                B::default()
            }),
            None => B::default(),
        }
    }

    /// The errors of all fields.
    pub fn finish(self) -> Result<(), Diagnostics> {
        self.diagnostics.into_result()
    }

    fn member(&self, name: &str) -> Option<&'a Value> {
        match self.value {
            Value::Map(members) => members.get(name),
            _ => None,
        }
    }
}

/// Makes an object of the written fields.
pub fn write_object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    Value::Map(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// Writes the field of an attribute; called by the derive.
pub fn write_attribute<F: AttributeField>(field: &F) -> Value {
    encode_field(field.field())
}
