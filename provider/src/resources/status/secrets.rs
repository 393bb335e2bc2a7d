//! Secrets that are written to the server and stored nowhere: whether they are still what was written, and whether the
//! configuration says something else by now.
//!
//! The server shows its secrets to whoever is logged in. What was written is remembered by a fingerprint of 16 bits under a
//! random salt: enough to see a change but once in 65,536 times, and too little to try guesses on. What an import found is
//! remembered apart from that: it is not this configuration's to take away.

use std::collections::BTreeMap;

use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tfplugin::{Field, Secret};

use super::fields::SecretEntry;

/// The secret on the server is the one that was written.
pub(crate) const SET: &str = "set";
/// It is another one.
pub(crate) const CHANGED: &str = "changed on the server";

/// Words by attributes.
pub type Words = BTreeMap<String, Field<String>>;

/// What is shown of an object's secrets: by attribute, in words.
pub type Shown = Field<Words>;

/// What is remembered of an object's secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fingerprints {
    salt: String,
    /// Those that were written.
    prints: BTreeMap<String, u16>,
    /// Those that an import found and nothing has been written in place of, as they are now; none for one that is empty.
    found: BTreeMap<String, Option<u16>>,
}

impl Fingerprints {
    /// No secret yet, under a salt of its own. Without random numbers there is no salt, and nothing is remembered.
    pub(crate) fn new() -> Self {
        Self {
            salt: super::random::text(22).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Remembers what was written, in place of all that was written before.
    pub(crate) fn remember<'a>(&mut self, secrets: impl IntoIterator<Item = (&'a str, &'a Secret)>) {
        if self.salt.is_empty() {
            *self = Self::new();
        }
        let prints = secrets.into_iter().map(|(attribute, secret)| {
            let print = self.print(attribute, secret);
            (attribute.to_owned(), print)
        });
        self.prints = prints.collect();
    }

    /// Remembers what an import found: all that there can be, whether it has a value or none.
    pub(crate) fn take_over(&mut self, there: &BTreeMap<String, Option<Secret>>) {
        *self = Self::new();
        self.found = there.keys().map(|attribute| (attribute.clone(), None)).collect();
        self.look_again(there);
    }

    /// Remembers how those are now that an import found. They may be changed on the server, where they belong.
    pub(crate) fn look_again(&mut self, there: &BTreeMap<String, Option<Secret>>) {
        let mut found = std::mem::take(&mut self.found);
        for (attribute, print) in &mut found {
            let now = there.get(attribute).and_then(Option::as_ref);
            *print = now.map(|secret| self.print(attribute, secret));
        }
        self.found = found;
    }

    /// Forgets what an import found, but for these.
    pub(crate) fn keep(&mut self, attributes: &[&str]) {
        self.found.retain(|found, _| attributes.contains(&found.as_str()));
    }

    /// The attributes of what was written.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.prints.keys().map(String::as_str)
    }

    /// The attributes of what an import found.
    pub(crate) fn found(&self) -> impl Iterator<Item = &str> {
        self.found.keys().map(String::as_str)
    }

    /// What is shown after a look at the server.
    pub(crate) fn compare(&self, there: &BTreeMap<String, Option<Secret>>) -> Shown {
        let nothing = Secret::new("");
        let written = self.prints.iter().map(|(attribute, print)| {
            let secret = there.get(attribute).and_then(Option::as_ref).unwrap_or(&nothing);
            let same = self.print(attribute, secret) == *print;
            (attribute.clone(), word_of(if same { SET } else { CHANGED }))
        });
        let kept = self.found.keys().map(String::as_str);
        Field::Known(written.chain(self.words(kept)).collect())
    }

    /// What is shown once everything configured is written, and these stay that an import found.
    pub(crate) fn shown(&self, configured: &[SecretEntry], kept: &[&str]) -> Shown {
        let there = configured.iter().filter(|entry| entry.value.is_known());
        let written = there.map(|entry| (entry.attribute.clone(), word_of(SET)));
        Field::Known(written.chain(self.words(kept.iter().copied())).collect())
    }

