//! Pairs between two groups, as many as there can be.

use std::collections::VecDeque;

/// For each of `lefts`, which of `rights` is its own: none is given away twice, and as many get one as can.
///
/// Where `prefers` holds, that is tried first; `fits` holds at least there.
pub(super) fn pairs(
    lefts: usize,
    rights: usize,
    prefers: impl Fn(usize, usize) -> bool,
    fits: impl Fn(usize, usize) -> bool,
) -> Vec<Option<usize>> {
    let mut matching = Matching {
        given: vec![None; lefts],
        taken: vec![None; rights],
    };
    for left in 0..lefts {
        matching.augment(left, &prefers);
    }
    for left in 0..lefts {
        if matching.given[left].is_none() {
            matching.augment(left, &fits);
        }
    }
    matching.given
}

struct Matching {
    /// The right one of each left one.
    given: Vec<Option<usize>>,
    /// The left one of each right one.
    taken: Vec<Option<usize>>,
}

impl Matching {
    /// Finds a right one for `start`, for which others may have to change theirs: a shortest augmenting path.
    fn augment(&mut self, start: usize, fits: &impl Fn(usize, usize) -> bool) {
        let free = (0..self.taken.len()).find(|right| self.taken[*right].is_none() && fits(start, *right));
        let mut reached_from: Vec<Option<usize>> = vec![None; self.taken.len()];
        if let Some(free) = free {
            reached_from[free] = Some(start);
            return self.shift(free, &reached_from);
        }
        let mut waiting = VecDeque::from([start]);
        while let Some(left) = waiting.pop_front() {
            for right in 0..self.taken.len() {
                if reached_from[right].is_some() || !fits(left, right) {
                    continue;
                }
                reached_from[right] = Some(left);
                match self.taken[right] {
                    Some(other) => waiting.push_back(other),
                    None => return self.shift(right, &reached_from),
                }
            }
        }
    }

    /// Gives `free` to the one that reached it, what that one had to the one that reached that, and so on.
    fn shift(&mut self, free: usize, reached_from: &[Option<usize>]) {
        let mut next = Some(free);
        while let Some(right) = next {
            let Some(left) = reached_from[right] else { return };
            next = self.given[left].replace(right);
            self.taken[right] = Some(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn one_that_fits_two_leaves_the_other_to_the_one_that_fits_one() {
        let fits = |left, right| left == 0 || right == 0;
        assert_eq!(pairs(2, 2, |_, _| false, fits), [Some(1), Some(0)]);
    }

    #[test]
    fn what_is_preferred_goes_first() {
        assert_eq!(pairs(1, 3, |_, right| right == 2, |_, _| true), [Some(2)]);
        assert_eq!(pairs(2, 1, |left, _| left == 1, |_, _| true), [None, Some(0)]);
    }

    #[test]
    fn a_chain_of_changes_is_found() {
        let fits = |left: usize, right: usize| right == left || right == left + 1;
        let given = pairs(4, 4, |left, right| right == left + 1, fits);
        assert_eq!(given, [Some(0), Some(1), Some(2), Some(3)]);
    }
}
