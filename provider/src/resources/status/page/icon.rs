//! The icon of a page. A picture that is sent becomes a file of the server, and reads back as its path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tfplugin::Field;
use tfplugin::schema::validators;

use crate::resources::status::fields::Json;

/// What the server shows for a page that has no icon.
const OWN: &str = "/icon.svg";

/// How every PNG picture begins (ISO/IEC 15948, section 5.2).
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The icon: an address, or a picture with the path at which the server had it after it was sent.
pub(super) struct Icon<'a> {
    pub(super) address: &'a mut Field<String>,
    pub(super) png: &'a mut Field<String>,
    pub(super) path: &'a Field<String>,
}

impl Json for Icon<'_> {
    /// What the server is sent: an address, a picture as data URL, or nothing.
    fn write(&self) -> Value {
        match (self.png.known(), self.path.known()) {
            // The server has it already, and keeps a path as it is.
            (Some(_), Some(path)) => json!(path),
            (Some(png), None) => json!(format!("data:image/png;base64,{png}")),
            (None, _) => json!(self.address.known().map_or("", String::as_str)),
        }
    }

    fn read(&mut self, value: &Value) {
        let found = value.as_str().unwrap_or_default();
        if self.png.is_known() && self.path.known().is_some_and(|path| path == found) {
            *self.address = Field::Null;
            return;
        }
        *self.png = Field::Null;
        let own = found.is_empty() || found == OWN;
        if !own || self.address.known().is_none_or(|address| address != OWN) {
            *self.address = Field::from(Some(found.to_owned()).filter(|_| !own));
        }
    }

    fn is_default(&self) -> bool {
        self.write() == json!("")
    }

    fn reset(&mut self) {
        self.read(&Value::Null);
    }
}

/// A web address, or a path of the server.
pub(super) fn address(text: &str) -> Result<(), String> {
    let path = text.starts_with('/') && !text.starts_with("//") && text.bytes().all(|byte| byte.is_ascii_graphic());
    if path || validators::url(text).is_ok() {
        return Ok(());
    }
    Err(
        "must be a web address such as https://example.com/logo.svg, or a path of the server such as /icon.svg."
            .to_owned(),
    )
}

/// A PNG picture.
pub(super) fn png(text: &str) -> Result<(), String> {
    match STANDARD.decode(text) {
        Ok(picture) if picture.starts_with(PNG) => Ok(()),
        Ok(_) => Err("must be a PNG picture: the server takes no other.".to_owned()),
        Err(_) => Err("must be the Base64 of a PNG picture: write filebase64(\"logo.png\").".to_owned()),
    }
}
