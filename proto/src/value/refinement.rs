//! What is known of an unknown value.

use super::{Number, Value};

/// What is known of an unknown value: core uses it to answer questions about it in the plan, and holds the provider to
/// it at apply (protocol rule 13). The default says nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Refinement(Option<Box<Facts>>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Facts {
    not_null: bool,
    prefix: String,
    lower: Option<Bound>,
    upper: Option<Bound>,
    shortest: Option<u64>,
    longest: Option<u64>,
}

/// One end of the range of an unknown number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bound {
    /// The end of the range.
    pub value: Number,
    /// Whether the range includes its end.
    pub inclusive: bool,
}

impl Refinement {
    /// Nothing is known.
    pub fn none() -> Self {
        Self::default()
    }

    /// The value will not be null.
    pub fn not_null() -> Self {
        Self::none().with_not_null()
    }

    /// Adds that the value will not be null.
    #[must_use]
    pub fn with_not_null(self) -> Self {
        self.with(|facts| facts.not_null = true)
    }

    /// Adds that the string will start with `prefix`.
    ///
    /// The end of `prefix` is left out where the text that follows could change it: `e` followed by an accent becomes
    /// another character. A prefix that ends with `/`, `-`, `:` or the like is kept whole.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        let prefix = safe_prefix(&super::normalise(prefix)).to_owned();
        self.with_exact_prefix(prefix)
    }

    /// Adds a prefix that its sender has already made safe.
    #[must_use]
    pub(super) fn with_exact_prefix(self, prefix: String) -> Self {
        self.with(|facts| facts.prefix = prefix)
    }

    /// Adds the lower end of the number's range.
    #[must_use]
    pub fn with_lower_bound(self, value: impl Into<Number>, inclusive: bool) -> Self {
        let value = value.into();
        self.with(|facts| facts.lower = (value != Number::NEGATIVE_INFINITY).then_some(Bound { value, inclusive }))
    }

    /// Adds the upper end of the number's range.
    #[must_use]
    pub fn with_upper_bound(self, value: impl Into<Number>, inclusive: bool) -> Self {
        let value = value.into();
        self.with(|facts| facts.upper = (value != Number::INFINITY).then_some(Bound { value, inclusive }))
    }

    /// Adds the least number of elements of the collection.
    #[must_use]
    pub fn with_shortest(self, count: u64) -> Self {
        self.with(|facts| facts.shortest = (count > 0).then_some(count))
    }

    /// Adds the greatest number of elements of the collection.
    #[must_use]
    pub fn with_longest(self, count: u64) -> Self {
        self.with(|facts| facts.longest = Some(count))
    }

    fn with(mut self, add: impl FnOnce(&mut Facts)) -> Self {
        let facts = self.0.get_or_insert_default();
        add(facts);
        if **facts == Facts::default() {
            self.0 = None;
        }
        self
    }

    /// True where nothing is known.
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// True where the value will not be null.
    pub fn is_not_null(&self) -> bool {
        self.0.as_ref().is_some_and(|facts| facts.not_null)
    }

    /// What the string will start with; empty where that is not known.
    pub fn prefix(&self) -> &str {
        self.0.as_ref().map_or("", |facts| &facts.prefix)
    }

    /// The lower end of the number's range.
    pub fn lower_bound(&self) -> Option<&Bound> {
        self.0.as_ref()?.lower.as_ref()
    }

    /// The upper end of the number's range.
    pub fn upper_bound(&self) -> Option<&Bound> {
        self.0.as_ref()?.upper.as_ref()
    }

    /// True where the bounds leave any number at all.
    pub(super) fn has_range(&self) -> bool {
        match (self.lower_bound(), self.upper_bound()) {
            (Some(lower), Some(upper)) => {
                lower.value < upper.value || (lower.value == upper.value && lower.inclusive && upper.inclusive)
            }
            _ => true,
        }
    }

    /// True where the lengths leave any collection at all.
    pub(super) fn has_lengths(&self) -> bool {
        self.longest()
            .is_none_or(|longest| self.shortest().unwrap_or(0) <= longest)
    }

    /// Without ranges that leave nothing, and without bounds of more than `digits` characters: neither would be written,
    /// so neither is kept when it is read.
    #[must_use]
    pub(super) fn without_what_cannot_be_said(self, digits: usize) -> Self {
        let (has_range, has_lengths) = (self.has_range(), self.has_lengths());
        let sayable = |bound: &Bound| has_range && bound.value.to_string().len() <= digits;
        if self.0.is_none() {
            return self;
        }
        self.with(|facts| {
            facts.lower = facts.lower.take().filter(sayable);
            facts.upper = facts.upper.take().filter(sayable);
            if !has_lengths {
                (facts.shortest, facts.longest) = (None, None);
            }
        })
    }

    /// The least number of elements of the collection.
    pub fn shortest(&self) -> Option<u64> {
        self.0.as_ref()?.shortest
    }

    /// The greatest number of elements of the collection.
    pub fn longest(&self) -> Option<u64> {
        self.0.as_ref()?.longest
    }
}

