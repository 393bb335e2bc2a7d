//! Provider functions.

use crate::schema::{FunctionError, Leaf, Parameters};

/// A function: `provider::NAME::FUNCTION(...)` in a configuration (Terraform 1.8, OpenTofu 1.7).
///
/// It is pure: the same arguments give the same result, on every machine and at any time, since core compares the
/// results of plan and apply; and it needs no configuration, since Terraform calls it before there is one (protocol
/// rule 38). So its handler gets neither a call nor time to wait.
pub trait Function: Sized + Send + Sync + 'static {
    /// What it takes and what it is for; the comments of the struct are its documentation.
    type Parameters: Parameters;
    /// What it gives. A `Field<T>` may be null; unknown it may be only where an argument was.
    type Output: Leaf;

    /// Its name, without the provider's.
    const NAME: &'static str;
    /// What to use instead, where it should no longer be used.
    const DEPRECATION: Option<&'static str> = None;

    /// Gives the result, or says which argument is at fault. It is not called with an unknown argument that it does
    /// not take: the result is then unknown.
    fn call(&self, arguments: Self::Parameters) -> Result<Self::Output, FunctionError>;
}
