//! Random text.

/// Letters and digits in random order, about six bits each. None where the system has no random numbers.
pub(crate) fn text(length: usize) -> Option<String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    let mut bytes = [0_u8; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes).ok()?;
        // Those beyond the last whole set of letters would make some letters likelier than others.
        let fair = bytes
            .iter()
            .filter(|&&byte| usize::from(byte) < 256 / LETTERS.len() * LETTERS.len());
        let letters = fair.map(|&byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        text.extend(letters.take(length - text.len()));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_as_long_as_asked_for_and_never_the_same() {
        let (one, two) = (text(100).unwrap(), text(100).unwrap());
        assert_eq!(one.len(), 100);
        assert!(one.chars().all(|letter| letter.is_ascii_alphanumeric()));
        assert_ne!(one, two);
        assert_eq!(text(0).unwrap(), "");
    }
}
