//! Fields that have another shape on the server.

use serde_json::{Value, json};
use tfplugin::Field;

use super::Json;

/// A list that is one text with commas on the server. A comma inside of double quotes belongs to an element.
pub(crate) struct Commas<'a>(pub(crate) &'a mut Field<Vec<String>>);

impl Json for Commas<'_> {
    fn write(&self) -> Value {
        let list = self.0.known().filter(|list| !list.is_empty());
        list.map_or(Value::Null, |list| json!(list.join(", ")))
    }

    fn read(&mut self, value: &Value) {
        let list = value.as_str().map(split).unwrap_or_default();
        // An empty list that was asked for is there.
        if !list.is_empty() || self.0.known().is_none_or(|list| !list.is_empty()) {
            *self.0 = Field::from(Some(list).filter(|list| !list.is_empty()));
        }
    }

    fn is_default(&self) -> bool {
        self.write().is_null()
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

fn split(text: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = text.split(|sign| {
        quoted ^= sign == '"';
        sign == ',' && !quoted
    });
    let parts = parts.map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

/// One element of such a list.
pub(crate) fn one_of_commas(text: &str) -> Result<(), String> {
    if split(text).as_slice() == [text] {
        return Ok(());
    }
    Err("must be one entry, without a comma and without spaces at its ends.".to_owned())
}

/// A truth value of the server that says whether some texts are used at all. Here, they are null when they are not. It is
/// shown to a visit after them.
pub(crate) struct Used<'a, 'b>(pub(crate) &'a mut [&'b mut Field<String>]);

impl Json for Used<'_, '_> {
    fn write(&self) -> Value {
        json!(!self.is_default())
    }

    fn read(&mut self, value: &Value) {
        let used = value.as_bool().or_else(|| value.as_i64().map(|number| number != 0));
        if used != Some(true) {
            self.0.iter_mut().for_each(|field| **field = Field::Null);
        }
    }

    fn is_default(&self) -> bool {
        self.0.iter().all(|field| field.known().is_none())
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// A word that is another one, or another value, on the server. The first is what a field that is null means. A value that
/// is not among them stands as it is.
pub(crate) struct Words<'a> {
    pub(crate) field: &'a mut Field<String>,
    pub(crate) words: &'static [(&'static str, Wire)],
}

/// A value of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wire {
    /// Text.
    Text(&'static str),
    /// A truth value.
    Truth(bool),
}

impl Wire {
    fn value(self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Truth(truth) => json!(truth),
        }
    }
}

impl Words<'_> {
    fn first(&self) -> &'static str {
        self.words.first().map_or("", |(word, _)| word)
    }
}

impl Json for Words<'_> {
    fn write(&self) -> Value {
        let said = self.field.known().map_or(self.first(), String::as_str);
        let word = self.words.iter().find(|(word, _)| *word == said);
        word.map_or_else(|| json!(said), |(_, wire)| wire.value())
    }

    fn read(&mut self, value: &Value) {
        let word = self.words.iter().find(|(_, wire)| wire.value() == *value);
        let word = word.map_or_else(
            || value.as_str().filter(|text| !text.is_empty()).unwrap_or(self.first()),
            |(word, _)| word,
        );
        *self.field = Field::Known(word.to_owned());
    }

    fn is_default(&self) -> bool {
        self.field.known().is_none_or(|word| word == self.first())
    }

    fn reset(&mut self) {
        *self.field = Field::Known(self.first().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_one_text() {
        let mut list = Field::Known(vec![
            "\"Doe, Jo\" <jo@example.com>".to_owned(),
            "b@example.com".to_owned(),
        ]);
        let written = Commas(&mut list).write();
        assert_eq!(written, json!("\"Doe, Jo\" <jo@example.com>, b@example.com"));
        let mut read = Field::Null;
        Commas(&mut read).read(&written);
        assert_eq!(read, list);
        for empty in [json!(""), json!(" , "), Value::Null] {
            Commas(&mut read).read(&empty);
            assert_eq!(read, Field::Null, "{empty}");
        }
        let mut asked = Field::Known(Vec::new());
        Commas(&mut asked).read(&Value::Null);
        assert_eq!(asked, Field::Known(Vec::new()));
        assert!(one_of_commas("a@example.com").is_ok() && one_of_commas("\"a, b\" <c@d>").is_ok());
        assert!(one_of_commas("a,b").is_err() && one_of_commas(" a").is_err() && one_of_commas("").is_err());
    }

    #[test]
    fn texts_that_are_not_used_are_not_there() {
        let (mut title, mut message) = (Field::Known("t".to_owned()), Field::Null);
        assert_eq!(Used(&mut [&mut title, &mut message]).write(), json!(true));
        Used(&mut [&mut title, &mut message]).read(&json!(1));
        assert_eq!(title, Field::Known("t".to_owned()));
        Used(&mut [&mut title, &mut message]).read(&json!(false));
        assert_eq!(title, Field::Null);
        assert_eq!(Used(&mut [&mut title, &mut message]).write(), json!(false));
    }

    #[test]
    fn a_word_is_another_one_on_the_server() {
        const WORDS: &[(&str, Wire)] = &[
            ("off", Wire::Truth(false)),
            ("on", Wire::Truth(true)),
            ("auto", Wire::Text("0")),
        ];
        fn words(field: &mut Field<String>) -> Words<'_> {
            Words { field, words: WORDS }
        }
        let mut field = Field::Null;
        assert_eq!(words(&mut field).write(), json!(false));
        for (word, value) in [("on", json!(true)), ("auto", json!("0")), ("new", json!("new"))] {
            words(&mut field).read(&value);
            assert_eq!(field, Field::Known(word.to_owned()));
            assert_eq!(words(&mut field).write(), value);
            assert!(!words(&mut field).is_default());
        }
        words(&mut field).reset();
        assert_eq!(field, Field::Known("off".to_owned()));
    }
}
