//! What a provider did against a rule.

use crate::diagnostics::Diagnostic;
use crate::value::Path;

/// A breach of one protocol rule at one place. Values are never part of it: they may be secrets.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::server) struct Violation {
    pub(in crate::server) rule: u8,
    pub(in crate::server) path: Path,
    pub(in crate::server) what: String,
}

impl Violation {
    pub(in crate::server) fn new(rule: u8, path: &Path, what: impl Into<String>) -> Self {
        Self {
            rule,
            path: path.clone(),
            what: what.into(),
        }
    }

    /// The error for the user: whose fault it is, where, and which rule.
    pub(in crate::server) fn diagnostic(self, summary: &str, subject: &str) -> Diagnostic {
        let place = if self.path.is_root() {
            String::new()
        } else {
            format!(", attribute `{}`", self.path)
        };
        let Self { rule, what, .. } = &self;
        let detail = format!(
            "`{subject}`{place}: {what} (protocol rule {rule}). This is a bug in the provider, not in your configuration: please report it."
        );
        let diagnostic = Diagnostic::error(summary, detail);
        if self.path.is_root() {
            diagnostic
        } else {
            diagnostic.at(self.path)
        }
    }
}
