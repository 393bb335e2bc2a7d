//! The three states of a typed value.

/// A typed value that keeps null, unknown and known apart.
///
/// A configuration may leave a value out (null), or refer to something that only an apply will tell (unknown). Code
/// that treats one as the other makes plans that core refuses, so the difference is part of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Field<T> {
    /// Not set.
    #[default]
    Null,
    /// Not known before the apply.
    Unknown,
    /// Set.
    Known(T),
}

impl<T> Field<T> {
    /// The value, where it is set and known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value for changing it in place, where it is set and known.
    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value itself, where it is set and known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// True where the value is set and known.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// True where the value is not set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// True where the value is not known before the apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The same state with the known value changed by `change`.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Null => Field::Null,
            Self::Unknown => Field::Unknown,
            Self::Known(value) => Field::Known(change(value)),
        }
    }

    /// The same state with a reference to the known value.
    pub fn as_ref(&self) -> Field<&T> {
        match self {
            Self::Null => Field::Null,
            Self::Unknown => Field::Unknown,
            Self::Known(value) => Field::Known(value),
        }
    }

    /// This field, or `other` where this one is null. Unknown stays unknown: it may still turn out to be set.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Null => other,
            Self::Unknown | Self::Known(_) => self,
        }
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Field<T> {
    /// `None` is null.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn the_three_states_stay_apart() {
        let states = [Field::Null, Field::Unknown, Field::Known("a")];
        let seen: Vec<_> = states
            .iter()
            .map(|f| (f.is_null(), f.is_unknown(), f.is_known(), f.known()))
            .collect();
        assert_eq!(
            seen,
            [
                (true, false, false, None),
                (false, true, false, None),
                (false, false, true, Some(&"a"))
            ]
        );
        assert_eq!(Field::<u8>::default(), Field::Null);
    }

    #[test]
    fn mapping_keeps_the_state() {
        assert_eq!(Field::Known(2).map(|n| n + 1), Field::Known(3));
        assert_eq!(Field::<i32>::Unknown.map(|n| n + 1), Field::Unknown);
        assert_eq!(Field::<i32>::Null.map(|n| n + 1), Field::Null);
    }

    #[test]
    fn only_null_gives_way_to_another_value() {
        assert_eq!(Field::Null.or(Field::Known(1)), Field::Known(1));
        assert_eq!(Field::Unknown.or(Field::Known(1)), Field::Unknown);
        assert_eq!(Field::Known(2).or(Field::Known(1)), Field::Known(2));
    }

    #[test]
    fn values_and_options_turn_into_fields() {
        assert_eq!(Field::from("a"), Field::Known("a"));
        assert_eq!(Field::<&str>::from(None), Field::Null);
        assert_eq!(Field::<&str>::from(Some("a")), Field::Known("a"));
    }
}
