//! Runs the real `terraform` and `tofu` on a configuration and says what came of it.
//!
//! A test makes a [`Case`], gives it a configuration, and takes steps. Each step runs the real tool in a folder and an
//! environment of its own, with the provider installed from a filesystem mirror by a real `init`. What a step returns
//! cannot be ignored: a test says whether it succeeds or fails, and goes on with what that gave.
//!
//! ```no_run
//! use acceptance::{for_each_tool, harness::{Action, Case, Tool}};
//!
//! fn keeps_what_it_was_given(tool: Tool) {
//!     let mut case = Case::new(tool);
//!     case.fixture("data").variable("content", "first");
//!     case.validate().succeeds();
//!     case.plan().succeeds().expect("terraform_data.kept", Action::Create);
//!     case.apply().succeeds();                       // two empty plans are part of it
//!     case.variable("content", "second");
//!     let applied = case.apply().succeeds();
//!     applied.plan.expect("terraform_data.kept", Action::Update);
//!     case.destroy().succeeds();
//! }
//! for_each_tool!(keeps_what_it_was_given);
//! # fn main() {}
//! ```
#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by a panic; the message is the transcript of what was run"
)]

use std::path::Path;

mod cargo;
mod case;
mod environment;
mod finished;
mod mirror;
mod plan;
mod processes;
mod provider;
mod redactions;
mod running;
mod secrets;
mod state;
mod step;
mod steps;
mod tool;

pub use cargo::cargo;
pub use case::Case;
pub use environment::Environment;
pub use finished::Finished;
pub use mirror::Mirror;
pub use plan::{Action, Plan};
pub use processes::{ProcessError, Signal, children_of, signal, wait_until};
pub use provider::{Profile, ProviderError, build_example, build_provider, provider_binary};
pub use redactions::Redactions;
pub use running::Running;
pub use secrets::Leak;
pub use state::{Resource, State};
pub use step::{Applied, Failure, Given, Step};
pub use tool::Tool;

/// The folder of the workspace's sources.
pub fn workspace() -> &'static Path {
    let acceptance = Path::new(env!("CARGO_MANIFEST_DIR"));
    acceptance.parent().unwrap_or(acceptance)
}
