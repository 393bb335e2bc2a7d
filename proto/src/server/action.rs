//! Actions.

use std::future::{Future, ready};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Call;
use crate::diagnostics::Diagnostics;
use crate::schema::Model;

/// An action: something that is done on request or after a change, and is no object (Terraform 1.14). In an
/// implementation the methods that return futures are written as `async fn`.
pub trait Action: Sized + Send + Sync + 'static {
    /// Its configuration. Nothing in it is computed, since nobody could read it.
    type Config: Model + Clone + Send + Sync;

    /// Its type name, which starts with the provider's.
    const NAME: &'static str;

    /// Checks a configuration offline; unknown values are never an error (protocol rule 41).
    fn validate(&self, config: &Self::Config, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Checks whether it can be done; an error stops the plan, [`Call::warn`] does not. The configuration may hold
    /// unknown values.
    fn plan(&self, call: &Call, config: &Self::Config) -> impl Future<Output = Result<ActionPlan, Diagnostics>> + Send {
        let _ = (call, config);
        ready(Ok(ActionPlan::Ready))
    }

    /// Does it, and tells by `progress` what is going on. The configuration is wholly known.
    fn invoke(
        &self,
        call: &Call,
        config: Self::Config,
        progress: &Progress,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// How long invoking may take with this configuration; `None` is no limit.
    fn time_limit(&self, config: &Self::Config) -> Option<Duration> {
        let _ = config;
        None
    }
}

/// Whether an action can be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ActionPlan {
    /// As far as is known.
    #[default]
    Ready,
    /// Not in this run, since the provider's configuration holds unknown values: the one reason that core takes
    /// (protocol rule 40). An error where core cannot wait, see [`super::Capabilities::deferral`].
    WaitsForProvider,
}

/// Lines that are under way to core at most; a handler that tells more waits until core has read some.
pub(crate) const LINES: usize = 16;

/// Where an action tells the waiting person what is going on.
///
/// A handler has it on loan for as long as it runs, so that nothing can be told after the end (protocol rule 40).
#[derive(Debug)]
pub struct Progress {
    lines: mpsc::Sender<String>,
    cancel: CancellationToken,
}

impl Progress {
    /// A handle and the lines that are told by it; for tests of handlers, and the base of real ones. When `cancel` is
    /// cancelled, nobody waits for a reader any more.
    pub fn new(cancel: CancellationToken) -> (Self, mpsc::Receiver<String>) {
        let (lines, told) = mpsc::channel(LINES);
        (Self { lines, cancel }, told)
    }

    /// Tells one line. Where core does not read, it waits, until the call is cancelled or its deadline has passed. What
    /// nobody reads any more is dropped, and the call is cancelled.
    pub async fn tell(&self, line: impl Into<String> + Send) {
        let line = line.into();
        tokio::select! {
            biased;
            // A handler that only tells, and waits for nothing else, leaves no moment for others to see that core has gone.
            sent = self.lines.send(line) => if sent.is_err() {
                self.cancel.cancel();
            },
            () = self.cancel.cancelled() => {}
        }
    }

    /// Waits until nobody reads any more.
    pub(crate) async fn unread(&self) {
        self.lines.closed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_that_nobody_can_read_cancels_the_call() {
        let cancel = CancellationToken::new();
        let (progress, mut lines) = Progress::new(cancel.clone());
        progress.tell("begun").await;
        assert_eq!(lines.recv().await.as_deref(), Some("begun"));
        assert!(!cancel.is_cancelled());
        drop(lines);
        progress.tell("told to nobody").await;
        assert!(cancel.is_cancelled());
    }
}
