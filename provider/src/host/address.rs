//! Where a machine is, and the short form of it that stands in an import id.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use thiserror::Error;

/// A machine that can be reached: what the HCL object `host` says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Machine {
    /// Through ssh.
    Ssh(SshAddress),
    /// The machine Terraform runs on: `{ local = true }`.
    Local,
}

/// Where an ssh server is, who logs in there, and what to trust.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SshAddress {
    /// Name or IP address. An IPv6 address stands without brackets.
    pub address: String,
    /// TCP port of the ssh server.
    pub port: u16,
    /// The user to log in as. Anyone but `root` needs `sudo` without a password.
    pub user: String,
    /// The only host key to trust, as in a `known_hosts` file but without the name: `ssh-ed25519 AAAA...`. Without it the
    /// `known_hosts` files decide.
    pub host_key: Option<String>,
    /// A machine to go through. Its own `bastion` must be `None`: one hop is what is supported.
    pub bastion: Option<Box<SshAddress>>,
}

impl SshAddress {
    /// The port that is used when none is given.
    pub const PORT: u16 = 22;
    /// The user that is used when none is given.
    pub const USER: &'static str = "root";

    /// An address with the default port and user.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            port: Self::PORT,
            user: Self::USER.to_owned(),
            host_key: None,
            bastion: None,
        }
    }
}

/// Why a text is no way to a machine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// There is nothing where the address should be.
    #[error("the address is empty")]
    Empty,
    /// A character that no name and no IP address has.
    #[error("the address may not contain {0:?}")]
    Character(char),
    /// It would be taken for an option of a command in which it is written down.
    #[error("the address may not start with a hyphen")]
    Hyphen,
    /// Longer than any can be.
    #[error("the {what} has {length} bytes; at most {limit} are possible")]
    TooLong {
        what: &'static str,
        length: usize,
        limit: usize,
    },
    /// More than one colon outside of brackets.
    #[error("an IPv6 address must stand in brackets, as in [2001:db8::1]:22")]
    Brackets,
    /// What stands in brackets is no IPv6 address.
    #[error("{0:?} is not an IPv6 address")]
    Ipv6(String),
    /// The port is not a number from 1 to 65535.
    #[error("{0:?} is not a port: a number from 1 to 65535 is needed")]
    Port(String),
    /// The user is empty or has a character that would make the text ambiguous.
    #[error("{0:?} cannot be a user's name")]
    User(String),
}

/// Reads `local`, or `[user@]address[:port]` with an IPv6 address in brackets. The host key and the bastion have no place
/// in the text.
impl FromStr for Machine {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text == "local" {
            return Ok(Self::Local);
        }
        // An address has no `@`, but the names of directory users may.
        let (user, place) = match text.rsplit_once('@') {
            Some((user, place)) => (user, place),
            None => (SshAddress::USER, text),
        };
        check_user(user)?;
        let (address, port) = split_port(place)?;
        let port = match port {
            None => SshAddress::PORT,
            Some(digits) => parse_port(digits)?,
        };
        Ok(Self::Ssh(SshAddress {
            port,
            user: user.to_owned(),
            ..SshAddress::new(address)
        }))
    }
}

/// The address and, if there is one, the text of the port.
fn split_port(place: &str) -> Result<(&str, Option<&str>), AddressError> {
    at_most("address with its port", place, NAME_LIMIT + "[]:65535".len())?;
    if let Some(rest) = place.strip_prefix('[') {
        let (address, tail) = rest.split_once(']').ok_or(AddressError::Brackets)?;
        if !is_ipv6(address) {
            return Err(AddressError::Ipv6(address.to_owned()));
        }
        return match tail.strip_prefix(':') {
            Some(port) => Ok((address, Some(port))),
            None if tail.is_empty() => Ok((address, None)),
            None => Err(AddressError::Brackets),
        };
    }
    let (address, port) = match place.split_once(':') {
        Some((address, port)) => (address, Some(port)),
        None => (place, None),
    };
    if port.is_some_and(|port| port.contains(':')) {
        return Err(AddressError::Brackets);
    }
    check_name(address)?;
    Ok((address, port))
}

/// Longest host name, RFC 1035, section 2.3.4.
const NAME_LIMIT: usize = 253;
/// Longest user name, `LOGIN_NAME_MAX` of Linux.
const USER_LIMIT: usize = 256;

/// Refuses what is too long without repeating it.
fn at_most(what: &'static str, text: &str, limit: usize) -> Result<(), AddressError> {
    let length = text.len();
    if length > limit {
        return Err(AddressError::TooLong { what, length, limit });
    }
    Ok(())
}

/// A name of RFC 1123, section 2.1, with the underscore that some have all the same.
fn check_name(address: &str) -> Result<(), AddressError> {
    if address.is_empty() {
        return Err(AddressError::Empty);
    }
    at_most("address", address, NAME_LIMIT)?;
    if address.starts_with('-') {
        return Err(AddressError::Hyphen);
    }
    let wrong = |c: &char| !c.is_ascii_alphanumeric() && !"-._".contains(*c);
    address
        .chars()
        .find(wrong)
        .map_or(Ok(()), |c| Err(AddressError::Character(c)))
}