    /// The words for those of these that have a value.
    fn words<'a>(&self, found: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (String, Field<String>)> {
        let there = found.filter(|attribute| self.found.get(*attribute).is_some_and(Option::is_some));
        there.map(|attribute| (attribute.to_owned(), word_of(SET)))
    }

    /// What is planned to be shown. A secret that is to be written because the configuration has another one is unknown,
    /// so that the plan shows it; `pinned` says that only a raised version writes them. `kept` are those that an import found
    /// and that stay.
    pub(crate) fn plan(
        &self,
        configured: &[SecretEntry],
        kept: &[&str],
        prior: Option<&Shown>,
        pinned: bool,
        raised: bool,
    ) -> Shown {
        let unknown = configured.iter().any(|entry| entry.value.is_unknown());
        let known = prior.and_then(Field::known);
        let Some(before) = known else {
            return if unknown {
                Field::Unknown
            } else {
                self.shown(configured, kept)
            };
        };
        if unknown && (raised || !pinned) {
            return Field::Unknown;
        }
        let words = configured.iter().filter(|entry| !entry.value.is_null()).map(|entry| {
            let attribute = entry.attribute.clone();
            let was_set = before.get(&attribute).is_some_and(|word| *word == word_of(SET));
            let same = match &entry.value {
                Field::Known(secret) => self.last(&attribute) == Some(self.print(&attribute, secret)),
                _ => true,
            };
            // Another value has to differ from the word of before; a new one, or one that is put right, does anyway.
            let differs = was_set && (raised || !pinned && !same);
            (attribute, if differs { Field::Unknown } else { word_of(SET) })
        });
        Field::Known(words.chain(self.words(kept.iter().copied())).collect())
    }

    /// What was written, or found by an import.
    fn last(&self, attribute: &str) -> Option<u16> {
        let found = || self.found.get(attribute).copied().flatten();
        self.prints.get(attribute).copied().or_else(found)
    }

    fn print(&self, attribute: &str, secret: &Secret) -> u16 {
        // A key of any length will do for HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.salt.as_bytes()) else {
            return 0;
        };
        mac.update(attribute.as_bytes());
        mac.update(&[0]);
        mac.update(secret.expose().as_bytes());
        let bytes = mac.finalize().into_bytes();
        u16::from_be_bytes([bytes[0], bytes[1]])
    }
}

