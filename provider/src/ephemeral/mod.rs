//! The ephemeral resources: what a run needs and nobody stores.

pub mod credentials;
pub mod status_api_key;
