//! Changing a machine: one transaction for a release, one exec each.

mod cancel;
mod destroy;
mod items;
mod options;
mod outcome;
mod release;
mod request;
mod restart;
mod transaction;

pub(in crate::host) use cancel::CANCEL;
pub(in crate::host) use destroy::DESTROY;
pub(in crate::host) use items::ITEMS;
pub(in crate::host) use release::APPLY;
pub(in crate::host) use restart::RESTART;

pub use cancel::{CancelOutcome, cancel};
pub use destroy::{Destroyed, destroy};
pub use items::{ItemsApplied, ItemsOptions, apply_items};
pub use options::{ApplyOptions, Data, DestroyOptions, Origin, TransactionId};
pub use outcome::{Applied, Progress, ProgressState};
pub use release::apply;
pub use restart::{RestartOptions, restart};
pub use transaction::may_have_changed;
