//! What an apply would make of a stack: pure. It compares what the configuration renders to with what the last refresh
//! found on the machine, and marks unknown only what may change.

use std::collections::BTreeMap;

use tfplugin::{Diagnostics, Field};

use super::configuration_file;
use super::configured::stack_config;
use super::model::{Service, Stack};
use super::observe::{HEALTHY, NO_HEALTH_CHECK, RUNNING, other_image};
use super::stand_in;
use crate::diagnose;
use crate::host::desired::ServiceExpectation;
use crate::render::{Rendered, render};

/// Fills in the computed attributes of `planned`. `elsewhere` says that the stack comes to another machine than the one
/// that `prior` was read from.
pub(super) fn plan(prior: Option<&Stack>, planned: &mut Stack, elsewhere: bool) -> Result<(), Diagnostics> {
    let renderings = match rendered(planned)? {
        Some(rendered) => vec![rendered],
        None => stand_in::renderings(planned).unwrap_or_default(),
    };
    planned.endpoints = agreed(&renderings.iter().map(|rendered| &rendered.endpoints));
    planned.release = one(renderings.iter().map(|rendered| rendered.release.hash()));
    planned.drift = Field::Known(Vec::new());
    planned.services = services(&renderings, prior.filter(|_| !elsewhere));
    // The lines of a new stack would say what the configuration says, at a hundred times the length.
    planned.files = match prior {
        Some(_) => agreed(&renderings.iter().map(|rendered| &rendered.files)),
        None => Field::Unknown,
    };
    Ok(())
}

/// The value that all renderings have; unknown where they differ, or there is none.
fn one<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Field<T> {
    match values.next() {
        Some(first) if values.all(|other| other == first) => Field::Known(first),
        _ => Field::Unknown,
    }
}

/// The map of all renderings, unknown at the keys where they differ; wholly unknown where they have other keys.
fn agreed<'a, T: Clone + PartialEq + 'a>(
    maps: &(impl Iterator<Item = &'a BTreeMap<String, T>> + Clone),
) -> Field<BTreeMap<String, Field<T>>> {
    one(maps.clone().map(|map| map.keys().collect::<Vec<_>>())).map(|keys| {
        keys.into_iter()
            .map(|key| {
                (
                    key.clone(),
                    one(maps.clone().filter_map(|map| map.get(key))).map(T::clone),
                )
            })
            .collect()
    })
}

/// The addresses of a rendered stack as an attribute.
pub(super) fn endpoints(rendered: &Rendered) -> Field<BTreeMap<String, Field<String>>> {
    let endpoints = rendered.endpoints.clone().into_iter();
    Field::Known(endpoints.map(|(name, url)| (name, Field::Known(url))).collect())
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

fn services(renderings: &[Rendered], prior: Option<&Stack>) -> Field<BTreeMap<String, Service>> {
    let before = prior.and_then(|prior| prior.services.known());
    let drift = prior.and_then(|prior| prior.drift.known());
    let replaced = |name: &str| drift.is_some_and(|drift| drift.contains(&other_image(name)));
    let found = |name: &str| {
        before
            .and_then(|services| services.get(name))
            .filter(|_| !replaced(name))
    };
    let expected = |rendered: &Rendered| -> BTreeMap<String, Service> {
        let services = rendered.release.services.iter();
        services
            .map(|expected| (expected.name.clone(), service(expected, found(&expected.name))))
            .collect()
    };
    let maps: Vec<_> = renderings.iter().map(expected).collect();
    agreed(&maps.iter()).map(|services| {
        services
            .into_iter()
            .map(|(name, service)| (name, service.known().cloned().unwrap_or_else(another_image)))
            .collect()
    })
}

/// A service of which only the image can be another one.
fn another_image() -> Service {
    Service {
        image: Field::Unknown,
        digest: Field::Unknown,
        state: Field::Known(RUNNING.to_owned()),
        health: Field::Unknown,
    }
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
