//! Uptime Kuma: what a person makes in it, as resources.

pub(crate) mod fields;
