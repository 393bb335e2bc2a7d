//! Names and addresses of the network.

use std::net::IpAddr;

/// The longest name of the domain name system in characters (RFC 1035, section 2.3.4).
const NAME_LIMIT: usize = 253;
/// The longest part between two dots (RFC 1035, section 2.3.4).
const LABEL_LIMIT: usize = 63;

/// A port number other than 0.
pub fn port<T: Copy + Into<i64>>(number: &T) -> Result<(), String> {
    if (1..=65535).contains(&(*number).into()) {
        Ok(())
    } else {
        Err("must be a port from 1 to 65535.".to_owned())
    }
}

/// A host name: labels of letters, digits and hyphens (RFC 1123, section 2.1). An address is not a name.
pub fn host_name(text: &str) -> Result<(), String> {
    let all_numeric = text
        .split('.')
        .all(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    if !text.is_empty() && text.len() <= NAME_LIMIT && text.split('.').all(is_label) && !all_numeric {
        return Ok(());
    }
    Err("must be a host name: letters, digits and hyphens, in parts with dots between.".to_owned())
}

/// A domain: a host name of at least two parts, in lower case, such as `example.com`.
pub fn domain(text: &str) -> Result<(), String> {
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    if lower && text.contains('.') && host_name(text).is_ok() {
        return Ok(());
    }
    Err("must be a domain in lower case such as example.com; write a name beyond ASCII in its xn-- form.".to_owned())
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_LIMIT).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// An IPv4 or IPv6 address without a prefix length.
pub fn ip_address(text: &str) -> Result<(), String> {
    text.parse::<IpAddr>()
        .map(|_| ())
        .map_err(|_| "must be an IPv4 or IPv6 address.".to_owned())
}

/// A range of addresses in CIDR form such as `10.0.0.0/8`, with no bit set after the prefix.
pub fn cidr(text: &str) -> Result<(), String> {
    let wanted = || "must be a range of addresses such as 10.0.0.0/8 or 2001:db8::/32.".to_owned();
    let (address, prefix) = text.split_once('/').ok_or_else(wanted)?;
    let address: IpAddr = address.parse().map_err(|_| wanted())?;
    let (bits, width) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let digits = prefix.bytes().all(|byte| byte.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
    let length: u32 = prefix
        .parse()
        .ok()
        .filter(|length| digits && *length <= width)
        .ok_or_else(wanted)?;
    let host_bits = bits & 1_u128.checked_shl(width - length).map_or(u128::MAX, |size| size - 1);
    if host_bits == 0 {
        return Ok(());
    }
    Err(format!(
        "has bits set after its first {length}; clear them, or write the single address with /{width}."
    ))
}

/// A mail address: one `@`, a host name after it, no blanks or control characters.
pub fn email(text: &str) -> Result<(), String> {
    let is_local = |local: &str| {
        (1..=64).contains(&local.len())
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .chars()
                .all(|c| (c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c)) && !c.is_control())
    };
    match text.rsplit_once('@') {
        Some((local, host)) if is_local(local) && host.contains('.') && host_name(host).is_ok() => Ok(()),
        _ => Err("must be a mail address such as ops@example.com.".to_owned()),
    }
}

/// A web address: `http` or `https`, a host, and what may follow it.
pub fn url(text: &str) -> Result<(), String> {
    let wanted = || "must be a web address such as https://example.com/path.".to_owned();
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or_else(wanted)?;
    let printable = text
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"\\^`{|}".contains(c));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !printable || authority.contains('@') {
        return Err(wanted());
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, after)) => (address, after.strip_prefix(':').or((!after.is_empty()).then_some("x"))),
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let good_host = host_name(host).is_ok() || ip_address(host).is_ok();
    let good_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if good_host && good_port { Ok(()) } else { Err(wanted()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the texts the check refuses.
    fn refused<'a>(check: fn(&str) -> Result<(), String>, texts: &[&'a str]) -> Vec<&'a str> {
        texts.iter().copied().filter(|text| check(text).is_err()).collect()
    }

    #[test]
    fn ports() {
        assert!(port(&1_u16).is_ok() && port(&65535_i64).is_ok());
        assert!(port(&0_u16).is_err() && port(&65536_i64).is_err());
    }

    #[test]
    fn names() {
        let bad = ["", "a_b", "-a", "a-", "a..b", "a.", "10.0.0.1", "a b", "$(x)", "ä.de"];
        assert_eq!(refused(host_name, &bad), bad);
        assert!(refused(host_name, &["a", "a-b.c", "A.example", "3com.example"]).is_empty());
        assert!(host_name(&"a".repeat(64)).is_err() && host_name(&"a.".repeat(127)).is_err());
        let bad = ["localhost", "Example.com", "example.com\n"];
        assert_eq!(refused(domain, &bad), bad);
        assert!(refused(domain, &["example.com", "xn--bcher-kva.example"]).is_empty());
    }

    #[test]
    fn addresses() {
        assert!(ip_address("10.0.0.1").is_ok() && ip_address("::1").is_ok() && ip_address("10.0.0").is_err());
        let bad = [
            "10.0.0.0",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "::1/64",
            "a/8",
            "::/129",
        ];
        assert_eq!(refused(cidr, &bad), bad);
        assert!(
            refused(
                cidr,
                &[
                    "10.0.0.0/8",
                    "0.0.0.0/0",
                    "::/0",
                    "10.0.0.1/32",
                    "2001:db8::/32",
                    "::1/128"
                ]
            )
            .is_empty()
        );
    }

    #[test]
    fn mail_and_web_addresses() {
        let bad = [
            "ops",
            "@example.com",
            "ops@",
            "a b@example.com",
            "ops@localhost",
            ".a@example.com",
            "a@b@example.com",
        ];
        assert_eq!(refused(email, &bad), bad);
        assert!(refused(email, &["ops@example.com", "a.b+c@mail.example.com", "ö@example.com"]).is_empty());
        let bad = [
            "example.com",
            "ftp://example.com",
            "https://",
            "https://a b",
            "https://a:0",
            "https://u@a",
            "https://[::1]x",
            "https://a:b",
            "https://a/\n",
        ];
        assert_eq!(refused(url, &bad), bad);
        let good = [
            "https://example.com",
            "http://10.0.0.1:8080/a?b=c#d",
            "https://[::1]:443/",
            "https://localhost",
        ];
        assert!(refused(url, &good).is_empty());
    }
}