/// What the user's name may not hold: what ssh(1) refuses since OpenSSH 9.6, and the slash that ends it in an import id.
/// Names of directory users have signs such as `@`, `\` and `$`.
fn check_user(user: &str) -> Result<(), AddressError> {
    at_most("name of the user", user, USER_LIMIT)?;
    let wrong = |c: char| c.is_whitespace() || c.is_control() || "/'`\";&<>|(){}".contains(c);
    if user.is_empty() || user.starts_with('-') || user.ends_with('\\') || user.contains(wrong) {
        return Err(AddressError::User(user.to_owned()));
    }
    Ok(())
}

/// Whether this is an IPv6 address, with or without a zone (`fe80::1%eth0`).
fn is_ipv6(address: &str) -> bool {
    let (number, zone) = match address.split_once('%') {
        Some((number, zone)) => (number, Some(zone)),
        None => (address, None),
    };
    let zone_is_name =
        |zone: &str| !zone.is_empty() && zone.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    number.parse::<Ipv6Addr>().is_ok() && zone.is_none_or(zone_is_name)
}

fn parse_port(digits: &str) -> Result<u16, AddressError> {
    let wrong = || AddressError::Port(digits.to_owned());
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    digits.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)
}

impl fmt::Display for Machine {
    /// The shortest text that [`Machine::from_str`] reads as the same machine (host key and bastion aside).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => formatter.write_str("local"),
            Self::Ssh(address) => address.fmt(formatter),
        }
    }
}

impl fmt::Display for SshAddress {
    /// As [`Machine`]: user and port are left out where they are the default.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ambiguous = self.address == "local" && self.port == Self::PORT && self.user == Self::USER;
        if self.user != Self::USER {
            write!(formatter, "{}@", self.user)?;
        }
        if self.address.contains(':') {
            write!(formatter, "[{}]", self.address)?;
        } else {
            formatter.write_str(&self.address)?;
        }
        if self.port != Self::PORT || ambiguous {
            write!(formatter, ":{}", self.port)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user() -> impl Strategy<Value = String> {
        prop_oneof![Just("root".to_owned()), "[a-z_][a-z0-9_.@-]{0,12}"]
    }

    fn place() -> impl Strategy<Value = String> {
        let ipv6 = any::<u128>().prop_map(|bits| Ipv6Addr::from(bits).to_string());
        let ipv4 = any::<u32>().prop_map(|bits| std::net::Ipv4Addr::from(bits).to_string());
        let zoned = Just("fe80::1%eth0.7".to_owned());
        prop_oneof!["[a-z0-9][a-z0-9.-]{0,20}", Just("local".to_owned()), ipv4, ipv6, zoned]
    }

    proptest! {
        #[test]
        fn text_and_address_are_one(user in user(), address in place(), port in prop_oneof![Just(22), 1..=u16::MAX]) {
            let machine = Machine::Ssh(SshAddress { port, user, ..SshAddress::new(address) });
            prop_assert_eq!(machine.to_string().parse::<Machine>(), Ok(machine));
        }

        #[test]
        fn what_is_read_is_written_so_that_it_reads_the_same(text in "[a-z@:\\[\\]0-9.%]{0,14}") {
            if let Ok(machine) = text.parse::<Machine>() {
                let short = machine.to_string();
                prop_assert!(short.len() <= text.len() + 3, "{} is longer than {}", short, text);
                prop_assert_eq!(short.parse::<Machine>(), Ok(machine));
            }
        }
    }

    #[test]
    fn defaults_are_left_out() {
        for (text, short) in [
            ("root@203.0.113.7:22", "203.0.113.7"),
            ("203.0.113.7:22", "203.0.113.7"),
            ("admin@example.com:2222", "admin@example.com:2222"),
            ("root@[2001:db8::1]:22", "[2001:db8::1]"),
            ("[2001:db8::1]:2222", "[2001:db8::1]:2222"),
            ("jo@corp.example@gateway", "jo@corp.example@gateway"),
            ("local", "local"),
            ("root@local", "local:22"),
        ] {
            assert_eq!(text.parse::<Machine>().unwrap().to_string(), short);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let say = |text: &str| text.parse::<Machine>().unwrap_err().to_string();
        let texts = [
            "",
            "root@",
            "@host",
            "a b@host",
            "host:",
            "host:0",
            "host:70000",
            "host:+22",
            "2001:db8::1",
            "[host]",
            "[::1",
            "[::1]22",
            "ho/st",
            "host name",
            "h\u{f6}st",
            "$(id)",
            "-oProxyCommand=id",
            "`id`@host",
            "-l@host",
            "a'b@host",
            "a\\@host",
        ];
        insta::assert_snapshot!(texts.map(|text| format!("{text:?}: {}", say(text))).join("\n"));
        let huge = "a".repeat(1 << 20);
        assert_eq!(
            say(&huge),
            "the address with its port has 1048576 bytes; at most 261 are possible"
        );
        assert_eq!(
            say(&"a".repeat(254)),
            "the address has 254 bytes; at most 253 are possible"
        );
        assert_eq!(
            say(&format!("{huge}@a")),
            "the name of the user has 1048576 bytes; at most 256 are possible"
        );
    }
}
