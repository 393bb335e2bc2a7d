//! Text that holds JSON: what counts is what it says.

use std::collections::BTreeMap;

use serde_json::{Number, Value};
use tfplugin::Field;

use super::Json;

/// Such a text. As long as the server's says the same, the words of the state stay; others are taken as `jsonencode` would
/// write them, since that is what Terraform generates for them.
pub(crate) struct JsonText<'a>(pub(crate) &'a mut Field<String>);

impl Json for JsonText<'_> {
    fn write(&self) -> Value {
        self.0.known().map_or(Value::Null, |text| Value::from(text.as_str()))
    }

    fn read(&mut self, value: &Value) {
        let found = value.as_str().unwrap_or_default();
        let same = self
            .0
            .known()
            .is_some_and(|text| text == found || encoded(text).is_some() && encoded(text) == encoded(found));
        if same {
            return;
        }
        let text = encoded(found).unwrap_or_else(|| found.to_owned());
        *self.0 = Field::from(Some(text).filter(|text| !text.is_empty()));
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none()
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// The text of a JSON object or list as `jsonencode` would write it; none for any other text.
pub(crate) fn encoded(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    if !value.is_object() && !value.is_array() {
        return None;
    }
    let text = serde_json::to_string(&sorted(value)).ok()?;
    // What could end a script element never stands there as itself. Outside of texts there is none of it.
    let hidden = [
        ('<', "\\u003c"),
        ('>', "\\u003e"),
        ('&', "\\u0026"),
        ('\u{2028}', "\\u2028"),
        ('\u{2029}', "\\u2029"),
    ];
    Some(hidden.iter().fold(text, |text, (sign, code)| text.replace(*sign, code)))
}

/// With the keys of all objects in order, and whole numbers without a fraction.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            Value::Object(members.into_iter().map(|(key, value)| (key, sorted(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(sorted).collect()),
        Value::Number(number) => Value::Number(whole(number)),
        other => other,
    }
}

fn whole(number: Number) -> Number {
    let float = number.as_f64().filter(|_| number.is_f64());
    let whole = float
        .filter(|float| float.fract() == 0.0)
        .map(|float| format!("{float:.0}"));
    whole
        .and_then(|text| text.parse::<i64>().ok())
        .map_or(number, Number::from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(before: Field<&str>, found: &Value) -> Field<String> {
        let mut field = before.map(str::to_owned);
        JsonText(&mut field).read(found);
        field
    }

    #[test]
    fn an_import_takes_it_as_it_will_be_generated() {
        let typed = json!("{\n  \"b\": [1.0, 2.5],\n  \"a\": \"<x> & y\"\n}");
        let expected = r#"{"a":"\u003cx\u003e \u0026 y","b":[1,2.5]}"#;
        assert_eq!(read(Field::Null, &typed), Field::Known(expected.to_owned()));
        assert_eq!(read(Field::Null, &json!("a=1")), Field::Known("a=1".to_owned()));
        assert_eq!(read(Field::Null, &json!("12 ")), Field::Known("12 ".to_owned()));
        assert_eq!(read(Field::Null, &json!("")), Field::Null);
        assert_eq!(read(Field::Null, &Value::Null), Field::Null);
    }

    #[test]
    fn the_words_of_the_state_stay_while_they_say_the_same() {
        let words = "{ \"a\": 1 }";
        assert_eq!(
            read(Field::Known(words), &json!("{\"a\":1.0}")),
            Field::Known(words.to_owned())
        );
        assert_eq!(
            read(Field::Known(words), &json!("{\"a\":2}")),
            Field::Known("{\"a\":2}".to_owned())
        );
        assert_eq!(read(Field::Known("a"), &json!("b")), Field::Known("b".to_owned()));
        assert_eq!(read(Field::Known(""), &json!("")), Field::Known(String::new()));
        assert_eq!(read(Field::Known(""), &Value::Null), Field::Known(String::new()));
        assert_eq!(read(Field::Known(words), &Value::Null), Field::Null);
    }
}
