//! Versions of the server, and what differs between them.

use std::fmt;

use super::super::error::Error;

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// 1.23: no `conditions`, English messages, whole lists after each change.
    One,
    /// 2.x
    Two,
}

/// The version that the server shows after a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    major: u64,
    minor: u64,
    dialect: Dialect,
    text: String,
}

impl Version {
    /// Reads a version, and refuses those whose dialect is not known.
    ///
    /// 2.0.0-dev.0, the only version on npm, has the number of the newer line and speaks the dialect of the older one.
    pub fn read(text: &str) -> Result<Self, Error> {
        let unknown = || Error::Version { found: shown(text) };
        let (numbers, before_release) = text.split_once('-').unwrap_or((text, ""));
        let mut numbers = numbers.split('.').map(str::parse::<u64>);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
            return Err(unknown());
        };
        let dialect = match (major, minor) {
            (1, 23..) => Dialect::One,
            (2, 0) if before_release.starts_with("dev") => Dialect::One,
            (2, _) => Dialect::Two,
            _ => return Err(unknown()),
        };
        Ok(Self {
            major,
            minor,
            dialect,
            text: text.to_owned(),
        })
    }

    /// How this version is spoken to.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether it is of the newer dialect, and as new as this release of it.
    pub fn at_least(&self, major: u64, minor: u64) -> bool {
        self.dialect == Dialect::Two && (self.major, self.minor) >= (major, minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// What is shown of a version that may be anything.
fn shown(text: &str) -> String {
    let plain = |character: &char| character.is_ascii_alphanumeric() || ".-+".contains(*character);
    text.chars().filter(plain).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_decides_the_dialect() {
        for (text, expected) in [
            ("1.23.17", Dialect::One),
            ("1.24.0", Dialect::One),
            ("2.0.0-dev.0", Dialect::One),
            ("2.0.0-beta.1", Dialect::Two),
            ("2.5.3", Dialect::Two),
        ] {
            assert_eq!(Version::read(text).unwrap().dialect(), expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_version_is_refused_by_its_name() {
        for text in ["0.9.0", "1.22.1", "3.0.0-beta.0", "2", "", "two\n\u{1b}[0m"] {
            let error = Version::read(text).unwrap_err().to_string();
            assert!(
                error.ends_with("is not supported: this client knows 1.23 and 2.x"),
                "{error}"
            );
            assert!(!error.contains(['\n', '\u{1b}']));
        }
    }

    #[test]
    fn features_come_with_releases_of_the_newer_dialect() {
        let least = |text| Version::read(text).unwrap().at_least(2, 1);
        assert!(least("2.1.0") && least("2.5.3"));
        assert!(!least("2.0.2") && !least("1.23.17") && !least("2.0.0-dev.0"));
    }
}
