//! The resources, one folder each: `model` (schema and types), `plan` (pure), `observe` (what was found on a machine, as
//! state) and `apply` (changes a machine).

pub mod host;
pub(crate) mod machine;
pub(crate) mod origin;
mod progress;
pub mod reference;
mod relocation;
pub mod stack;
pub mod stack_reference;
pub mod status;
mod way;
