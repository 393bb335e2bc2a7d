//! What travels to a script.

use std::fmt::{self, Write as _};

use thiserror::Error;
use zeroize::Zeroizing;

use super::MAGIC;

/// A field holds a NUL byte, which no shell variable can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a field of {verb} holds a NUL byte")]
pub struct NulByte {
    /// The verb of the line.
    pub verb: &'static str,
}

/// A request under construction.
///
/// Every byte of a field that a shell, `read` or `printf %b` could take for anything but itself is written as `\0ooo`
/// (octal); an empty field is `-`. So a line has exactly as many words as it has fields, and decoding is `printf %b`. It is wiped when dropped: a field may
/// be a secret.
#[derive(Clone, Default)]
pub struct Request {
    lines: Zeroizing<String>,
    count: usize,
    nul: Option<NulByte>,
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Request({} lines)", self.count)
    }
}

impl Request {
    /// An empty request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line. A field with a NUL byte is reported by [`Self::finish`].
    pub fn line<F: AsRef<[u8]>>(&mut self, verb: &'static str, fields: impl IntoIterator<Item = F>) -> &mut Self {
        self.lines.push_str(verb);
        for field in fields {
            self.lines.push(' ');
            let field = field.as_ref();
            if field.contains(&0) {
                self.nul.get_or_insert(NulByte { verb });
            }
            encode(field, &mut self.lines);
        }
        self.lines.push('\n');
        self.count += 1;
        self
    }

    /// The request as bytes for a script's standard input.
    pub fn finish(&self) -> Result<Vec<u8>, NulByte> {
        match self.nul {
            Some(nul) => Err(nul),
            None => Ok(format!("{MAGIC}\n{}end {}\n", self.lines.as_str(), self.count).into_bytes()),
        }
    }
}

fn encode(field: &[u8], line: &mut String) {
    match field {
        [] => line.push('-'),
        // A lone hyphen stands for the empty field.
        b"-" => line.push_str("\\0055"),
        _ => {
            for &byte in field {
                if byte.is_ascii_alphanumeric() || b"-_./:@,+=%".contains(&byte) {
                    line.push(char::from(byte));
                } else {
                    // Writing to a String cannot fail.
                    let _ = write!(line, "\\0{byte:03o}");
                }
            }
        }
    }
}
