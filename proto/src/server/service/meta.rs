//! What a module says to the provider in its `provider_meta` block.

use super::{Service, codec};
use crate::diagnostics::Diagnostic;
use crate::protocol::DynamicValue;
use crate::schema::{Block, Schema};
use crate::value::{Type, Value};

/// The schema of the block and the type of its values.
pub(super) struct Meta {
    pub(super) schema: Schema,
    ty: Type,
}

impl Meta {
    pub(super) fn new(block: Block) -> Self {
        Self {
            ty: block.implied_type(),
            schema: Schema { version: 0, block },
        }
    }
}

impl Service {
    /// What was sent of it: null without a block, and always from OpenTofu.
    pub(super) fn meta(&self, sent: Option<&DynamicValue>) -> Result<Value, Diagnostic> {
        match &self.meta {
            Some(meta) => codec::decode(sent, &meta.ty),
            None => Ok(Value::Null),
        }
    }
}
