//! The server's refusals, in words that hold nothing of the request.
//!
//! Uptime Kuma passes on what its database said, with the whole statement and its values: passwords and tokens of monitors
//! among them. So a text is passed on only when it is one of those seen in recordings of 1.23.17 and 2.5.3, and of a text
//! that begins or ends like a known one, only the part that cannot hold a value.

mod texts;

use serde_json::Value;

use super::error::{Reason, Refusal};
use super::object::Object;
use texts::{BEGINNINGS, BOUNDS, CODES, KNOWN};

/// What is passed on of a refusal, the `msg` of an answer with `ok: false`.
pub(super) fn refusal(event: &'static str, answer: &Object) -> Refusal {
    let message = answer.get("msg").and_then(Value::as_str).unwrap_or_default();
    let (reason, text) = safe(message.trim());
    Refusal { event, reason, text }
}

fn safe(message: &str) -> (Reason, String) {
    if let Some((_, reason, text)) = KNOWN.iter().find(|(known, ..)| *known == message) {
        return (*reason, (*text).to_owned());
    }
    if message.len() < 150 && message.chars().all(plain) && BOUNDS.iter().any(|known| message.starts_with(known)) {
        return (Reason::Invalid, message.to_owned());
    }
    if let Some((_, reason, text)) = BEGINNINGS.iter().find(|(known, ..)| message.starts_with(known)) {
        return (*reason, (*text).to_owned());
    }
    if message.contains("SQLITE_") || message.contains("ER_") {
        return database(message);
    }
    if let Some(status) = after(message, "Request failed with status code ") {
        return (
            Reason::Unreachable,
            format!("it called another server, which answered HTTP {status}"),
        );
    }
    if let Some(code) = CODES.iter().find(|code| message.contains(*code)) {
        return (
            Reason::Unreachable,
            format!("it could not reach another server or socket ({code})"),
        );
    }
    (
        Reason::Other,
        "it gave a reason that is not shown, since it may hold values of the request".to_owned(),
    )
}

/// The end of the text is the database's own, behind the statement; names of columns are not values.
fn database(message: &str) -> (Reason, String) {
    let tail = message.rsplit(" - ").next().unwrap_or_default();
    if tail.contains("FOREIGN KEY constraint failed") {
        return (Reason::Reference, "something it refers to does not exist".to_owned());
    }
    if let Some(column) = after(tail, "UNIQUE constraint failed: ") {
        return (
            Reason::Taken,
            format!("there is one already with this value ({column})"),
        );
    }
    if let Some(column) = after(tail, "NOT NULL constraint failed: ") {
        return (Reason::Invalid, format!("a value is missing ({column})"));
    }
    if let Some(column) = after(tail, " has no column named ") {
        return (
            Reason::Invalid,
            format!("this version does not know the field {column}"),
        );
    }
    (Reason::Other, "its database refused it".to_owned())
}

/// The name or number behind a mark, if it looks like one.
fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let rest = &text[text.find(mark)? + mark.len()..];
    let end = rest.find(|character| !name(character)).unwrap_or(rest.len());
    (1..=64).contains(&end).then(|| &rest[..end])
}

fn name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || "_.".contains(character)
}

fn plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || " .,:()×-".contains(character)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::uptime_kuma::packet::{Packet, arguments, decode};

    fn said(message: &str) -> (Reason, String) {
        let Value::Object(answer) = json!({ "ok": false, "msg": message }) else {
            panic!("no object")
        };
        let refusal = refusal("add", &answer);
        (refusal.reason, refusal.text)
    }

    #[test]
    fn no_value_of_a_statement_is_passed_on() {
        let statement = "insert into `monitor` (`basic_auth_pass`, `name`) values ('canary', 'a - b') - ";
        for (tail, reason, text) in [
            (
                "SQLITE_ERROR: table monitor has no column named no_such_key",
                Reason::Invalid,
                "field no_such_key",
            ),
            (
                "SQLITE_CONSTRAINT: FOREIGN KEY constraint failed",
                Reason::Reference,
                "does not exist",
            ),
            (
                "SQLITE_CONSTRAINT: NOT NULL constraint failed: monitor.conditions",
                Reason::Invalid,
                "(monitor.conditions)",
            ),
            (
                "SQLITE_CONSTRAINT: UNIQUE constraint failed: status_page.slug",
                Reason::Taken,
                "(status_page.slug)",
            ),
            (
                "SQLITE_BUSY: database is locked",
                Reason::Other,
                "its database refused it",
            ),
        ] {
            let (found, said) = said(&format!("{statement}{tail}"));
            assert_eq!(found, reason);
            assert!(said.ends_with(text) || said.contains(text), "{said}");
            assert!(!said.contains("canary"), "{said}");
        }
    }

    #[test]
    fn an_unknown_text_is_not_passed_on() {
        for text in [
            "canary",
            "Headers must be valid JSON: Unexpected token 'c', \"canary\" is not valid JSON",
            "connect ECONNREFUSED canary:9",
            "Interval cannot be less than `canary`",
            "update `user` set `password` = 'canary'",
        ] {
            assert!(!said(text).1.contains("canary"), "{text}");
        }
        assert_eq!(said("connect ECONNREFUSED 127.0.0.1:9").0, Reason::Unreachable);
        assert!(
            said("Error: Request failed with status code 500 ok")
                .1
                .ends_with("HTTP 500")
        );
        assert_eq!(
            said("Interval cannot be less than 20 seconds").1,
            "Interval cannot be less than 20 seconds"
        );
        assert_eq!(said("Too frequently, try again later.").0, Reason::TooFrequent);
    }

    /// What was sent in one recorded call never stands in what is said about its refusal.
    #[test]
    fn recorded_refusals_hold_nothing_that_was_sent() {
        let mut refusals = 0;
        for recording in [
            include_str!("../recorded/1.23.17.jsonl"),
            include_str!("../recorded/2.5.3.jsonl"),
        ] {
            for line in recording.lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                let Some(Ok(Packet::Ack { body, .. })) = line["frame"].as_str().map(decode) else {
                    continue;
                };
                let answer = arguments(body, false).unwrap().pop();
                let Some(Value::Object(answer)) = answer else { continue };
                if answer.get("ok") != Some(&Value::Bool(false)) {
                    continue;
                }
                refusals += 1;
                let refusal = refusal("add", &answer);
                for hidden in [
                    "test-pass-in-error",
                    "insert into",
                    "update `",
                    "values (",
                    "127.0.0.1",
                    "'",
                ] {
                    assert!(!refusal.text.contains(hidden), "{refusal}");
                }
            }
        }
        assert!(refusals > 30, "{refusals}");
    }
}
