//! What tells one object of a resource from another: the identity that core stores beside the state (protocol 6.9).

use super::Upgrade;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Identity;

/// How the objects of the model `M` are identified; `()` for a resource without an identity.
///
/// [`Identifies::of`] is the only place that makes an identity: the framework calls it after each read, apply, import
/// and move, in a plan as soon as all of it is known, and for each listed object (protocol rule 35). Core refuses
/// an identity that is unknown then, so it must be made of what a read always finds.
pub trait Identifies<M>: Identity + Send + Sync {
    /// Version of the stored form; each one below it has its [`Identifies::upgrades`].
    const VERSION: i64 = 0;

    /// Whether an update may change it. Without that, a changed identity is an error: another object answers.
    const MUTABLE: bool = false;

    /// The identity of an object: pure.
    fn of(model: &M) -> Self;

    /// What brings a stored identity from each older version to the next one.
    fn upgrades() -> Vec<Upgrade> {
        Vec::new()
    }
}

impl<M> Identifies<M> for () {
    fn of(_: &M) {}
}

/// What a person gave to say which object is to be imported.
#[derive(Debug, Clone, PartialEq)]
pub enum ImportBy<'a, I> {
    /// The id of `terraform import`, or of an `import` block.
    Id(&'a str),
    /// The identity of an `import` block (Terraform 1.12, OpenTofu 1.12): what is required is there, nothing is unknown.
    Identity(I),
}

impl<'a, I> ImportBy<'a, I> {
    /// The id, for a resource that has no identity.
    pub fn id(self) -> Result<&'a str, Diagnostics> {
        match self {
            Self::Id(id) => Ok(id),
            Self::Identity(_) => Err(Diagnostic::error(
                "Import needs an id",
                "The resource is imported by its id alone, and an identity was given.",
            )
            .into()),
        }
    }
}
