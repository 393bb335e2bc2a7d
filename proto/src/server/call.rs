//! The circumstances of one call.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::{Deferral, Operation};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::schema::Model;
use crate::value::{Path, Value};

/// How long a call may go on after its deadline before it is cut.
pub(crate) const GRACE: Duration = Duration::from_secs(30);

/// What core can do beyond the first version of the protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for one of the protocol's flags"
)]
pub struct Capabilities {
    /// Write-only attributes may be used (Terraform 1.11, OpenTofu 1.11).
    pub write_only_attributes: bool,
    /// An answer may wait for a later run (Terraform 1.9 with `-allow-deferral`).
    pub deferral: bool,
    /// The private data of a plan come back with the plan that repeats it in the apply (Terraform 1.16).
    pub store_planned_private: bool,
    /// Blocks may be filled by the provider (Terraform 1.16).
    pub computed_blocks: bool,
}

/// The circumstances of one call: who may end it, until when it should end, where warnings go.
#[derive(Debug)]
pub struct Call {
    /// Cancelled when the user interrupts the run, and when the deadline has passed. A handler then returns soon, with
    /// what it has done so far.
    pub cancel: CancellationToken,
    /// When the operation should have ended; out of the `timeouts` block or the resource's default.
    pub deadline: Option<Instant>,
    /// What core can do.
    pub capabilities: Capabilities,
    operation: Operation,
    subject: String,
    timeout: Option<Duration>,
    grace: Duration,
    warnings: Mutex<Diagnostics>,
    deferred: Mutex<Option<Deferral>>,
    meta: Value,
}

impl Call {
    /// A call that nobody interrupts and that has no deadline; for tests of handlers, and the base of real ones.
    pub fn new(operation: Operation) -> Self {
        Self {
            cancel: CancellationToken::new(),
            deadline: None,
            capabilities: Capabilities::default(),
            operation,
            subject: String::new(),
            timeout: None,
            grace: GRACE,
            warnings: Mutex::default(),
            deferred: Mutex::default(),
            meta: Value::Null,
        }
    }

    /// The same call with a time limit from now on.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        self.timeout = timeout;
        self
    }

    /// The same call, ended by `cancel`.
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// The same call about the resource or data source of that name.
    #[must_use]
    pub(crate) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    #[must_use]
    pub(crate) fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// The same call with the provider meta of the module that it is about.
    #[must_use]
    pub(crate) fn with_meta(mut self, meta: Value) -> Self {
        self.meta = meta;
        self
    }

    /// The same call from a core that can do this.
    #[must_use]
    pub(crate) fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// What the call does.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The time limit that the deadline came from.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// How long the call may still take; zero once the deadline has passed, `None` without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether the deadline has passed; tells a time-out from an interruption when `cancel` is cancelled.
    pub fn is_overdue(&self) -> bool {
        self.remaining().is_some_and(|remaining| remaining.is_zero())
    }

    /// Tells the user something without failing; also in handlers that have no other way to.
    pub fn warn(&self, diagnostic: Diagnostic) {
        self.warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(diagnostic);
    }

    /// Takes what has been told so far.
    pub fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Says that the answer has to wait for a later run. The handler then returns `Ok`, and what it has done to its
    /// argument counts only for a plan. Where core does not allow it, the user gets an error instead, so ask
    /// [`Call::capabilities`] first if there is another way.
    pub fn defer(&self, why: Deferral) {
        *self.deferred.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    /// Why the answer has to wait, if it has to.
    pub fn deferred(&self) -> Option<Deferral> {
        *self.deferred.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the `provider_meta` block of the module says, by the model whose schema [`super::Provider::meta`] gives.
    /// `None` where there is no such block, and always under OpenTofu, which ignores it.
    pub fn meta<M: Model>(&self) -> Result<Option<M>, Diagnostics> {
        if self.meta.is_null() {
            return Ok(None);
        }
        M::from_value(&self.meta, &Path::root()).map(Some)
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    pub(crate) fn grace(&self) -> Duration {
        self.grace
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_knows_its_limit() {
        let free = Call::new(Operation::Read);
        assert!(free.remaining().is_none() && !free.is_overdue());
        let over = Call::new(Operation::Read).with_timeout(Some(Duration::ZERO));
        assert!(over.is_overdue());
        let limited = Call::new(Operation::Read).with_timeout(Some(Duration::from_hours(1)));
        assert!(!limited.is_overdue());
    }

    #[test]
    fn warnings_are_handed_over_once() {
        let call = Call::new(Operation::Read);
        call.warn(Diagnostic::warning("Old", ""));
        assert_eq!(call.take_warnings().len(), 1);
        assert!(call.take_warnings().is_empty());
    }
}
