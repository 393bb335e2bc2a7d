//! Texts of a configuration that try to mean something else than they say: each is refused offline with the reason, or
//! lies on the machine byte for byte, and nothing of it ever runs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod landed;
mod refused;

/// What the hostile texts would make, here or on the machine, if one of them were run.
const CANARY: &str = "/quickfra-canary";
