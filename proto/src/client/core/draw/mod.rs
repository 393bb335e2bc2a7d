//! Random configurations and states that conform to a schema.

mod object;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use crate::value::Value;

/// A source of random values; the same seed gives the same ones.
#[derive(Debug, Clone)]
pub struct Draw {
    state: u64,
    /// Percent of the places that may be unknown and are.
    unknowns: u64,
    suggestions: BTreeMap<String, Suggestion>,
    /// Names of what is mostly there though it may be left out.
    present: BTreeSet<String>,
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

    fn suggestion(&mut self, attribute: &str) -> Option<Value> {
        let Suggestion { values, percent } = self.suggestions.get(attribute)?.clone();
        if self.chance(percent) {
            return self.pick(&values).cloned();
        }
        None
    }
}
