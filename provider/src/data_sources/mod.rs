//! Data sources: what is there, without managing it.

pub mod status;
