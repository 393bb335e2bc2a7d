//! What tells one object from another (protocol rule 35).

use super::Violation;
use super::compare::{member, same};
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
    let found = if known { complete(schema, &identity) } else { Vec::new() };
    (Some(identity), found)
}

/// Whether an object could be imported by an identity of the right type: all of it is known, and what an import needs is
/// there. Core writes identities into the `import` blocks that it makes, and takes no others there.
pub fn complete(schema: &Shape, identity: &Value) -> Vec<Violation> {
    let mut found = wholly_known(35, identity, &schema.ty());
    schema.each(identity, &Path::root(), &mut |attribute, member, path| {
        if attribute.required && member.is_null() {
            found.push(Violation::new(35, path, "it is null, but an import needs it"));
        }
    });
    found
}

/// An import by an identity answers one, and it says at least what was asked for. Core itself asks only that there is
/// one; with other values it would keep another object than the person meant.
pub fn answers(schema: &Shape, wanted: &Value, answered: Option<&Value>) -> Vec<Violation> {
    let Some(answered) = answered else {
        return vec![Violation::new(35, &Path::root(), "the import answered no identity")];
    };
    let mut found = Vec::new();
    schema.each(wanted, &Path::root(), &mut |attribute, asked, path| {
        if !asked.is_null() && !same(asked, &member(answered, &attribute.name), &attribute.ty()) {
            found.push(Violation::new(35, path, "it is not the one that was asked for"));
        }
    });
    found
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
