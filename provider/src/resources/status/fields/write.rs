//! From a model to what the server is sent.

use std::borrow::Cow;

use serde_json::{Value, json};
use tfplugin::{Field, Secret};

use super::{Fields, Json, Place, Visit, members};
use crate::api::uptime_kuma::Object;

/// What a model says, in the server's words.
#[derive(Default)]
pub struct Written {
    /// Everything but secrets, in the order of the model.
    pub entries: Vec<Entry>,
    /// The secrets, each with its value if there is one.
    pub secrets: Vec<SecretEntry>,
    /// The attributes whose text holds secrets by the server's own names.
    pub(crate) loose: Vec<String>,
    place: Place,
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its attribute, such as `http.url`; that of a block for what the block says by being there.
    pub attribute: String,
    /// Its name on the server.
    pub key: Cow<'static, str>,
    /// What is sent.
    pub value: Value,
    /// Whether it says no more than a server does that does not know the field.
    pub is_default: bool,
}

/// One secret. Printed without it.
#[derive(Debug, Clone)]
pub struct SecretEntry {
    /// Its attribute, such as `http.basic_auth.password_wo`.
    pub attribute: String,
    /// Its name on the server.
    pub key: Cow<'static, str>,
    /// The value as far as it is configured.
    pub value: Field<Secret>,
    /// What it means that it is not.
    pub absence: Absence,
}

/// What becomes of a secret that is not configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// One that was configured before is taken off the server.
    Removes,
    /// There has to be one: only an imported object may have it from elsewhere.
    Lacks,
    /// What is on the server stays.
    Keeps,
}

impl Written {
    /// What `model` says.
    pub fn of<F: Fields + Clone>(model: &F) -> Self {
        // Reading and writing share one list of fields, so it asks for a model that may change; this one does not.
        let mut model = model.clone();
        let mut written = Self::default();
        model.fields(&mut written);
        written
    }

    /// Everything but secrets as one object.
    pub fn object(&self) -> Object {
        let entries = self.entries.iter();
        entries
            .map(|entry| (entry.key.to_string(), entry.value.clone()))
            .collect()
    }

    fn push(&mut self, attribute: &'static str, key: &'static str, value: Value, is_default: bool) {
        self.entries.push(Entry {
            attribute: self.place.of(attribute),
            key: key.into(),
            value,
            is_default,
        });
    }

    fn push_secret(&mut self, attribute: &'static str, key: &'static str, field: &Field<Secret>, absence: Absence) {
        self.secrets.push(SecretEntry {
            attribute: self.place.of(attribute),
            key: key.into(),
            value: field.clone(),
            absence,
        });
    }
}

/// What is sent for a field, and whether that is the default.
fn sent<T: PartialEq>(field: &Field<T>, default: Option<&T>, value: impl FnOnce(&T) -> Value) -> (Value, bool) {
    let is_default = match field {
        Field::Known(known) => default == Some(known),
        Field::Null | Field::Unknown => true,
    };
    let said = field.known().or(default).map_or(Value::Null, value);
    (said, is_default)
}

impl Visit for Written {
    fn text(
        &mut self,
        attribute: &'static str,
        key: &'static str,
        field: &mut Field<String>,
        default: Option<&'static str>,
    ) {
        let (value, is_default) = sent(field, default.map(str::to_owned).as_ref(), |text| json!(text));
        self.push(attribute, key, value, is_default);
    }

    fn number(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<i64>, default: Option<i64>) {
        let (value, is_default) = sent(field, default.as_ref(), |number| json!(number));
        self.push(attribute, key, value, is_default);
    }

    fn decimal(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<f64>, default: Option<f64>) {
        let (value, is_default) = sent(field, default.as_ref(), |number| json!(number));
        self.push(attribute, key, value, is_default);
    }

    fn truth(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<bool>, default: bool) {
        let (value, is_default) = sent(field, Some(&default), |truth| json!(truth));
        self.push(attribute, key, value, is_default);
    }

    fn texts(
        &mut self,
        attribute: &'static str,
        key: &'static str,
        field: &mut Field<Vec<String>>,
        default: &[&'static str],
    ) {
        let default: Vec<String> = default.iter().map(|&text| text.to_owned()).collect();
        let (value, is_default) = sent(field, Some(&default), |texts: &Vec<String>| json!(texts));
        self.push(attribute, key, value, is_default);
    }

    fn secret(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<Secret>) {
        self.push_secret(attribute, key, field, Absence::Removes);
    }

    fn needed(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<Secret>) {
        self.push_secret(attribute, key, field, Absence::Lacks);
    }

    fn staying(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<Secret>) {
        self.push_secret(attribute, key, field, Absence::Keeps);
    }

    fn json(&mut self, attribute: &'static str, key: &'static str, field: &mut dyn Json) {
        let (value, is_default) = (field.write(), field.is_default());
        self.push(attribute, key, value, is_default);
    }

    fn rest(
        &mut self,
        attribute: &'static str,
        field: &mut Field<String>,
        secret_attribute: &'static str,
        secret: &mut Field<Secret>,
    ) {
        for (key, value) in field.known().map(|text| members(text)).unwrap_or_default() {
            self.entries.push(Entry {
                attribute: self.place.of(attribute),
                key: key.into(),
                value,
                is_default: false,
            });
        }
        let attribute = self.place.of(secret_attribute);
        self.loose.push(attribute.clone());
        for (key, value) in secret.known().map(|text| members(text.expose())).unwrap_or_default() {
            self.secrets.push(SecretEntry {
                attribute: format!("{attribute}.{key}"),
                key: key.into(),
                value: Field::from(value.as_str().map(Secret::new)),
                absence: Absence::Removes,
            });
        }
        if secret.is_unknown() {
            self.secrets.push(SecretEntry {
                attribute,
                key: secret_attribute.into(),
                value: Field::Unknown,
                absence: Absence::Removes,
            });
        }
    }

    fn says(&mut self, key: &'static str, value: &'static str, has: bool) -> bool {
        if has {
            let attribute = self.place.0.join(".");
            let value = json!(value);
            self.entries.push(Entry {
                attribute,
                key: key.into(),
                value,
                is_default: false,
            });
        }
        has
    }

    fn there(&mut self, has: bool, _: &dyn Fn(&Object) -> bool) -> bool {
        has
    }

    fn enter(&mut self, block: &'static str) {
        self.place.0.push(block);
    }

    fn leave(&mut self) {
        self.place.0.pop();
    }
}
