//! What core demands of a provider's answers, as pure functions of values, shapes and messages.
//!
//! Each function gives the violations it finds, by the number of the protocol rule and the place; none is none.

mod compare;
pub mod computed;
pub mod conform;
pub mod identity;
pub mod object;
pub mod other;
pub mod plan_valid;
mod propose;
pub mod replace;
pub mod stable;
pub mod state;
pub mod stream;
#[cfg(test)]
mod tests;
mod violation;

pub use compare::path;
pub use propose::proposed_new;
pub use replace::Action;
pub use violation::Violation;
