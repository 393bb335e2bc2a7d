//! Checks of single attributes: the bounds of the server, and of its own web page where the server has none.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde_json::Value;
use tfplugin::Secret;
use tfplugin::schema::validators;

/// The longest name that the server's table holds.
const NAME_LIMIT: usize = 150;
/// What the page for monitors offers to compare a result of a JSON query with.
pub(crate) const OPERATORS: [&str; 7] = [">", ">=", "<", "<=", "!=", "==", "contains"];

/// Whether `wanted` holds, which is said if not.
fn ensure(holds: bool, wanted: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(wanted.to_owned()) }
}

/// Whether `check` holds for each text. The error counts them.
fn each(texts: &[String], check: impl Fn(&str) -> Result<(), String>) -> Result<(), String> {
    let mut counted = (1..).zip(texts);
    counted.try_for_each(|(place, text)| check(text).map_err(|wanted| format!("element {place} {wanted}")))
}

/// The name of a monitor.
pub(crate) fn name(text: &str) -> Result<(), String> {
    let fits = text.trim() == text && (1..=NAME_LIMIT).contains(&text.chars().count());
    ensure(fits, "must have 1 to 150 characters, and no blank at its ends.")
}

/// Text that is not blank.
pub(crate) fn not_blank(text: &str) -> Result<(), String> {
    ensure(!text.trim().is_empty(), "must not be empty.")
}

/// A secret that is there.
pub(crate) fn secret(secret: &Secret) -> Result<(), String> {
    ensure(!secret.expose().trim().is_empty(), "must not be empty.")
}

/// A number that is not below another.
pub(crate) fn at_least(least: i64) -> impl Fn(&i64) -> Result<(), String> {
    move |number| ensure(*number >= least, &format!("must be at least {least}."))
}

/// A number above 0: the server takes a time limit of 0 for no limit, by mistake.
pub(crate) fn more_than_zero() -> impl Fn(&f64) -> Result<(), String> {
    |number| ensure(number.is_finite() && *number > 0.0, "must be more than 0.")
}

/// The number of each of several objects.
pub(crate) fn ids(numbers: &BTreeSet<i64>) -> Result<(), String> {
    numbers.iter().try_for_each(at_least(1))
}

