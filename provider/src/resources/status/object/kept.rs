//! The secrets that a configuration does not name.

use tfplugin::{Diagnostic, Diagnostics};

use super::Kind;
use crate::resources::status::fields::{Absence, Written};
use crate::resources::status::secrets::Fingerprints;

/// A secret that stays on the server as it is: an import found it, and the configuration says nothing in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// Its attribute, such as `http.basic_auth.password_wo`.
    pub(super) attribute: String,
    /// Its name on the server.
    pub(super) key: String,
}

/// Those that stay. A block that is gone takes its secrets along, and so does a plain attribute that says the same.
pub(super) fn kept<K: Kind>(config: &K::Model, prior: &K::Model, memory: &Fingerprints) -> Vec<Kept> {
    let written = Written::of(config);
    let same_words = K::same_words(prior, config);
    let key = |attribute: &str| {
        if let Some(entry) = written.secrets.iter().find(|entry| entry.attribute == attribute) {
            return entry.value.is_null().then(|| entry.key.to_string());
        }
        // One of those that have no attribute of their own.
        let mut inside = written.loose.iter().filter_map(|text| {
            let key = attribute.strip_prefix(text.as_str())?.strip_prefix('.')?;
            let plain = written.entries.iter().any(|entry| entry.key == key);
            (same_words && !plain).then(|| key.to_owned())
        });
        inside.next()
    };
    let found = memory.found();
    let kept = found.filter_map(|attribute| {
        Some(Kept {
            attribute: attribute.to_owned(),
            key: key(attribute)?,
        })
    });
    kept.collect()
}

/// Refuses a configuration without a secret that there has to be, unless an import found it, or that there is none.
pub(super) fn check<K: Kind>(config: &K::Model, memory: Option<&Fingerprints>) -> Result<(), Diagnostics> {
    let has = |attribute: &str| memory.is_some_and(|memory| memory.found().any(|found| found == attribute));
    let mut missing = Diagnostics::new();
    for entry in Written::of(config).secrets {
        if entry.absence == Absence::Lacks && entry.value.is_null() && !has(&entry.attribute) {
            missing.push(lacks::<K>(config, &entry.attribute));
        }
    }
    missing.into_result()
}

fn lacks<K: Kind>(config: &K::Model, attribute: &str) -> Diagnostic {
    Diagnostic::error(
        format!("A secret of the {} is missing", K::NOUN),
        format!(
            "The {} {:?} needs {attribute}. It is write-only and stands in no state, so the configuration has to say it: \
             {} = var.<name>, with an ephemeral variable for example. Only what was imported with it goes without, and keeps \
             what its server has.\n\nNothing was changed.",
            K::NOUN,
            K::name(config),
            attribute.rsplit('.').next().unwrap_or(attribute),
        ),
    )
    .at(super::apply::path(attribute))
}
