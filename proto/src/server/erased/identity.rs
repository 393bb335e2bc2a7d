//! The adapter of identities.

use crate::diagnostics::Diagnostics;
use crate::schema::{Identity as _, IdentitySchema, Model};
use crate::server::{Identifies, Resource, Upgrade};
use crate::value::{Path, Type, Value};

/// How the objects of a resource are identified.
pub struct DynamicIdentity {
    /// The identity's schema.
    pub schema: IdentitySchema,
    /// The type of its values.
    pub ty: Type,
    /// Whether an update may change it.
    pub mutable: bool,
    /// What brings older identities to the present form.
    pub upgrades: Vec<Upgrade>,
    /// The identity of a state.
    pub of: fn(&Value) -> Result<Value, Diagnostics>,
}

impl DynamicIdentity {
    /// The identity of a resource; `None` where it has none.
    pub(super) fn of<R: Resource>() -> Option<Self> {
        let schema = IdentitySchema::of::<R::Identity>(R::Identity::VERSION);
        if schema.attributes.is_empty() {
            return None;
        }
        Some(Self {
            ty: schema.implied_type(),
            schema,
            mutable: R::Identity::MUTABLE,
            upgrades: R::Identity::upgrades(),
            of: |state| Ok(R::Identity::of(&R::Model::from_value(state, &Path::root())?).to_value()),
        })
    }
}
