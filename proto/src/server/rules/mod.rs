//! The rules that core enforces on plans and results, kept here before core sees them.
//!
//! Everything in here is pure: schema and values in, values and violations out.

pub(super) mod compatible;
pub(super) mod elements;
pub(super) mod generate;
pub(super) mod identity;
mod matching;
pub(super) mod plan_valid;
pub(super) mod propose;
pub(super) mod replace;
pub(super) mod settle;
#[cfg(test)]
mod tests;
pub(super) mod unknown;
pub(super) mod validate;
mod violation;
mod visit;
pub(super) mod write_only;

pub(super) use violation::Violation;
