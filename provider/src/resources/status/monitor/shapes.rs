//! Fields whose shape on the server is not that of the attribute.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Value, json};
use tfplugin::{Field, Secret};

use crate::resources::status::fields::{Json, Visit};

/// Ids as the keys of an object: `{"1": true}`. None is an empty object.
pub(crate) struct IdSet<'a>(pub(crate) &'a mut Field<BTreeSet<i64>>);

impl Json for IdSet<'_> {
    fn write(&self) -> Value {
        let ids = self.0.known().into_iter().flatten();
        Value::Object(ids.map(|id| (id.to_string(), json!(true))).collect())
    }

    fn read(&mut self, value: &Value) {
        let entries = value.as_object().into_iter().flatten();
        let on = entries.filter(|(_, on)| **on != json!(false));
        let ids: BTreeSet<i64> = on.filter_map(|(id, _)| id.parse().ok()).collect();
        // An empty set that was asked for is there.
        let asked = self.0.is_known();
        *self.0 = if ids.is_empty() && !asked {
            Field::Null
        } else {
            Field::Known(ids)
        };
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(BTreeSet::is_empty)
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// A list as one text with commas. None is empty text, since the server's column takes no null.
pub(crate) struct Joined<'a>(pub(crate) &'a mut Field<Vec<String>>);

impl Json for Joined<'_> {
    fn write(&self) -> Value {
        json!(self.0.known().map(|texts| texts.join(",")).unwrap_or_default())
    }

    fn read(&mut self, value: &Value) {
        let parts = value.as_str().unwrap_or_default().split(',').map(str::trim);
        let texts: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let asked = self.0.is_known();
        *self.0 = if texts.is_empty() && !asked {
            Field::Null
        } else {
            Field::Known(texts)
        };
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(Vec::is_empty)
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// What a monitor says by not having a block: null where the block would say something. Nothing is read.
pub(crate) struct Absent;

impl Json for Absent {
    fn write(&self) -> Value {
        Value::Null
    }

    fn read(&mut self, _: &Value) {}

    fn is_default(&self) -> bool {
        true
    }

    fn reset(&mut self) {}
}

/// Clears fields of the server that a block which is not there would fill, so that no password outlives its block.
pub(crate) fn clear(visit: &mut dyn Visit, block: &'static str, keys: &[&'static str]) {
    for key in keys {
        visit.json(block, key, &mut Absent);
    }
}

/// Headers as a JSON text. The server keeps all of them in one.
struct Headers<'a>(&'a mut Field<BTreeMap<String, String>>);

impl Json for Headers<'_> {
    fn write(&self) -> Value {
        let headers = self.0.known().filter(|headers| !headers.is_empty());
        headers.map_or(Value::Null, |headers| json!(pretty(headers)))
    }

    /// Text that is not a JSON object of texts becomes one entry without a name, so that the plan shows that there is
    /// something.
    fn read(&mut self, value: &Value) {
        let text = value.as_str().unwrap_or_default();
        // What a state has no map for may be secret: see `headers`.
        if !self.0.is_known() {
            return;
        }
        *self.0 = match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(object) => Field::Known(object.into_iter().map(|(name, value)| (name, plain(&value))).collect()),
            Err(_) if text.is_empty() => Field::Known(BTreeMap::new()),
            Err(_) => Field::Known(BTreeMap::from([(String::new(), text.to_owned())])),
        };
    }

    fn is_default(&self) -> bool {
        self.0.known().is_none_or(BTreeMap::is_empty)
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// Headers that may be shown, or headers that are secret: one of the two is configured, since the server keeps all headers
/// of a monitor in one text, of which only the whole can be compared. What a state has no map for is taken as secret: the
/// headers of a monitor that was made by hand often hold a token. An import shows those that cannot: see `open_headers`.
pub(crate) fn headers(
    visit: &mut dyn Visit,
    names: [&'static str; 2],
    key: &'static str,
    shown: &mut Field<BTreeMap<String, String>>,
    secret: &mut Field<BTreeMap<String, Secret>>,
) {
    let [shown_name, secret_name] = names;
    let is_secret = !secret.is_null();
    if !visit.there(is_secret, &|_| false) {
        visit.json(shown_name, key, &mut Headers(shown));
    }
    let mut text = match secret {
        Field::Known(headers) => Field::Known(Secret::new(pretty(
            &headers
                .iter()
                .map(|(name, value)| (name, value.expose()))
                .collect::<BTreeMap<_, _>>(),
        ))),
        Field::Unknown => Field::Unknown,
        Field::Null => Field::Null,
    };
    if visit.there(shown.is_null(), &|_| true) {
        visit.secret(secret_name, key, &mut text);
    }
    if text.is_null() {
        *secret = Field::Null;
    }
}

/// JSON text with an indent of four, as the server's own web page writes it: a monitor that was saved there has the same
/// text as before.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b"    "));
    // Maps of text can always be written.
    value.serialize(&mut serializer).unwrap_or_default();
    String::from_utf8(text).unwrap_or_default()
}

/// A value in words.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A field whose absence on the server means the same as its default: null there is the default here.
pub(crate) fn or_default<T: Clone>(field: &mut Field<T>, default: T) {
    if field.is_null() {
        *field = Field::Known(default);
    }
}

/// A list of texts, for defaults.
pub(crate) fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
