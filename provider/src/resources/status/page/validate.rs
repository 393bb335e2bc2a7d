//! What can be refused offline. Unknown values are left for later.

use std::collections::BTreeSet;

use serde_json::Value;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field};

use super::model::Page;
use crate::resources::status::fields::Written;

/// The longest packet that the server takes, in bytes (`maxPayload` of every version), less what the server's own fields
/// and the frame of the call may take.
const LONGEST: usize = 1_000_000 - 4_000;

/// Checks what is particular to status pages.
pub(super) fn validate(config: &Page, diagnostics: &mut Diagnostics) {
    let place = |attribute: &str| Path::root().attribute(attribute);
    if config.icon.is_known() && config.icon_png_base64.is_known() {
        diagnostics.push(
            Diagnostic::error(
                "The page has two icons",
                "Keep icon for an address, or icon_png_base64 for a picture.",
            )
            .at(place("icon_png_base64")),
        );
    }
    let size = size(config);
    if size > LONGEST {
        diagnostics.push(
            Diagnostic::error(
                "The page is too large for the server",
                format!(
                    "The page takes {size} bytes, and the server closes the connection at more than {LONGEST}. Take a \
                     smaller picture as icon, or the address of one."
                ),
            )
            .at(place(if config.icon_png_base64.is_known() {
                "icon_png_base64"
            } else {
                "custom_css"
            })),
        );
    }
    if let Some(analytics) = &config.analytics
        && let Some(kind) = analytics.r#type.known()
        && kind != "google"
        && analytics.script_url.is_null()
    {
        let detail = format!("type = {kind:?} needs script_url.");
        let summary = "analytics.script_url is missing";
        diagnostics.push(Diagnostic::error(summary, detail).at(place("analytics").attribute("script_url")));
    }
    for (number, group) in (0..).zip(&config.group) {
        monitors(number, group, diagnostics);
    }
}

fn monitors(number: i64, group: &super::groups::Group, diagnostics: &mut Diagnostics) {
    let at = |monitor: i64, attribute: &str| {
        let group = Path::root().attribute("group").index(number);
        group.attribute("monitor").index(monitor).attribute(attribute)
    };
    let mut seen = BTreeSet::new();
    for (place, monitor) in (0..).zip(&group.monitor) {
        if monitor.id.known().is_some_and(|id| !seen.insert(*id)) {
            diagnostics.push(
                Diagnostic::error(
                    "A monitor is twice in a group",
                    "Each monitor stands in a group once. Leave one of them out.",
                )
                .at(at(place, "id")),
            );
        }
        let hidden = monitor.send_url.is_null() || monitor.send_url == Field::Known(false);
        if monitor.url.is_known() && hidden {
            diagnostics.push(
                Diagnostic::error(
                    "The link is not shown",
                    "url says where a link leads, and without send_url = true there is none. Set it, or leave url out.",
                )
                .at(at(place, "url")),
            );
        }
    }
}

/// How many bytes the packet takes that saves a page.
fn size(config: &Page) -> usize {
    serde_json::to_string(&Value::Object(Written::of(config).object())).map_or(0, |text| text.len())
}

/// The last part of a page's address.
pub(super) fn slug(text: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if text.split('-').all(|part| !part.is_empty() && part.bytes().all(plain)) {
        return Ok(());
    }
    Err("must have small letters and digits, and single hyphens between them, such as public or team-a.".to_owned())
}
