//! Errors and warnings as Terraform shows them: a summary, a detail, and the attribute that caused them.

use std::fmt;

use crate::value::Path;

/// The longest summary in characters; Terraform prints it as the heading of a box.
pub const SUMMARY_LIMIT: usize = 80;

/// How grave a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation goes on, but the user should know.
    Warning,
}

/// One error or warning.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// The heading, below [`SUMMARY_LIMIT`] characters.
    pub summary: String,
    /// What happened, where, and what to do next.
    pub detail: String,
    /// The attribute that caused it.
    pub path: Option<Path>,
}

impl Diagnostic {
    /// An error. A summary of [`SUMMARY_LIMIT`] characters or more is a mistake of the caller: it is cut.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into(), detail.into())
    }

    /// A warning; see [`Diagnostic::error`] for the summary.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into(), detail.into())
    }

    /// The same diagnostic on the attribute at `path`, which Terraform shows with its line of the configuration.
    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    fn new(severity: Severity, summary: String, detail: String) -> Self {
        debug_assert!(
            summary.chars().count() < SUMMARY_LIMIT,
            "the summary «{summary}» is too long"
        );
        Self {
            severity,
            summary: shortened(summary),
            detail,
            path: None,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(formatter, "{severity}: {}", self.summary)?;
        if let Some(path) = &self.path {
            write!(formatter, " (at {path})")?;
        }
        if self.detail.is_empty() {
            Ok(())
        } else {
            write!(formatter, ": {}", self.detail)
        }
    }
}

/// Cuts a summary to less than [`SUMMARY_LIMIT`] characters, marking the cut.
fn shortened(summary: String) -> String {
    if summary.chars().count() < SUMMARY_LIMIT {
        return summary;
    }
    let mut short: String = summary.chars().take(SUMMARY_LIMIT - 2).collect();
    short.push('…');
    short
}

/// Errors and warnings in the order in which they arose.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds one error.
    pub fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::error(summary, detail));
    }

    /// Whether at least one is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// `Ok` when no error is among them.
    pub fn into_result(self) -> Result<(), Self> {
        if self.has_errors() { Err(self) } else { Ok(()) }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl From<Vec<Diagnostic>> for Diagnostics {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self(diagnostics)
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_names_what_and_where() {
        let diagnostic = Diagnostic::error("Bad name", "Use letters.").at(Path::root().attribute("name"));
        assert_eq!(diagnostic.to_string(), "error: Bad name (at name): Use letters.");
        assert_eq!(Diagnostic::warning("Old", "").to_string(), "warning: Old");
    }

    #[test]
    fn only_errors_count_as_errors() {
        let mut diagnostics = Diagnostics::from(Diagnostic::warning("Old", ""));
        assert!(!diagnostics.has_errors());
        assert!(diagnostics.clone().into_result().is_ok());
        diagnostics.error("Bad", "");
        assert!(diagnostics.has_errors());
        assert_eq!(
            diagnostics.into_result().unwrap_err().to_string(),
            "warning: Old\nerror: Bad"
        );
    }

    #[test]
    fn a_long_summary_is_cut() {
        let short = shortened("ä".repeat(100));
        assert_eq!(short.chars().count(), SUMMARY_LIMIT - 1);
        assert!(short.ends_with('…'));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "too long")]
    fn a_long_summary_is_seen_in_tests() {
        let _ = Diagnostic::error("a".repeat(80), "");
    }
}
