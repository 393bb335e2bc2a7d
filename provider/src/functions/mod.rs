//! The provider's functions, one file each: pure, offline, and usable without any configuration.

mod ssh_fingerprint;

pub use ssh_fingerprint::SshFingerprint;
