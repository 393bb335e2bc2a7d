//! The Terraform and OpenTofu plugin protocol 6 as a library.

mod field;
pub mod value;

pub use field::Field;
