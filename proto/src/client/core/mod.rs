//! A core for tests: what Terraform and OpenTofu do around a provider, with everything they would refuse.
//!
//! It works on the messages alone and shares no rule with the [server](crate::server), so that the two can disagree:
//! that is what it is for.
//!
//! - [`rules`]: what core demands of each answer, pure.
//! - [`Shape`]: a schema as core reads it.
//! - [`Core`]: the calls of an object's life in their order, from the schema to the removal.
//! - [`Draw`]: random configurations and states that conform to a schema.
//! - [`Release`]: what each release of Terraform and OpenTofu calls, sends and understands.

mod draw;
mod release;
pub mod rules;
mod session;
mod shape;

pub use draw::Draw;
pub use release::{Feature, Product, Release, Walk};

pub use rules::{Action, Violation};
pub use session::{Applied, Breach, Core, Current, Halt, Planned, Private, ResourceShape, Schemas, Stored};
pub use shape::{AttributeShape, BlockShape, Content, FunctionShape, Nesting, Shape};
