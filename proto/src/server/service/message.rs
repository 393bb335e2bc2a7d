//! Diagnostics and paths in messages.

use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::protocol;
use crate::protocol::attribute_path::step::Selector;
use crate::value::{Path, Step};

/// All diagnostics of an answer.
pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<protocol::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

pub(super) fn diagnostic(diagnostic: Diagnostic) -> protocol::Diagnostic {
    use protocol::diagnostic::Severity as Sent;
    let severity = match diagnostic.severity {
        Severity::Error => Sent::Error,
        Severity::Warning => Sent::Warning,
    };
    protocol::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        attribute: diagnostic
            .path
            .filter(|path| !path.is_root())
            .map(|self_path| path(&self_path)),
    }
}

/// A path up to the first set element: the protocol has no step for one, so the set itself is named.
pub(super) fn path(path: &Path) -> protocol::AttributePath {
    let steps = path.steps().iter().map_while(|step| match step {
        Step::Attribute(name) => Some(Selector::AttributeName(name.clone())),
        Step::Key(key) => Some(Selector::ElementKeyString(key.clone())),
        Step::Index(index) => Some(Selector::ElementKeyInt(*index)),
        Step::Element(_) => None,
    });
    protocol::AttributePath {
        steps: steps
            .map(|selector| protocol::attribute_path::Step {
                selector: Some(selector),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn a_path_ends_before_a_set_element() {
        let sent = path(
            &Path::root()
                .attribute("a")
                .index(1)
                .key("k")
                .element(Value::from("x"))
                .attribute("b"),
        );
        let steps: Vec<Selector> = sent.steps.into_iter().filter_map(|step| step.selector).collect();
        assert_eq!(
            steps,
            [
                Selector::AttributeName("a".to_owned()),
                Selector::ElementKeyInt(1),
                Selector::ElementKeyString("k".to_owned())
            ]
        );
    }

    #[test]
    fn a_diagnostic_keeps_all_its_parts() {
        let sent = diagnostic(Diagnostic::warning("Old", "Use new.").at(Path::root().attribute("a")));
        assert_eq!((sent.summary.as_str(), sent.detail.as_str()), ("Old", "Use new."));
        assert_eq!(sent.severity, protocol::diagnostic::Severity::Warning as i32);
        assert_eq!(sent.attribute.unwrap().steps.len(), 1);
        assert!(
            diagnostic(Diagnostic::error("Bad", "").at(Path::root()))
                .attribute
                .is_none()
        );
    }
}
