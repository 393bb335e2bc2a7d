//! Random configurations and states that conform to a schema.

mod choice;
mod object;
#[cfg(test)]
mod tests;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use crate::value::{Type, Value};

/// A source of random values; the same seed gives the same ones.
#[derive(Debug, Clone)]
pub struct Draw {
    state: u64,
    /// Percent of the places that may be unknown and are.
    unknowns: u64,
    suggestions: BTreeMap<String, Suggestion>,
    /// Names of what is mostly there though it may be left out.
    present: BTreeSet<String>,
    /// Names of which one is there, in objects that have them all.
    choices: Vec<Vec<String>>,
    /// Whether write-only attributes are mostly left out.
    forgoes_write_only: bool,
}

/// Values for attributes of one name.
#[derive(Debug, Clone)]
struct Suggestion {
    values: Vec<Value>,
    /// Percent of the cases in which one of them is taken.
    percent: u64,
}

impl Draw {
    /// A source of known and unknown values.
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed,
            unknowns: 8,
            suggestions: BTreeMap::new(),
            present: BTreeSet::new(),
            choices: Vec::new(),
            forgoes_write_only: false,
        }
    }

    /// The same with values to draw from mostly for attributes of that name: those that pass its validators.
    #[must_use]
    pub fn suggest(self, attribute: &str, values: impl IntoIterator<Item = Value>) -> Self {
        self.with(attribute, values, 95)
    }

    /// The same with the only values for attributes of that name, beside null and unknown: others would do harm.
    #[must_use]
    pub fn only(self, attribute: &str, values: impl IntoIterator<Item = Value>) -> Self {
        self.with(attribute, values, 100)
    }

    /// The same with attributes and blocks of that name mostly there: without them hardly any configuration is valid.
    #[must_use]
    pub fn present(mut self, name: &str) -> Self {
        self.present.insert(name.to_owned());
        self
    }

    /// The same with exactly one of these attributes and blocks there, in each object that has them all; now and then a
    /// configuration breaks that, a state never does. A name that is given several times is the one so much more often.
    #[must_use]
    pub fn one_of(mut self, names: &[&str]) -> Self {
        self.choices.push(names.iter().map(|&name| name.to_owned()).collect());
        self
    }

    /// The same with write-only attributes mostly left out where that is allowed: what somebody writes whose release has
    /// none.
    #[must_use]
    pub fn forgo_write_only(mut self) -> Self {
        self.forgoes_write_only = true;
        self
    }

    fn with(mut self, attribute: &str, values: impl IntoIterator<Item = Value>, percent: u64) -> Self {
        let values = values.into_iter().collect();
        self.suggestions
            .insert(attribute.to_owned(), Suggestion { values, percent });
        self
    }

    /// The next 64 random bits (the generator «splitmix64»).
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits().checked_rem(end).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    fn pick<'v, T>(&mut self, of: &'v [T]) -> Option<&'v T> {
        let count = u64::try_from(of.len()).unwrap_or(u64::MAX);
        of.get(usize::try_from(self.below(count)).unwrap_or(0))
    }

    /// Whether the next value is unknown.
    fn unknown(&mut self) -> bool {
        let percent = self.unknowns;
        self.chance(percent)
    }

    /// Whether what may be left out is.
    fn absent(&mut self, name: &str, percent: u64) -> bool {
        let percent = if self.present.contains(name) { 5 } else { percent };
        self.chance(percent)
    }

    /// A value that was suggested for attributes of that name, of those that have the type.
    fn suggestion(&mut self, attribute: &str, ty: &Type) -> Option<Value> {
        let Suggestion { mut values, percent } = self.suggestions.get(attribute)?.clone();
        values.retain(|value| value.conforms(ty).is_ok());
        if self.chance(percent) {
            return self.pick(&values).cloned();
        }
        None
    }
}
