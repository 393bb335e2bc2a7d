//! Durations and file modes.

use std::time::Duration;

/// Seconds of one unit, by its letter.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a duration of the form `30s`, `5m`, `1h30m`, `7d`: whole numbers with the units d, h, m, s, largest first,
/// each at most once, and more than zero. `None` for anything else.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut seconds: u64 = 0;
    for (unit, factor) in UNITS {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        if rest[digits..].starts_with(unit) {
            seconds = seconds.checked_add(rest[..digits].parse::<u64>().ok()?.checked_mul(factor)?)?;
            rest = &rest[digits + 1..];
        }
        if rest.is_empty() {
            return (seconds > 0).then(|| Duration::from_secs(seconds));
        }
    }
    None
}

/// A duration such as `30s`, `5m` or `1h30m`; see [`parse_duration`].
pub fn duration(text: &str) -> Result<(), String> {
    match parse_duration(text) {
        Some(_) => Ok(()),
        None => Err("must be a duration such as 30s, 5m or 1h30m.".to_owned()),
    }
}

/// A file mode in octal such as `0644`: three digits, or four with the first one 0 to 7.
pub fn file_mode(text: &str) -> Result<(), String> {
    if (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
        return Ok(());
    }
    Err("must be a file mode in octal such as 0644.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let seconds = |text| parse_duration(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("30s"), Some(30));
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!(seconds("1h30m"), Some(5400));
        assert_eq!(seconds("1d2h3m4s"), Some(93_784));
        for bad in [
            "",
            "5",
            "s",
            "0s",
            "5m1h",
            "1m1m",
            "1.5s",
            "-5s",
            " 5s",
            "5s ",
            "5x",
            "99999999999999999999d",
        ] {
            assert_eq!(seconds(bad), None, "{bad:?}");
            assert!(duration(bad).is_err());
        }
    }

    #[test]
    fn file_modes() {
        assert!(file_mode("0644").is_ok() && file_mode("755").is_ok());
        for bad in ["", "64", "0888", "00644", "u=rw", "+644"] {
            assert!(file_mode(bad).is_err(), "{bad:?}");
        }
    }
}
