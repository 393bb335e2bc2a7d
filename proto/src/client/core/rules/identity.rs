//! What tells one object from another (protocol rule 35).

use super::Violation;
use super::object::{decode, wholly_known};
use crate::client::core::shape::Shape;
use crate::protocol::ResourceIdentityData;
use crate::value::{Path, Value};

/// Reads an answered identity.
///
/// `schema` is that of the resource, if it has one; `known` says whether the identity must be known, which it must
/// but in the plans of a creation and a replacement.
pub fn read(
    schema: Option<&Shape>,
    answered: Option<&ResourceIdentityData>,
    known: bool,
) -> (Option<Value>, Vec<Violation>) {
    let refuse = |what: &str| (None, vec![Violation::new(35, &Path::root(), what)]);
    let data = answered.and_then(|answered| answered.identity_data.as_ref());
    let (schema, data) = match (schema, data) {
        (None, None) => return (None, Vec::new()),
        (None, Some(_)) => return refuse("an identity was answered, and the resource has no identity schema"),
        (Some(_), None) => return refuse("no identity was answered"),
        (Some(schema), Some(data)) => (schema, data),
    };
    let ty = schema.ty();
    let identity = match decode(Some(data), &ty) {
        Ok(identity) => identity,
        Err(fault) => return (None, vec![Violation { rule: 35, ..fault }]),
    };
    if identity.is_null() {
        return refuse("the identity is null");
    }
    let found = if known {
        wholly_known(35, &identity, &ty)
    } else {
        Vec::new()
    };
    (Some(identity), found)
}

/// An object keeps its identity as long as it lives: through reads and updates.
pub fn unchanged(before: Option<&Value>, after: Option<&Value>) -> Vec<Violation> {
    match (before, after) {
        (Some(before), Some(after)) if before != after && before.is_wholly_known() => {
            vec![Violation::new(
                35,
                &Path::root(),
                "the identity of the same object changed",
            )]
        }
        _ => Vec::new(),
    }
}
