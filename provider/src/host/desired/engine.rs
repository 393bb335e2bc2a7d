//! Which container engine a machine gets: the policy, pure.

use crate::host::snapshot::{Engine, Facts};

/// What to do about the container engine of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnginePlan {
    /// What is there is good enough and stays.
    Keep {
        /// Why, for people.
        reason: String,
    },
    /// What is there is good enough but does not run: start it.
    Start,
    /// Install these packages of the distribution, without what they only recommend.
    Install {
        /// Names for `apt-get install --no-install-recommends`.
        packages: Vec<&'static str>,
    },
    /// Nothing that we would do helps.
    Refuse {
        /// What is wrong.
        reason: String,
        /// What the user can do.
        remedy: String,
    },
}

/// The oldest major version of the engine that is good enough.
pub const OLDEST_ENGINE: u32 = 24;
/// The oldest version of Compose that is good enough.
pub const OLDEST_COMPOSE: (u32, u32) = (2, 20);

/// Decides from what was found.
pub fn engine_plan(facts: &Facts, engine: &Engine) -> EnginePlan {
    let _ = (facts, engine);
    todo!()
}