/// An address with one of `schemes`, and something after it.
fn address(text: &str, schemes: &[&str]) -> bool {
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let plain = !text
        .chars()
        .any(|character| character.is_whitespace() || character.is_control());
    plain && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

/// An address of the web.
pub(crate) fn web_address(text: &str) -> Result<(), String> {
    ensure(
        address(text, &["http://", "https://"]),
        "must begin with http:// or https://, followed by a host.",
    )
}

/// The address of a WebSocket.
pub(crate) fn socket_address(text: &str) -> Result<(), String> {
    ensure(
        address(text, &["ws://", "wss://"]),
        "must begin with ws:// or wss://, followed by a host.",
    )
}

/// A host: a name or an address, without a scheme or a port.
pub(crate) fn host(text: &str) -> Result<(), String> {
    let name = text.strip_suffix('.').unwrap_or(text).replace('_', "-");
    let labels = name
        .split('.')
        .map(|label| label.trim_matches('-'))
        .collect::<Vec<_>>()
        .join(".");
    ensure(
        validators::host_name(&labels).is_ok() || validators::ip_address(text).is_ok(),
        "must be a host name or an IP address, without a scheme or a port.",
    )
}

/// A name to be asked of the domain name system: wildcards, `.` and an address (for PTR) are names here.
pub(crate) fn queried_name(text: &str) -> Result<(), String> {
    if text == "." {
        return Ok(());
    }
    host(text.strip_prefix("*.").unwrap_or(text))
        .map_err(|_| "must be a domain name, or an IP address for the record type PTR.".to_owned())
}

/// The host of an MQTT broker, with or without a scheme.
pub(crate) fn broker_host(text: &str) -> Result<(), String> {
    let schemes = ["mqtt://", "mqtts://", "ws://", "wss://"];
    match schemes.iter().find_map(|scheme| text.strip_prefix(scheme)) {
        Some(rest) => host(rest),
        None => host(text),
    }
    .map_err(|_| {
        "must be a host name or an IP address, which mqtt://, mqtts://, ws:// or wss:// may precede.".to_owned()
    })
}

/// The path of a WebSocket at an MQTT broker.
pub(crate) fn broker_path(text: &str) -> Result<(), String> {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_&()*+".contains(character);
    ensure(
        text.strip_prefix('/').is_some_and(|rest| rest.chars().all(plain)),
        "must be a slash, followed by letters, digits and any of - _ & ( ) * +.",
    )
}

/// Addresses of RabbitMQ's management interface.
pub(crate) fn nodes(texts: &[String]) -> Result<(), String> {
    each(texts, web_address)?;
    ensure(!texts.is_empty(), "must not be empty.")
}

/// Addresses of Kafka brokers.
pub(crate) fn brokers(texts: &[String]) -> Result<(), String> {
    let broker = |text: &str| {
        let (name, port) = text.rsplit_once(':').unwrap_or((text, "9092"));
        let good = host(name.trim_matches(['[', ']'])).is_ok() && port.parse::<u16>().is_ok();
        ensure(good, "must be a host with its port, such as kafka.example.com:9092.")
    };
    each(texts, broker)?;
    ensure(!texts.is_empty(), "must not be empty.")
}

/// Codes and ranges of codes, each within `bounds`.
fn codes(texts: &[String], bounds: &RangeInclusive<u16>, example: &str) -> Result<(), String> {
    let code = |text: &str| {
        let code = text.parse::<u16>().ok()?;
        // Neither a sign nor a zero in front.
        (bounds.contains(&code) && code.to_string() == text).then_some(code)
    };
    let good = |text: &str| match text.split_once('-') {
        Some((first, last)) => matches!((code(first), code(last)), (Some(first), Some(last)) if first <= last),
        None => code(text).is_some(),
    };
    let (least, most) = (bounds.start(), bounds.end());
    let wanted = format!("must be a code from {least} to {most}, or a range of them such as {example}.");
    each(texts, |text| ensure(good(text), &wanted))?;
    ensure(!texts.is_empty(), "must not be empty: no answer would be accepted.")
}

/// Codes of HTTP answers.
pub(crate) fn status_codes(texts: &[String]) -> Result<(), String> {
    codes(texts, &(100..=999), "200-299")
}

/// Codes with which a WebSocket is closed.
pub(crate) fn close_codes(texts: &[String]) -> Result<(), String> {
    codes(texts, &(1000..=4999), "1000-1001")
}

/// Names of headers. Values are not looked at.
pub(crate) fn header_names<V>(headers: &BTreeMap<String, V>) -> Result<(), String> {
    let plain = |character: char| character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character);
    let bad = headers.keys().find(|name| name.is_empty() || !name.chars().all(plain));
    bad.map_or(Ok(()), |name| Err(format!("{name:?} is not the name of a header.")))
}

/// A JSON object as text.
pub(crate) fn json_object(text: &str) -> Result<(), String> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(_)) => Ok(()),
        Ok(_) => Err("must be a JSON object, such as jsonencode({ ping = 1 }).".to_owned()),
        Err(error) => Err(format!("must be a JSON object, and is not JSON: {error}.")),
    }
}

/// The name of a system service, as the server passes it to systemd.
pub(crate) fn service_name(text: &str) -> Result<(), String> {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-@".contains(character);
    ensure(
        !text.is_empty() && text.chars().all(plain),
        "must consist of letters, digits, dots, underscores, hyphens and @.",
    )
}

/// The name of a process of PM2.
pub(crate) fn process_name(text: &str) -> Result<(), String> {
    let good = !text.is_empty() && text.trim() == text && !text.chars().any(|character| character.is_ascii_control());
    ensure(
        good,
        "must not be empty, begin or end with a blank, or hold control characters.",
    )
}

/// An object identifier of SNMP.
pub(crate) fn object_identifier(text: &str) -> Result<(), String> {
    let mut arcs = text.split('.');
    let root = matches!(arcs.next(), Some("0" | "1" | "2"));
    let arc = |arc: &str| {
        arc == "0" || (!arc.starts_with('0') && !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()))
    };
    ensure(
        root && arcs.all(arc),
        "must be numbers with dots between, the first from 0 to 2, such as 1.3.6.1.2.1.1.3.0.",
    )
}

/// A place of Globalping: one of them.
pub(crate) fn location(text: &str) -> Result<(), String> {
    not_blank(text)?;
    ensure(
        !text.contains(','),
        "must be one location: several, with commas between, are not possible.",
    )
}

/// The token of a push monitor, which becomes part of a web address. The server's column holds 32 characters.
pub(crate) fn push_token(token: &Secret) -> Result<(), String> {
    let text = token.expose();
    let good = (16..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    ensure(good, "must have 16 to 32 letters and digits.")
}
