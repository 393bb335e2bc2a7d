//! What an apply would make of a stack: pure. It compares what the configuration renders to with what the last refresh
//! found on the machine, and marks unknown only what may change.

use std::collections::BTreeMap;

use tfplugin::{Diagnostics, Field};

use super::configuration_file;
use super::configured::stack_config;
use super::model::{Service, Stack};
use super::observe::{HEALTHY, NO_HEALTH_CHECK, RUNNING};
use crate::diagnose;
use crate::host::desired::ServiceExpectation;
use crate::render::{Rendered, render};

/// Fills in the computed attributes of `planned`. `elsewhere` says that the stack comes to another machine than the one
/// that `prior` was read from.
pub(super) fn plan(prior: Option<&Stack>, planned: &mut Stack, elsewhere: bool) -> Result<(), Diagnostics> {
    let Some(rendered) = rendered(planned)? else {
        unknown(planned);
        return Ok(());
    };
    planned.endpoints = Field::Known(rendered.endpoints.clone());
    planned.release = Field::Known(rendered.release.hash());
    planned.drift = Field::Known(Vec::new());
    planned.services = Field::Known(services(&rendered, prior.filter(|_| !elsewhere)));
    // The lines of a new stack would say what the configuration says, at a hundred times the length.
    planned.files = if prior.is_some() {
        Field::Known(rendered.files)
    } else {
        Field::Unknown
    };
    Ok(())
}

/// What a stack renders to, with its configuration beside it for a later import; nothing while some of it is not known.
pub(super) fn rendered(stack: &Stack) -> Result<Option<Rendered>, Diagnostics> {
    let (Ok(config), Ok(configuration)) = (stack_config(stack), configuration_file::of(stack)) else {
        return Ok(None);
    };
    let mut rendered = render(&config).map_err(|error| diagnose::render_error(&error))?;
    rendered.release.files.push(configuration);
    Ok(Some(rendered))
}

/// Everything that depends on a value which only the apply will tell.
fn unknown(planned: &mut Stack) {
    planned.endpoints = Field::Unknown;
    planned.release = Field::Unknown;
    planned.drift = Field::Known(Vec::new());
    planned.services = Field::Unknown;
    planned.files = Field::Unknown;
}

fn services(rendered: &Rendered, prior: Option<&Stack>) -> BTreeMap<String, Service> {
    let before = prior.and_then(|prior| prior.services.known());
    let found = |name: &str| before.and_then(|services| services.get(name));
    rendered
        .release
        .services
        .iter()
        .map(|expected| (expected.name.clone(), service(expected, found(&expected.name))))
        .collect()
}

fn service(expected: &ServiceExpectation, found: Option<&Service>) -> Service {
    let same_image = found.filter(|found| found.image.known() == Some(&expected.image));
    let health = if expected.has_health_check {
        HEALTHY
    } else {
        NO_HEALTH_CHECK
    };
    Service {
        image: Field::Known(expected.image.clone()),
        // The same reference gives the same image: it is on the machine, and an apply pulls only what is missing.
        digest: same_image.map_or(Field::Unknown, |found| found.digest.clone()),
        state: Field::Known(RUNNING.to_owned()),
        health: Field::Known(health.to_owned()),
    }
}
