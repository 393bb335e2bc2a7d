//! How to write a provider, and what this crate does for it. Only documentation.

#[doc = include_str!("resource.md")]
pub mod write_a_resource {}

#[doc = include_str!("testing.md")]
pub mod test_a_resource {}

#[doc = include_str!("rules.md")]
pub mod rules {}
