use std::fmt;

use super::{Case, Finished, Plan};

/// What the end of a step means: which exits count as success, and what a success gives.
pub(crate) struct Meaning<'case, T> {
    pub(crate) succeeded: fn(&Finished) -> bool,
    pub(crate) give: Box<dyn FnOnce(&'case Case, Finished) -> T + 'case>,
}

impl<T> fmt::Debug for Meaning<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Meaning")
    }
}

/// What a successful step gives.
pub trait Given {
    /// What must hold besides, once the step has succeeded.
    #[track_caller]
    fn hold(&self, _case: &Case) {}
}

impl Given for () {}
impl Given for Finished {}
impl Given for Plan {}

impl Given for Applied {
    #[track_caller]
    fn hold(&self, case: &Case) {
        case.expect_two_empty_plans();
    }
}

/// A step that has been taken and waits to be judged.
#[must_use = "say whether the step succeeds or fails"]
#[derive(Debug)]
pub struct Step<'case, T> {
    case: &'case Case,
    finished: Finished,
    meaning: Meaning<'case, T>,
}

impl<T: Given> Step<'_, T> {
    /// The step is to succeed; the test fails with the transcript if it did not. After an apply, a plan and a refresh
    /// must find nothing to do.
    #[track_caller]
    pub fn succeeds(self) -> T {
        let case = self.case;
        let given = self.give();
        given.hold(case);
        given
    }
}

impl<'case, T> Step<'case, T> {
    pub(crate) fn new(case: &'case Case, finished: Finished, meaning: Meaning<'case, T>) -> Self {
        Self {
            case,
            finished,
            meaning,
        }
    }

    #[track_caller]
    fn give(self) -> T {
        assert!(
            (self.meaning.succeeded)(&self.finished),
            "a step that was to succeed failed\n{}",
            self.finished
        );
        (self.meaning.give)(self.case, self.finished)
    }

    /// The step is to fail; the test fails with the transcript if it did not.
    #[track_caller]
    pub fn fails(self) -> Failure {
        assert!(
            !(self.meaning.succeeded)(&self.finished),
            "a step that was to fail succeeded\n{}",
            self.finished
        );
        Failure {
            text: self.case.redact(self.finished.stderr.trim()),
            finished: self.finished,
        }
    }

    /// How the command ended, before it is judged.
    pub fn finished(&self) -> &Finished {
        &self.finished
    }
}

impl Step<'_, Applied> {
    /// The apply is to succeed, and a plan after it may still hold changes. Say in the test why.
    #[track_caller]
    pub fn succeeds_leaving_changes(self) -> Applied {
        self.give()
    }
}

/// A step that failed as it was to.
#[must_use = "look at what the failure says"]
#[derive(Debug)]
pub struct Failure {
    /// The human error text with everything hidden that differs from run to run: for snapshots.
    pub text: String,
    pub finished: Finished,
}

impl Failure {
    /// The failure is to say `text`, whatever the line breaks and the frame around it.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        let plain = |text: &str| {
            text.replace(['│', '╷', '╵'], " ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert!(
            plain(&self.finished.stderr).contains(&plain(text)) || plain(&self.text).contains(&plain(text)),
            "the failure does not say {text:?}\n{}",
            self.finished
        );
        self
    }

    /// The failure is to come from this subcommand: an error that ought to stop a `plan` must not wait for the `apply`.
    #[track_caller]
    pub fn comes_from(&self, subcommand: &str) -> &Self {
        assert_eq!(self.finished.subcommand(), subcommand, "{}", self.finished);
        self
    }
}

/// An apply that succeeded.
#[derive(Debug)]
pub struct Applied {
    /// The plan that was applied.
    pub plan: Plan,
    /// What the tool printed, with everything hidden that differs from run to run.
    pub text: String,
    pub finished: Finished,
}
