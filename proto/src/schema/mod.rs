//! What a provider, a resource or a data source looks like: attributes, blocks, and the models that declare them.
//!
//! A model is a struct with `#[derive(Model)]`. The derive makes the schema and the codec from one place, so that the
//! two cannot disagree:
//!
//! ```
//! use tfplugin::schema::validators::one_of;
//! use tfplugin::{Field, Model};
//!
//! /// A service behind the ingress.
//! #[derive(Debug, Clone, PartialEq, Model)]
//! struct Service {
//!     /// Name of the service.
//!     #[attribute(required, replace)]
//!     name: Field<String>,
//!     /// When it is restarted.
//!     #[attribute(optional, default = "always", validate = one_of(&["always", "never"]))]
//!     restart: Field<String>,
//!     /// Limits of the container.
//!     #[block]
//!     limits: Option<Limits>,
//! }
//!
//! /// What a container may use.
//! #[derive(Debug, Clone, PartialEq, Model)]
//! struct Limits {
//!     /// Memory in bytes.
//!     #[attribute(optional)]
//!     memory: Field<i64>,
//! }
//!
//! assert_eq!(Service::schema().description, "A service behind the ingress.");
//! ```
//!
//! What contradicts itself does not compile, for example an attribute that only the provider sets and the user must:
//!
//! ```compile_fail
//! #[derive(tfplugin::Model)]
//! struct Service {
//!     #[attribute(required, computed)]
//!     name: tfplugin::Field<String>,
//! }
//! ```
//!
//! So does an attribute that cannot tell null from unknown, or whose type has no counterpart:
//!
//! ```compile_fail
//! #[derive(tfplugin::Model)]
//! struct Service {
//!     #[attribute(required)]
//!     started: tfplugin::Field<std::time::Instant>,
//! }
//! ```
//!
//! The parameters of a function are declared the same way, by a struct with `#[derive(Parameters)]`:
//!
//! ```
//! use tfplugin::schema::Parameters as _;
//! use tfplugin::{Field, Parameters};
//!
//! /// Joins names to a path.
//! #[derive(Parameters)]
//! struct Join {
//!     /// What stands between the names; a slash where it is null.
//!     separator: Field<String>,
//!     /// The names.
//!     #[parameter(variadic)]
//!     names: Vec<String>,
//! }
//!
//! assert!(Join::list().positional[0].allows_null);
//! ```

mod build;
pub mod check;
mod definition;
pub mod documentation;
pub mod identity;
mod implied;
mod leaf;
mod leaves;
mod model;
mod parameters;
mod protobuf;
mod signature;
pub mod validators;

pub use build::DefaultValue;
pub use definition::{
    Attribute, AttributeKind, Block, BlockNesting, Mode, Modifiers, NestedBlock, NestedObject, ObjectNesting, Schema,
};
pub use identity::{Identity, IdentityAttribute, IdentityLeaf, IdentitySchema};
pub use leaf::{AttributeField, Leaf};
pub use model::{BlockField, Model, Reader, write_attribute, write_object};
pub use parameters::{Argument, ArgumentReader, FunctionError, Parameters, VariadicField};
pub use signature::{Parameter, ParameterList, Signature};
pub use validators::Validator;
