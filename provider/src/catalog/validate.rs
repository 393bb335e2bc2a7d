//! Checks of what users write: pure, offline, and strict enough that a value that passes cannot change the meaning of any
//! file it is rendered into. Each returns the reason in words that say what is expected.

use std::net::{IpAddr, Ipv6Addr};

/// Longest stack name: it is part of names of containers, networks and volumes.
const STACK_NAME_LIMIT: usize = 31;

/// Longest host name, RFC 1035 section 2.3.4.
const DOMAIN_LIMIT: usize = 253;

/// Longest e-mail address, RFC 5321 section 4.5.3.1.3.
const EMAIL_LIMIT: usize = 254;

/// Longest URL.
const URL_LIMIT: usize = 2000;

/// Refuses a text that is too long before anything looks at it, and without repeating it.
pub(crate) fn at_most(what: &str, text: &str, limit: usize) -> Result<(), String> {
    if text.len() > limit {
        Err(format!("{what} has {} bytes; at most {limit} are allowed", text.len()))
    } else {
        Ok(())
    }
}

/// The name of a stack: `[a-z][a-z0-9-]{0,30}`, not ending with a hyphen.
pub fn stack_name(name: &str) -> Result<(), String> {
    at_most("the stack name", name, STACK_NAME_LIMIT)?;
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !plain || !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.ends_with('-') {
        return Err(format!(
            "{name:?} is not a stack name: lower-case letters, digits and hyphens, starting with a letter and not ending \
             with a hyphen"
        ));
    }
    Ok(())
}

/// A host name that a public certificate can name: at least two labels of lower-case letters, digits and hyphens.
/// Source: RFC 1035 section 2.3.1 with RFC 1123 section 2.1.
pub fn domain(domain: &str) -> Result<(), String> {
    at_most("the domain", domain, DOMAIN_LIMIT)?;
    if !domain.is_ascii() {
        return Err(format!(
            "{domain:?} has characters beyond ASCII; write an international name in its ASCII form (xn--...)"
        ));
    }
    if domain.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(format!("{domain:?} has capital letters; write it in lower case"));
    }
    if domain.starts_with("*.") {
        return Err(format!("{domain:?} is a wildcard; one host name is needed"));
    }
    if domain.ends_with('.') {
        return Err(format!("{domain:?} ends with a dot; leave the dot out"));
    }
    if domain.parse::<IpAddr>().is_ok() {
        return Err(format!("{domain:?} is an address; a domain name is needed"));
    }
    if !domain.contains('.') {
        return Err(format!(
            "{domain:?} is a single label; a whole domain such as example.com is needed"
        ));
    }
    if let Some(label) = domain.split('.').find(|label| !is_label(label)) {
        return Err(format!(
            "the part {label:?} of {domain:?} is not a label of a domain: 1 to 63 letters, digits and hyphens, with no \
             hyphen at either end"
        ));
    }
    if domain
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(format!("{domain:?} ends with a number, as no domain does"));
    }
    Ok(())
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// An e-mail address in the plain form `name@domain`: no quotes, comments or address literals.
pub fn email(email: &str) -> Result<(), String> {
    at_most("the e-mail address", email, EMAIL_LIMIT)?;
    let Some((name, host)) = email.rsplit_once('@') else {
        return Err(format!("{email:?} is not an e-mail address: it has no @"));
    };
    let plain = (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte));
    if !plain || name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        return Err(format!(
            "the part before the @ of {email:?} may have 1 to 64 letters, digits and the signs . _ % + -, with no dot at \
             either end or beside another"
        ));
    }
    domain(host).map_err(|reason| format!("the part after the @: {reason}"))
}

/// An `https` URL without a user, a fragment or characters that must be escaped. The host may be a single label or an
/// address, since a private authority often has no more.
pub fn https_url(url: &str) -> Result<(), String> {
    at_most("the URL", url, URL_LIMIT)?;
    let wrong = |reason: &str| Err(format!("{url:?} is not a URL that can be used here: {reason}"));
    let Some(rest) = url.strip_prefix("https://") else {
        return wrong("it must start with https://");
    };
    let (authority, path) = rest
        .find(['/', '?'])
        .map_or((rest, ""), |position| rest.split_at(position));
    if authority.contains('@') {
        return wrong("it must not hold a user name or password");
    }
    if let Err(reason) = authority_of_url(authority) {
        return wrong(&reason);
    }
    if path.contains('#') {
        return wrong("it must not have a fragment (#)");
    }
    // RFC 3986 section 3.3 and 3.4, without the quotes and parentheses that other syntaxes give a meaning to.
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/?-._~%!&+,;=:@".contains(&byte);
    if !path.bytes().all(allowed) {
        return wrong("its path has characters that must be written as %XX");
    }
    Ok(())
}

fn authority_of_url(authority: &str) -> Result<(), String> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let Some((address, after)) = rest.split_once(']') else {
            return Err("its address has no closing bracket".to_owned());
        };
        if address.parse::<Ipv6Addr>().is_err() {
            return Err("what stands in brackets is not an IPv6 address".to_owned());
        }
        (
            None,
            after
                .strip_prefix(':')
                .or(if after.is_empty() { None } else { Some("") }),
        )
    } else {
        let (host, port) = authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)));
        (Some(host), port)
    };
    if let Some(host) = host
        && (host.len() > DOMAIN_LIMIT || !host.split('.').all(is_label))
    {
        return Err("its host is not a lower-case host name or an address".to_owned());
    }
    match port {
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) || port.parse::<u16>().unwrap_or(0) == 0 => {
            Err("its port is not a number from 1 to 65535".to_owned())
        }
        _ => Ok(()),
    }
}

/// An IP address or a network in CIDR form whose host bits are zero.
pub fn address_or_network(text: &str) -> Result<(), String> {
    at_most("the address", text, 64)?;
    let wrong = |reason: &str| Err(format!("{text:?} is not an IP address or network: {reason}"));
    let (address, prefix) = text
        .split_once('/')
        .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let Ok(address) = address.parse::<IpAddr>() else {
        return wrong("write it as 203.0.113.0/24 or 2001:db8::/32");
    };
    let Some(prefix) = prefix else { return Ok(()) };
    let (bits, width) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    let Some(prefix) = prefix.parse::<u32>().ok().filter(|prefix| digits && *prefix <= width) else {
        return wrong(&format!("the prefix must be a number from 0 to {width}"));
    };
    let host_bits = width - prefix;
    let mask = if host_bits == 128 {
        u128::MAX
    } else {
        (1 << host_bits) - 1
    };
    if bits & mask != 0 {
        return wrong("bits beyond the prefix are set");
    }
    Ok(())
}

/// A number from `least` to `most`. `what` names it, with its unit.
pub fn within(what: &str, value: u32, least: u32, most: u32) -> Result<(), String> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(format!("{what} must be from {least} to {most}, not {value}"))
    }
}

/// The name of a product's administrator: 1 to 64 letters, digits and the signs . _ @ -, starting with a letter or digit.
pub fn user_name(name: &str) -> Result<(), String> {
    at_most("the user name", name, 64)?;
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte));
    if plain && name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(format!(
            "{name:?} is not a user name that can be used here: 1 to 64 letters, digits and the signs . _ @ -, starting \
             with a letter or digit"
        ))
    }
}

#[cfg(test)]
mod tests;
