//! What a known value must satisfy, and ready checks for everyday values.
//!
//! A check is any `Fn(&T) -> Result<(), String>`; its error is a sentence for the user that says what is wanted. It is
//! named in a model as `validate = ...` and runs in `validate`, offline, for known values only (protocol rule 41).

mod net;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

pub use net::{cidr, domain, email, host_name, ip_address, port, url};
pub use text::{duration, file_mode, parse_duration};

use super::{AttributeField, Leaf};
use crate::Field;
use crate::diagnostics::Diagnostic;
use crate::value::{Path, Value};

type Check = dyn Fn(&Value, &Path) -> Option<Diagnostic> + Send + Sync;

/// One check of an attribute's known value.
#[derive(Clone)]
pub struct Validator(Arc<Check>);

impl Validator {
    /// Makes a validator of a check of the type that the field `F` holds.
    pub fn of<F: AttributeField>(check: impl Fn(&F::Inner) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |value, path| {
            match <F::Inner as Leaf>::decode(value, path) {
                Ok(Field::Known(known)) => check(&known).err().map(|wanted| refusal(&wanted, path)),
                // Null and unknown satisfy every check; a value of the wrong type is reported where the model is read.
                _ => None,
            }
        }))
    }

    /// Applies it to a value in any state; null and unknown pass.
    pub fn apply(&self, value: &Value, path: &Path) -> Option<Diagnostic> {
        (self.0)(value, path)
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Validator")
    }
}

fn refusal(wanted: &str, path: &Path) -> Diagnostic {
    Diagnostic::error("Invalid value", format!("{path}: {wanted}")).at(path.clone())
}

/// Text that is one of a few words. Also as a macro: `one_of!["keep", "purge"]`.
pub fn one_of(words: &'static [&'static str]) -> impl Fn(&str) -> Result<(), String> {
    move |text| {
        if words.contains(&text) {
            return Ok(());
        }
        Err(format!("must be one of {}.", words.join(", ")))
    }
}

/// Text that is one of a few words: `validate = one_of!["keep", "purge"]`.
#[macro_export]
macro_rules! one_of {
    ($($word:expr),+ $(,)?) => { $crate::schema::validators::one_of(&[$($word),+]) };
}

/// A number within bounds, both included.
pub fn range<T: PartialOrd + fmt::Display>(bounds: RangeInclusive<T>) -> impl Fn(&T) -> Result<(), String> {
    move |number| {
        if bounds.contains(number) {
            return Ok(());
        }
        Err(format!("must be from {} to {}.", bounds.start(), bounds.end()))
    }
}

/// What has a length: characters of a text, elements of a collection.
pub trait Length {
    /// What is counted, in the plural.
    const UNIT: &'static str;

    /// How many there are.
    fn count(&self) -> usize;
}

impl Length for String {
    const UNIT: &'static str = "characters";

    fn count(&self) -> usize {
        self.chars().count()
    }
}

impl Length for crate::Secret {
    const UNIT: &'static str = "characters";

    fn count(&self) -> usize {
        self.expose().chars().count()
    }
}

impl<T> Length for Vec<T> {
    const UNIT: &'static str = "elements";

    fn count(&self) -> usize {
        self.len()
    }
}

impl<T> Length for BTreeSet<T> {
    const UNIT: &'static str = "elements";

    fn count(&self) -> usize {
        self.len()
    }
}

impl<K, V> Length for BTreeMap<K, V> {
    const UNIT: &'static str = "elements";

    fn count(&self) -> usize {
        self.len()
    }
}

/// A length within bounds, both included.
pub fn length<T: Length>(bounds: RangeInclusive<usize>) -> impl Fn(&T) -> Result<(), String> {
    move |value| {
        if bounds.contains(&value.count()) {
            return Ok(());
        }
        Err(format!(
            "must have {} to {} {}, and has {}.",
            bounds.start(),
            bounds.end(),
            T::UNIT,
            value.count()
        ))
    }
}

/// Text or a collection that is not empty.
pub fn not_empty<T: Length>(value: &T) -> Result<(), String> {
    if value.count() > 0 {
        Ok(())
    } else {
        Err("must not be empty.".to_owned())
    }
}

/// Each text of a collection satisfies `check`. The error counts elements rather than showing them, since they may be
/// secrets.
pub fn each<C>(check: impl Fn(&str) -> Result<(), String>) -> impl Fn(&C) -> Result<(), String>
where
    for<'a> &'a C: IntoIterator<Item = &'a String>,
{
    move |texts| {
        let mut counted = (1..).zip(texts);
        counted.try_for_each(|(place, text)| check(text).map_err(|wanted| format!("element {place} {wanted}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Refinement;

    #[test]
    fn words_ranges_and_lengths() {
        assert!(one_of!["keep", "purge"]("keep").is_ok());
        assert_eq!(
            one_of(&["keep", "purge"])("kep").unwrap_err(),
            "must be one of keep, purge."
        );
        assert!(range(1..=10)(&10).is_ok());
        assert_eq!(range(1..=10)(&11).unwrap_err(), "must be from 1 to 10.");
        assert!(length(1..=3)(&"äöü".to_owned()).is_ok());
        assert_eq!(
            length(2..=3)(&vec![1]).unwrap_err(),
            "must have 2 to 3 elements, and has 1."
        );
        assert!(not_empty(&String::new()).is_err() && not_empty(&vec![0]).is_ok());
        assert_eq!(
            each(one_of(&["a"]))(&vec!["a".to_owned(), "b".to_owned()]).unwrap_err(),
            "element 2 must be one of a."
        );
    }

    #[test]
    fn null_and_unknown_satisfy_every_check() {
        let validator = Validator::of::<Field<String>>(|_| Err("never good.".to_owned()));
        let path = Path::root().attribute("name");
        assert!(validator.apply(&Value::Null, &path).is_none());
        assert!(validator.apply(&Value::Unknown(Refinement::default()), &path).is_none());
        let refused = validator.apply(&Value::String("x".to_owned()), &path).unwrap();
        assert_eq!(
            (refused.detail.as_str(), refused.path),
            ("name: never good.", Some(path))
        );
    }
}
