//! One list of fields for both directions: what of an object of the server stands in which attribute.
//!
//! A model goes through its fields once, in [`Fields::fields`]. Whoever visits decides what that means: [`Written`] takes
//! what the server is to be sent, [`Reading`] puts what the server has into the model.

mod json_text;
mod read;
pub(crate) mod shapes;
mod write;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use serde_json::Value;
use tfplugin::{Field, Secret};

use crate::api::uptime_kuma::Object;

pub(crate) use json_text::JsonText;
pub use read::Reading;
pub use write::{Absence, Entry, SecretEntry, Written};

/// A block, or a whole model, whose fields stand in one object of the server.
pub trait Fields {
    /// Shows each field to `visit`, always all of them and in the same order.
    fn fields(&mut self, visit: &mut dyn Visit);
}

/// Looks at the fields of a model. `attribute` is the name in Terraform, `key` the one on the server. A field that is null
/// and has a default means the default.
pub trait Visit {
    /// Text. An empty one on the server is null here.
    fn text(
        &mut self,
        attribute: &'static str,
        key: &'static str,
        field: &mut Field<String>,
        default: Option<&'static str>,
    );

    /// A whole number.
    fn number(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<i64>, default: Option<i64>);

    /// A number that need not be whole.
    fn decimal(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<f64>, default: Option<f64>);

    /// A truth value, which may be 0 or 1 on the server.
    fn truth(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<bool>, default: bool);

    /// A list of text.
    fn texts(
        &mut self,
        attribute: &'static str,
        key: &'static str,
        field: &mut Field<Vec<String>>,
        default: &[&'static str],
    );

    /// A write-only value. One that was configured and is not any more is taken off the server.
    fn secret(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<Secret>);

    /// A write-only value that there has to be: configured, or on the server since before an import.
    fn needed(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<Secret>) {
        self.secret(attribute, key, field);
    }

    /// A write-only value that stays on the server when it is not configured any more.
    fn staying(&mut self, attribute: &'static str, key: &'static str, field: &mut Field<Secret>) {
        self.secret(attribute, key, field);
    }

    /// Anything else.
    fn json(&mut self, attribute: &'static str, key: &'static str, field: &mut dyn Json);

    /// Fields of the server that have no attribute of their own: as the text of a JSON object, those that are secret as the
    /// text of another. Each secret has an attribute of its own, such as `other.secret_settings_wo.token`.
    fn rest(
        &mut self,
        attribute: &'static str,
        field: &mut Field<String>,
        secret_attribute: &'static str,
        secret: &mut Field<Secret>,
    );

    /// Whether a block is there that says `key` = `value`. Writing, it is there if the model has it, and says so to the
    /// server; reading, if the server says so.
    fn says(&mut self, key: &'static str, value: &'static str, has: bool) -> bool;

    /// Whether a block is there: writing, if the model has it; reading, if the server's object is such that it has.
    fn there(&mut self, has: bool, on_server: &dyn Fn(&Object) -> bool) -> bool;

    /// What follows stands in this block of the model, in the same object of the server.
    fn enter(&mut self, block: &'static str);

    /// The end of the block.
    fn leave(&mut self);
}

/// A field of a shape of its own.
pub trait Json {
    /// What the server is sent.
    fn write(&self) -> Value;

    /// Takes what the server has.
    fn read(&mut self, value: &Value);

    /// Whether it says no more than a server does that does not know the field.
    fn is_default(&self) -> bool;

    /// Makes it say no more than that.
    fn reset(&mut self);
}

/// A block that is there if the server's `key` has this `value`, such as the one for a type.
pub fn variant<F: Fields + Default>(
    visit: &mut dyn Visit,
    block: &'static str,
    (key, value): (&'static str, &'static str),
    field: &mut Option<F>,
) {
    let there = visit.says(key, value, field.is_some());
    inner(visit, block, field, there);
}

/// A block that is there if the server's object is such that it has it.
pub fn block<F: Fields + Default>(
    visit: &mut dyn Visit,
    block: &'static str,
    field: &mut Option<F>,
    on_server: &dyn Fn(&Object) -> bool,
) {
    let there = visit.there(field.is_some(), on_server);
    inner(visit, block, field, there);
}

/// A write-only value that there has to be in some cases.
pub(crate) fn needed_if(
    visit: &mut dyn Visit,
    is_needed: bool,
    (attribute, key): (&'static str, &'static str),
    field: &mut Field<Secret>,
) {
    if is_needed {
        visit.needed(attribute, key, field);
    } else {
        visit.secret(attribute, key, field);
    }
}

fn inner<F: Fields + Default>(visit: &mut dyn Visit, block: &'static str, field: &mut Option<F>, there: bool) {
    if !there {
        *field = None;
        return;
    }
    visit.enter(block);
    field.get_or_insert_default().fields(visit);
    visit.leave();
}

/// The members of the text of a JSON object; none for any other text, which is refused where the configuration is checked.
pub(crate) fn members(text: &str) -> Object {
    serde_json::from_str(text).unwrap_or_default()
}

/// Where a visit is.
#[derive(Debug, Default)]
struct Place(Vec<&'static str>);

impl Place {
    /// The path of an attribute here, such as `http.basic_auth.password_wo`.
    fn of(&self, attribute: &'static str) -> String {
        let mut path = self.0.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path + attribute
    }
}
