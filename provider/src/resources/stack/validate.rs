//! What can be refused offline, beyond the rules of single attributes. Unknown values are left for later.

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::configured::{ingress_config, metrics_config, stack_config, status_config};
use super::model::Stack;
use crate::catalog::{Invalid, Service};
use crate::diagnose;
use crate::render::render;
use crate::resources::reference::HostReference;

/// Checks a configuration.
pub(super) fn validate(config: &Stack, diagnostics: &mut Diagnostics) {
    HostReference::validate(&config.host, &Path::root().attribute("host"), diagnostics);
    let ingress = Part::of(config.ingress.as_ref().map(|block| &block.enabled));
    let status = Part::of(config.status.as_ref().map(|block| &block.enabled));
    let metrics = Part::of(config.metrics.as_ref().map(|block| &block.enabled));
    if [ingress, status, metrics] == [Part::No; 3] {
        diagnostics.push(Diagnostic::error(
            "The stack has no service",
            "Add a block for each service that it should have: ingress, status, metrics. A block with enabled = false \
             counts as none.",
        ));
    }
    if (status, ingress) == (Part::Yes, Part::No) {
        diagnostics.push(
            Diagnostic::error(
                "The status page needs the ingress",
                "It is reached only through the stack's ingress: add an ingress block.",
            )
            .at(Path::root().attribute("status")),
        );
    }
    if diagnostics.has_errors() {
        return;
    }
    match stack_config(config) {
        Ok(stack) => {
            if let Err(error) = render(&stack) {
                diagnostics.extend(diagnose::render_error(&error));
            }
        }
        Err(_) => diagnostics.extend(services(config).iter().map(diagnose::invalid)),
    }
}

/// What is refused in services whose own values are known, while others of the stack are not.
fn services(config: &Stack) -> Vec<Invalid> {
    let ingress = config.ingress.as_ref().and_then(|block| ingress_config(block).ok());
    let status = config.status.as_ref().and_then(|block| status_config(block).ok());
    let metrics = config.metrics.as_ref().and_then(|block| metrics_config(block).ok());
    [
        ingress.and_then(|config| config.validate().err()),
        status.and_then(|config| config.validate().err()),
        metrics.and_then(|config| config.validate().err()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a service is part of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Yes,
    No,
    NotYetKnown,
}

impl Part {
    fn of(enabled: Option<&Field<bool>>) -> Self {
        match enabled {
            None | Some(Field::Known(false)) => Self::No,
            Some(Field::Null | Field::Known(true)) => Self::Yes,
            Some(Field::Unknown) => Self::NotYetKnown,
        }
    }
}