impl Value {
    /// Checks that this value keeps what an earlier unknown in its place promised (protocol rule 13). Says what it
    /// breaks, without showing the value. A value that is still unknown breaks nothing.
    pub fn conforms_to_refinement(&self, refinement: &Refinement) -> Result<(), String> {
        let Some(facts) = &refinement.0 else { return Ok(()) };
        match self {
            Value::Null if facts.not_null => Err("the planned value promised not to be null".to_owned()),
            Value::Null | Value::Unknown(_) | Value::Bool(_) => Ok(()),
            Value::Dynamic(_, value) => value.conforms_to_refinement(refinement),
            Value::String(text) if text.starts_with(&facts.prefix) => Ok(()),
            Value::String(_) => Err(format!("the planned value promised to start with {:?}", facts.prefix)),
            Value::Number(number) => facts.check_range(number),
            Value::Map(entries) => facts.check_count(entries.len()),
            Value::List(elements) => facts.check_count(elements.len()),
        }
    }
}

impl Facts {
    fn check_range(&self, number: &Number) -> Result<(), String> {
        if let Some(lower) = &self.lower
            && (number < &lower.value || (number == &lower.value && !lower.inclusive))
        {
            let relation = if lower.inclusive { "at least" } else { "more than" };
            return Err(format!("the planned value promised to be {relation} {}", lower.value));
        }
        if let Some(upper) = &self.upper
            && (number > &upper.value || (number == &upper.value && !upper.inclusive))
        {
            let relation = if upper.inclusive { "at most" } else { "less than" };
            return Err(format!("the planned value promised to be {relation} {}", upper.value));
        }
        Ok(())
    }

    fn check_count(&self, count: usize) -> Result<(), String> {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if let Some(shortest) = self.shortest
            && count < shortest
        {
            return Err(format!(
                "the planned value promised at least {shortest} elements and has {count}"
            ));
        }
        if let Some(longest) = self.longest
            && count > longest
        {
            return Err(format!(
                "the planned value promised at most {longest} elements and has {count}"
            ));
        }
        Ok(())
    }
}

/// The part of `text` that stays as it is whatever follows: normalisation and grapheme clusters reach back over a
/// string's end. More careful than need be: of text outside ASCII little is kept.
pub(super) fn safe_prefix(text: &str) -> &str {
    // None of these has a composition with what follows, unlike letters, digits' enclosing marks, `<`, `=` and `>`.
    const DELIMITERS: &str = "-_:;/\\,.()[]{}|?!~@#%&*+ ";
    if text.ends_with(|last| DELIMITERS.contains(last)) {
        return text;
    }
    let ascii = text.trim_end_matches(|character: char| !character.is_ascii());
    // The last ASCII character may be the base of a mark that follows it.
    &ascii[..ascii.len().saturating_sub(1)]
}
