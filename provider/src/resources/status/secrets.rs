//! Secrets that are written to the server and stored nowhere: whether they are still what was written, and whether the
//! configuration says something else by now.
//!
//! The server shows its secrets to whoever is logged in. What was written is remembered by a fingerprint of 16 bits under a
//! random salt: enough to see a change but once in 65,536 times, and too little to try guesses on.

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

/// What is remembered of the secrets that were written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fingerprints {
    salt: String,
    prints: BTreeMap<String, u16>,
}

impl Fingerprints {
    /// No secret yet, under a salt of its own. Without random numbers there is no salt, and nothing is remembered.
    pub(crate) fn new() -> Self {
        Self {
            salt: super::random::text(22).unwrap_or_default(),
            prints: BTreeMap::new(),
        }
    }

    /// Remembers what was written, or what an import found, in place of all before.
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

    /// The attributes of what was written.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.prints.keys().map(String::as_str)
    }

    /// What is shown after a look at the server.
    pub(crate) fn compare(&self, found: &BTreeMap<String, Option<Secret>>) -> Shown {
        let words = self.prints.iter().map(|(attribute, print)| {
            let found = found.get(attribute).and_then(Option::as_ref);
            let same = found.is_some_and(|secret| self.print(attribute, secret) == *print);
            let word = if same { SET } else { CHANGED };
            (attribute.clone(), Field::Known(word.to_owned()))
        });
        Field::Known(words.collect())
    }

    /// What is planned to be shown. A secret that is to be written because the configuration has another one is unknown,
    /// so that the plan shows it; `pinned` says that only a raised version writes them.
    pub(crate) fn plan(&self, configured: &[SecretEntry], prior: Option<&Shown>, pinned: bool, raised: bool) -> Shown {
        let unknown = configured.iter().any(|entry| entry.value.is_unknown());
        let known = prior.and_then(Field::known);
        let Some(before) = known else {
            return if unknown { Field::Unknown } else { set(configured) };
        };
        if unknown && (raised || !pinned) {
            return Field::Unknown;
        }
        let words = configured.iter().filter(|entry| !entry.value.is_null()).map(|entry| {
            let attribute = entry.attribute.clone();
            let was_set = before.get(&attribute).is_some_and(|word| *word == word_of(SET));
            let same = match &entry.value {
                Field::Known(secret) => self.prints.get(&attribute) == Some(&self.print(&attribute, secret)),
                _ => true,
            };
            // Another value has to differ from the word of before; a new one, or one that is put right, does anyway.
            let differs = was_set && (raised || !pinned && !same);
            (attribute, if differs { Field::Unknown } else { word_of(SET) })
        });
        Field::Known(words.collect())
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

/// What is shown once everything configured is written.
pub(crate) fn set(configured: &[SecretEntry]) -> Shown {
    let there = configured.iter().filter(|entry| entry.value.is_known());
    Field::Known(there.map(|entry| (entry.attribute.clone(), word_of(SET))).collect())
}

fn word_of(word: &str) -> Field<String> {
    Field::Known(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTRIBUTE: &str = "http.basic_auth.password_wo";

    fn entry(value: Field<&str>) -> Vec<SecretEntry> {
        vec![SecretEntry {
            attribute: ATTRIBUTE.to_owned(),
            key: "basic_auth_pass".into(),
            value: value.map(Secret::new),
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
        let plan = |value, prior: &Shown, pinned, raised| prints.plan(&entry(value), Some(prior), pinned, raised);
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
        let plan = |value| Fingerprints::default().plan(&entry(value), None, false, false);
        assert_eq!(plan(Field::Known("canary")), shown(SET));
        assert_eq!(plan(Field::Null), Field::Known(BTreeMap::new()));
        assert_eq!(plan(Field::Unknown), Field::Unknown);
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