fn word_of(word: &str) -> Field<String> {
    Field::Known(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::status::fields::Absence;

    const ATTRIBUTE: &str = "http.basic_auth.password_wo";

    fn entry(value: Field<&str>) -> Vec<SecretEntry> {
        vec![SecretEntry {
            attribute: ATTRIBUTE.to_owned(),
            key: "basic_auth_pass".into(),
            value: value.map(Secret::new),
            absence: Absence::Removes,
        }]
    }

    fn written(secret: &str) -> Fingerprints {
        let mut prints = Fingerprints::new();
        prints.remember([(ATTRIBUTE, &Secret::new(secret))]);
        prints
    }

    fn shown(word: &str) -> Shown {
        Field::Known(BTreeMap::from([(ATTRIBUTE.to_owned(), word_of(word))]))
    }

    #[test]
    fn a_secret_that_was_changed_on_the_server_shows() {
        let found = |secret: Option<&str>| BTreeMap::from([(ATTRIBUTE.to_owned(), secret.map(Secret::new))]);
        let prints = written("canary");
        assert_eq!(prints.compare(&found(Some("canary"))), shown(SET));
        assert_eq!(prints.compare(&found(Some("other"))), shown(CHANGED));
        assert_eq!(prints.compare(&found(None)), shown(CHANGED));
        assert_eq!(prints.compare(&BTreeMap::new()), shown(CHANGED));
    }

    #[test]
    fn the_plan_shows_what_will_be_written() {
        let prints = written("canary");
        let plan = |value, prior: &Shown, pinned, raised| prints.plan(&entry(value), &[], Some(prior), pinned, raised);
        let unknown = Field::Known(BTreeMap::from([(ATTRIBUTE.to_owned(), Field::Unknown)]));
        let (same, other) = (Field::Known("canary"), Field::Known("other"));
        // The same, another one, another one that only a raised version writes, and a raised version.
        assert_eq!(plan(same, &shown(SET), false, false), shown(SET));
        assert_eq!(plan(other, &shown(SET), false, false), unknown);
        assert_eq!(plan(other, &shown(SET), true, false), shown(SET));
        assert_eq!(plan(same, &shown(SET), true, true), unknown);
        // Changed on the server: it is put right, which differs by itself.
        assert_eq!(plan(same, &shown(CHANGED), true, false), shown(SET));
        // Not known before the apply.
        assert_eq!(plan(Field::Unknown, &shown(SET), false, false), Field::Unknown);
        assert_eq!(plan(Field::Unknown, &shown(SET), true, false), shown(SET));
        // Not configured any more.
        assert_eq!(
            plan(Field::Null, &shown(SET), false, false),
            Field::Known(BTreeMap::new())
        );
    }

    #[test]
    fn a_new_object_plans_what_it_will_have() {
        let plan = |value| Fingerprints::default().plan(&entry(value), &[], None, false, false);
        assert_eq!(plan(Field::Known("canary")), shown(SET));
        assert_eq!(plan(Field::Null), Field::Known(BTreeMap::new()));
        assert_eq!(plan(Field::Unknown), Field::Unknown);
    }

    #[test]
    fn what_an_import_found_is_neither_planned_to_go_nor_watched() {
        let there = |secret: Option<&str>| BTreeMap::from([(ATTRIBUTE.to_owned(), secret.map(Secret::new))]);
        let nothing = || Field::Known(BTreeMap::new());
        let mut prints = Fingerprints::new();
        prints.take_over(&there(Some("canary")));
        assert_eq!(prints.attributes().count(), 0);
        assert_eq!(prints.compare(&there(Some("canary"))), shown(SET));
        let plan = |prints: &Fingerprints, value, kept: &[&str]| {
            prints.plan(&entry(value), kept, Some(&shown(SET)), false, false)
        };
        // Not configured; configured as it is; configured as another one.
        assert_eq!(plan(&prints, Field::Null, &[ATTRIBUTE]), shown(SET));
        assert_eq!(plan(&prints, Field::Known("canary"), &[]), shown(SET));
        let unknown = Field::Known(BTreeMap::from([(ATTRIBUTE.to_owned(), Field::Unknown)]));
        assert_eq!(plan(&prints, Field::Known("other"), &[]), unknown);
        // Something else took its place.
        assert_eq!(plan(&prints, Field::Null, &[]), nothing());

        // Changed on the server, it is still what it may be; emptied there, there is nothing to show.
        prints.look_again(&there(Some("changed")));
        assert_eq!(prints.compare(&there(Some("changed"))), shown(SET));
        assert_eq!(plan(&prints, Field::Known("changed"), &[]), shown(SET));
        prints.look_again(&there(None));
        assert_eq!(prints.compare(&there(None)), nothing());
        assert_eq!(prints.found().collect::<Vec<_>>(), [ATTRIBUTE]);

        // Once it is written, it is the configuration's.
        prints.remember([(ATTRIBUTE, &Secret::new("written"))]);
        prints.keep(&[]);
        assert_eq!((prints.attributes().count(), prints.found().count()), (1, 0));
    }

    #[test]
    fn an_empty_secret_is_one_that_is_not_there() {
        let prints = written("");
        assert_eq!(prints.compare(&BTreeMap::new()), shown(SET));
        let there = BTreeMap::from([(ATTRIBUTE.to_owned(), Some(Secret::new("by hand")))]);
        assert_eq!(prints.compare(&there), shown(CHANGED));
    }

    #[test]
    fn what_is_stored_tells_little_of_the_secret() {
        let stored = serde_json::to_string(&written("canary")).unwrap();
        assert!(!stored.contains("canary"), "{stored}");
        assert_ne!(written("canary"), written("canary"), "the salt is random");
        let again: Fingerprints = serde_json::from_str(&stored).unwrap();
        assert_eq!(again.attributes().collect::<Vec<_>>(), [ATTRIBUTE]);
    }
}
