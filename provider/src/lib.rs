//! Quickfra: a Terraform and OpenTofu provider that turns bare machines into a running platform.

pub mod actions;
pub mod api;
pub mod catalog;
pub mod configuration;
pub mod data_sources;
pub mod diagnose;
pub mod ephemeral;
pub mod functions;
pub mod host;
pub mod provider;
pub mod render;
pub mod resources;
pub mod suggest;
