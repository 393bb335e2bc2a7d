//! One line of JSON, of a bounded length.
//!
//! Source: go-plugin 1.8 `client.go` (logStderr reads lines into 64 KiB and takes a longer one apart) and
//! `log_entry.go` (`@level` and `@message` have to be strings).

use std::fmt::Write as _;

use time::OffsetDateTime;
use tracing::Level;

/// Longest line with its newline, in bytes: a little below go-plugin's 64 KiB.
pub(super) const LINE_LIMIT: usize = 60 * 1024;

/// Longest message or value in JSON, in bytes, so that one of them leaves room for others.
pub(super) const TEXT_LIMIT: usize = 16 * 1024;

/// Stands at the end of a text that was cut.
const CUT: &str = "…";

/// Key that says that fields were left out.
const LEFT_OUT: &str = ",\"@truncated\":true";

/// What a field can hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// JSON already: a number or a truth value.
    Literal(String),
}

/// A line in the making.
#[derive(Debug)]
pub(super) struct Line {
    text: String,
    left_out: bool,
}

impl Line {
    pub(super) fn new(level: Level, message: &str, module: &str, now: OffsetDateTime) -> Self {
        let mut line = Self {
            text: String::with_capacity(256),
            left_out: false,
        };
        line.text.push_str("{\"@level\":\"");
        line.text.push_str(match level {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        });
        line.text.push_str("\",\"@message\":");
        push_text(&mut line.text, message);
        line.text.push_str(",\"@module\":");
        push_text(&mut line.text, &module.replace("::", "."));
        // Writing to a string does not fail.
        let _ = write!(
            line.text,
            ",\"@timestamp\":\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z\"",
            now.year(),
            u8::from(now.month()),
            now.day(),
            now.hour(),
            now.minute(),
            now.second(),
            now.microsecond()
        );
        line
    }

    /// Adds a field, or leaves it out where the line would grow too long.
    pub(super) fn field(&mut self, name: &str, value: &Value) {
        let start = self.text.len();
        self.text.push(',');
        push_text(&mut self.text, name);
        self.text.push(':');
        match value {
            Value::Text(text) => push_text(&mut self.text, text),
            Value::Literal(literal) => self.text.push_str(literal),
        }
        if self.text.len() + LEFT_OUT.len() + "}\n".len() > LINE_LIMIT {
            self.text.truncate(start);
            self.left_out = true;
        }
    }

    /// The line with its newline.
    pub(super) fn finish(mut self) -> String {
        if self.left_out {
            self.text.push_str(LEFT_OUT);
        }
        self.text.push_str("}\n");
        self.text
    }
}

/// Appends a JSON string of at most [`TEXT_LIMIT`] bytes.
fn push_text(line: &mut String, text: &str) {
    let limit = line.len() + TEXT_LIMIT - CUT.len() - "\"".len();
    line.push('"');
    for character in text.chars() {
        let start = line.len();
        match character {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            // Line separators too, which are line ends to some readers.
            '\0'..='\x1f' | '\x7f' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(line, "\\u{:04x}", u32::from(character));
            }
            other => line.push(other),
        }
        if line.len() > limit {
            line.truncate(start);
            line.push_str(CUT);
            break;
        }
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use time::UtcDateTime;

    use super::*;

    fn line(message: &str, fields: &[(&str, Value)]) -> String {
        let now = UtcDateTime::from_unix_timestamp_nanos(1_700_000_000_012_345_678)
            .unwrap()
            .into();
        let mut line = Line::new(Level::WARN, message, "tfplugin::wire", now);
        for (name, value) in fields {
            line.field(name, value);
        }
        line.finish()
    }

    fn parsed(line: &str) -> serde_json::Value {
        assert_eq!(line.matches('\n').count(), 1);
        assert!(line.ends_with('\n'));
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn the_form() {
        let fields = [
            ("count", Value::Literal("3".to_owned())),
            ("name", Value::Text("a".to_owned())),
        ];
        let expected = r#"{"@level":"warn","@message":"hello","@module":"tfplugin.wire","#.to_owned()
            + r#""@timestamp":"2023-11-14T22:13:20.012345Z","count":3,"name":"a"}"#
            + "\n";
        assert_eq!(line("hello", &fields), expected);
    }

    #[test]
    fn every_character_arrives_and_none_ends_the_line() {
        let all: String = (0..0x3000).filter_map(char::from_u32).chain("€😀".chars()).collect();
        for part in all.chars().collect::<Vec<_>>().chunks(500) {
            let message: String = part.iter().collect();
            assert_eq!(parsed(&line(&message, &[]))["@message"], message);
        }
    }

    #[test]
    fn a_long_message_is_cut_where_a_character_ends() {
        for message in ["x".repeat(1 << 20), "€".repeat(1 << 18), "\0".repeat(1 << 18)] {
            let text = line(&message, &[]);
            assert!(text.len() < TEXT_LIMIT + 200, "{}", text.len());
            let parsed = parsed(&text);
            let cut = parsed["@message"].as_str().unwrap().strip_suffix(CUT).unwrap();
            assert!(message.starts_with(cut));
        }
    }

    #[test]
    fn a_line_stays_below_what_the_reader_takes() {
        let fields: Vec<_> = ["a", "b", "c", "d", "e"]
            .map(|name| (name, Value::Text("y".repeat(TEXT_LIMIT))))
            .into_iter()
            .collect();
        let text = line(&"x".repeat(TEXT_LIMIT), &fields);
        assert!(text.len() <= LINE_LIMIT, "{}", text.len());
        let parsed = parsed(&text);
        assert_eq!(parsed["@truncated"], true);
        assert!(parsed["a"].is_string() && parsed["e"].is_null());
    }
}
