//! What can be refused offline, beyond the rules of single attributes. Unknown values are left for later.

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use super::configured::stack_config;
use super::model::Stack;
use crate::diagnose;
use crate::render::render;
use crate::resources::reference::HostReference;

/// Checks a configuration.
pub(super) fn validate(config: &Stack, diagnostics: &mut Diagnostics) {
    HostReference::validate(&config.host, &Path::root().attribute("host"), diagnostics);
    if config.ingress.is_none() && config.status.is_none() && config.metrics.is_none() {
        diagnostics.push(Diagnostic::error(
            "The stack has no service",
            "Add a block for each service that it should have: ingress, status, metrics.",
        ));
    }
    if config.status.is_some() && config.ingress.is_none() {
        diagnostics.push(
            Diagnostic::error(
                "The status page needs the ingress",
                "It is reached only through the stack's ingress: add an ingress block.",
            )
            .at(Path::root().attribute("status")),
        );
    }
    // A value that an attribute's own rule refuses has its error already.
    if diagnostics.has_errors() {
        return;
    }
    if let Ok(stack) = stack_config(config)
        && let Err(error) = render(&stack)
    {
        diagnostics.extend(diagnose::render_error(&error));
    }
}
