//! Names that a person may have meant.

/// The known name that is nearest to `written`, if one is near enough to be a slip.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|name| (distance(written, name), name));
    let (distance, name) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= written.chars().count().max(3) / 3).then_some(name)
}

/// `Did you mean status?`, with a space in front; nothing where no name is near.
pub fn question<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(written, known).map_or_else(String::new, |name| format!(" Did you mean {name}?"))
}

/// Letters to put in, leave out or change (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut diagonal = above;
        let mut last = above + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&right) {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = *cell;
            last = changed.min(*cell + 1).min(last + 1);
            *cell = last;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_word_does_not() {
        let known = ["ingress", "status", "metrics", "metrics-node"];
        for (written, meant) in [
            ("statsu", Some("status")),
            ("Status", Some("status")),
            ("metric", Some("metrics")),
            ("metrics_node", Some("metrics-node")),
            ("mail", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
        assert_eq!(question("statsu", known), " Did you mean status?");
        assert_eq!(question("mail", known), "");
    }

    #[test]
    fn the_distance_counts_letters() {
        for (left, right, expected) in [
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("same", "same", 0),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }
}
