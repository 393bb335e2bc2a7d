//! What a script answers.

use thiserror::Error;

use super::MAGIC;

/// What is wrong with a script's answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// It ends before its end mark.
    #[error("it ends before its end")]
    Truncated,
    /// Something stands where structure should.
    #[error("byte {at}: {what} is expected")]
    Malformed {
        /// Offset in the answer.
        at: usize,
        /// What was expected.
        what: &'static str,
    },
    /// It counts other records than it has.
    #[error("it says that it has {said} records, and has {found}")]
    Count {
        /// The number at its end.
        said: usize,
        /// The number of records.
        found: usize,
    },
    /// A record lacks a field.
    #[error("the record {record} has no field {field}")]
    Missing {
        /// Kind of the record.
        record: String,
        /// Name of the field.
        field: &'static str,
    },
    /// A field does not read as what it should be.
    #[error("the field {field} of the record {record} cannot be read: {text:?}")]
    Value {
        /// Kind of the record.
        record: String,
        /// Name of the field.
        field: &'static str,
        /// The beginning of what stands there.
        text: String,
    },
    /// A record that must be there is not.
    #[error("there is no record {0}")]
    NoRecord(&'static str),
}

/// A complete answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its records in their order. Progress lines are not among them.
    pub records: Vec<Record>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is about.
    pub kind: String,
    fields: Vec<(String, Vec<u8>)>,
}

impl Answer {
    /// Reads a whole answer.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let mut cursor = Cursor { bytes, at: 0 };
        if cursor.line()? != MAGIC.as_bytes() {
            return Err(FrameError::Malformed {
                at: 0,
                what: "the name and version of the language",
            });
        }
        let mut records = Vec::new();
        loop {
            let at = cursor.at;
            let line = cursor.line()?;
            let mut words = line.split(|&byte| byte == b' ');
            match words.next() {
                Some(b"progress") => {}
                Some(b"record") => {
                    let (Some(kind), Some(count), None) =
                        (words.next().and_then(word), number(words.next()), words.next())
                    else {
                        return Err(FrameError::Malformed {
                            at,
                            what: "a record's kind and number of fields",
                        });
                    };
                    records.push(cursor.record(kind, count)?);
                }
                Some(b"end") => {
                    let said = number(words.next()).ok_or(FrameError::Malformed {
                        at,
                        what: "a number of records",
                    })?;
                    if said != records.len() {
                        return Err(FrameError::Count {
                            said,
                            found: records.len(),
                        });
                    }
                    return if cursor.at == bytes.len() {
                        Ok(Self { records })
                    } else {
                        Err(FrameError::Malformed {
                            at: cursor.at,
                            what: "nothing after the end",
                        })
                    };
                }
                _ => {
                    return Err(FrameError::Malformed {
                        at,
                        what: "a record, progress or the end",
                    });
                }
            }
        }
    }

    /// All records of a kind.
    pub fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |record| record.kind == kind)
    }

    /// The first record of a kind.
    pub fn first(&self, kind: &'static str) -> Result<&Record, FrameError> {
        self.all(kind).next().ok_or(FrameError::NoRecord(kind))
    }
}

impl Record {
    /// All fields in their order.
    pub fn fields(&self) -> &[(String, Vec<u8>)] {
        &self.fields
    }

    /// The bytes of a field.
    pub fn bytes(&self, field: &'static str) -> Result<&[u8], FrameError> {
        self.fields
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value.as_slice())
            .ok_or_else(|| FrameError::Missing {
                record: self.kind.clone(),
                field,
            })
    }

    /// A field as text. What is not UTF-8 is replaced: such text comes from programs, and is shown to people.
    pub fn text(&self, field: &'static str) -> Result<String, FrameError> {
        Ok(String::from_utf8_lossy(self.bytes(field)?).into_owned())
    }

    /// A field as text, nothing if it is empty.
    pub fn optional(&self, field: &'static str) -> Result<Option<String>, FrameError> {
        Ok(Some(self.text(field)?).filter(|text| !text.is_empty()))
    }

    /// A field as a number or another type that reads itself from text.
    pub fn parsed<T: std::str::FromStr>(&self, field: &'static str) -> Result<T, FrameError> {
        self.text(field)?.parse().map_err(|_| self.unreadable(field))
    }

    /// A field that is `yes` or `no`.
    pub fn flag(&self, field: &'static str) -> Result<bool, FrameError> {
        match self.bytes(field)? {
            b"yes" => Ok(true),
            b"no" => Ok(false),
            _ => Err(self.unreadable(field)),
        }
    }

    /// A field as non-empty lines.
    pub fn lines(&self, field: &'static str) -> Result<Vec<String>, FrameError> {
        Ok(self
            .text(field)?
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// The error for a field that does not read as it should.
    pub fn unreadable(&self, field: &'static str) -> FrameError {
        let text = self.text(field).unwrap_or_default().chars().take(80).collect();
        FrameError::Value {
            record: self.kind.clone(),
            field,
            text,
        }
    }
}

/// Finds progress lines in an answer while it arrives line by line, without mistaking content for them.
#[derive(Debug, Default)]
pub struct Watcher {
    /// Bytes of a field that are still to come.
    content: usize,
    /// Fields of a record that are still to come.
    fields: usize,
}

impl Watcher {
    /// Takes a line without its line break; returns its words if it is progress.
    pub fn line<'a>(&mut self, line: &'a str) -> Option<Vec<&'a str>> {
        if self.content > 0 {
            self.content = self.content.saturating_sub(line.len() + 1);
            return None;
        }
        let mut words = line.split(' ');
        if self.fields > 0 {
            self.fields -= 1;
            // The line break that ends the content counts with it.
            self.content = words
                .nth(1)
                .and_then(|length| length.parse::<usize>().ok())
                .map_or(0, |length| length + 1);
            return None;
        }
        match words.next()? {
            "progress" => Some(words.collect()),
            "record" => {
                self.fields = words.nth(1).and_then(|count| count.parse().ok()).unwrap_or(0);
                None
            }
            _ => None,
        }
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn line(&mut self) -> Result<&'a [u8], FrameError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|&byte| byte == b'\n')
            .ok_or(FrameError::Truncated)?;
        self.at += length + 1;
        Ok(&rest[..length])
    }

    fn record(&mut self, kind: String, count: usize) -> Result<Record, FrameError> {
        let mut fields = Vec::new();
        for _ in 0..count {
            let at = self.at;
            let mut words = self.line()?.split(|&byte| byte == b' ');
            let (Some(name), Some(length), None) = (words.next().and_then(word), number(words.next()), words.next())
            else {
                return Err(FrameError::Malformed {
                    at,
                    what: "a field's name and length",
                });
            };
            let end = self.at.checked_add(length).ok_or(FrameError::Truncated)?;
            let value = self.bytes.get(self.at..end).ok_or(FrameError::Truncated)?;
            match self.bytes.get(end) {
                Some(b'\n') => {}
                Some(_) => {
                    return Err(FrameError::Malformed {
                        at: end,
                        what: "a line break after the field",
                    });
                }
                None => return Err(FrameError::Truncated),
            }
            self.at = end + 1;
            fields.push((name, value.to_vec()));
        }
        Ok(Record { kind, fields })
    }
}

fn word(bytes: &[u8]) -> Option<String> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    if bytes.is_empty() || !bytes.iter().all(plain) {
        return None;
    }
    String::from_utf8(bytes.to_vec()).ok()
}

fn number(bytes: Option<&[u8]>) -> Option<usize> {
    std::str::from_utf8(bytes?).ok()?.parse().ok()
}
