//! What a caller decides about a transaction.

use std::time::Duration;

/// Who asks for a change, as the lock on the host and `stack.json` tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// User and machine that Terraform runs as and on, such as `ada@laptop`.
    pub who: String,
    /// Version of the provider.
    pub provider: String,
}

/// Names one transaction, so that a cancel reaches it and no other: 8 to 32 of `[a-z0-9]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionId(String);

impl TransactionId {
    /// A name that no other transaction on any host is likely to have.
    pub fn new() -> Self {
        use std::collections::hash_map::RandomState;
        use std::hash::BuildHasher as _;
        // The standard library's random hashing keys are the one source of randomness that needs no dependency; the id
        // tells transactions apart and guards nothing.
        let random = RandomState::new().hash_one(std::process::id());
        Self(format!("{random:016x}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TransactionId {
    fn default() -> Self {
        Self::new()
    }
}

/// How a release is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyOptions {
    /// Who asks.
    pub origin: Origin,
    /// The time for the whole apply, pulls and health included. When it is over, the transaction takes itself back.
    pub time: Duration,
    /// Bytes that must be free where the engine keeps its images, when an image is missing.
    pub disk: u64,
    /// How long to wait for certificates after everything else is done. They are a warning when they do not come.
    pub certificate_wait: Duration,
    /// How many releases stay on the host, the one in force included; at least 2.
    pub keep: u32,
    /// Fault injection for tests: the script stops as if killed when it has done this step.
    pub stop_after: Option<String>,
    /// A folder that stands for `/` on the machine: empty but in tests.
    pub root: String,
}

impl ApplyOptions {
    /// Usual options: 10 minutes, 1 GiB of disk for missing images, 30 s for certificates, 3 releases.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            time: Duration::from_mins(10),
            disk: 1 << 30,
            certificate_wait: Duration::from_secs(30),
            keep: 3,
            stop_after: None,
            root: String::new(),
        }
    }
}

/// What a destroy does with volumes and secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// Volumes, generated secrets and the marks of first-run steps stay: the next apply finds them again.
    Keep,
    /// Everything goes.
    Purge,
}

/// How a stack is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestroyOptions {
    /// Who asks.
    pub origin: Origin,
    /// What happens to data.
    pub data: Data,
    /// The time for all of it.
    pub time: Duration,
    /// Fault injection for tests: the script stops as if killed when it has done this step.
    pub stop_after: Option<String>,
    /// A folder that stands for `/` on the machine: empty but in tests.
    pub root: String,
}

impl DestroyOptions {
    /// Usual options: 10 minutes.
    pub fn new(origin: Origin, data: Data) -> Self {
        Self {
            origin,
            data,
            time: Duration::from_mins(10),
            stop_after: None,
            root: String::new(),
        }
    }
}
