//! What can be refused offline. Unknown values are left for later.

use serde_json::Value;
use tfplugin::schema::validators;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Secret};

use super::email::Email;
use super::model::{Notification, TYPES};
use super::other::Other;
use crate::resources::status::fields::members;

/// Fields that have attributes of their own, or that the server fills in.
const RESERVED: [&str; 5] = ["id", "name", "type", "isDefault", "applyExisting"];

/// Checks what is particular to notifications.
pub(super) fn validate(config: &Notification, diagnostics: &mut Diagnostics) {
    let named = blocks(config);
    if named.len() != 1 {
        let written = match named.as_slice() {
            [] => "None is there.".to_owned(),
            several => format!("There are: {}.", several.join(", ")),
        };
        let blocks: Vec<&str> = TYPES.iter().map(|(_, block)| *block).collect();
        diagnostics.push(Diagnostic::error(
            "A notification has exactly one block that says how",
            format!("{written} Write one of {}, other.", blocks.join(", ")),
        ));
    }
    if let Some(email) = &config.email {
        recipients(email, diagnostics);
    }
    let mut needs = Needs { diagnostics };
    if let Some(webhook) = &config.webhook {
        needs.when(
            "webhook",
            "content_type",
            &webhook.content_type,
            "custom",
            "body",
            &webhook.body,
        );
    }
    if let Some(ntfy) = &config.ntfy {
        let (way, name) = (&ntfy.authentication, &ntfy.username);
        needs.when("ntfy", "authentication", way, "username_password", "username", name);
    }
    if let Some(discord) = &config.discord {
        let (format, target) = (&discord.message_format, &discord.target);
        needs.when(
            "discord",
            "message_format",
            format,
            "custom",
            "message_template",
            &discord.message_template,
        );
        needs.when(
            "discord",
            "target",
            target,
            "forum_post",
            "post_name",
            &discord.post_name,
        );
        needs.when("discord", "target", target, "thread", "thread_id", &discord.thread_id);
    }
    if let Some(other) = &config.other {
        own_words(other, diagnostics);
    }
}

/// The blocks that say how, as far as they are written.
fn blocks(config: &Notification) -> Vec<&'static str> {
    let written = [
        ("email", config.email.is_some()),
        ("webhook", config.webhook.is_some()),
        ("telegram", config.telegram.is_some()),
        ("ntfy", config.ntfy.is_some()),
        ("slack", config.slack.is_some()),
        ("discord", config.discord.is_some()),
        ("gotify", config.gotify.is_some()),
        ("pagerduty", config.pagerduty.is_some()),
        ("matrix", config.matrix.is_some()),
        ("pushover", config.pushover.is_some()),
        ("teams", config.teams.is_some()),
        ("signal", config.signal.is_some()),
        ("other", config.other.is_some()),
    ];
    let written = written.iter().filter(|(_, is_written)| *is_written);
    written.map(|(block, _)| *block).collect()
}

fn recipients(email: &Email, diagnostics: &mut Diagnostics) {
    let lists = [&email.to, &email.cc, &email.bcc];
    let none = |list: &Field<Vec<String>>| match list {
        Field::Null => true,
        Field::Known(list) => list.is_empty(),
        Field::Unknown => false,
    };
    if lists.into_iter().all(none) {
        diagnostics.push(
            Diagnostic::error(
                "The mail has no recipient",
                "Write at least one address in to, cc or bcc.",
            )
            .at(Path::root().attribute("email").attribute("to")),
        );
    }
}

fn own_words(other: &Other, diagnostics: &mut Diagnostics) {
    let place = Path::root().attribute("other");
    if let Some((kind, block)) = TYPES
        .iter()
        .find(|(kind, _)| other.r#type.known().is_some_and(|said| said == kind))
    {
        diagnostics.push(
            Diagnostic::error(
                "The type has a block of its own",
                format!("Write the block {block} in place of other with type = {kind:?}: it knows the type's fields."),
            )
            .at(place.clone().attribute("type")),
        );
    }
    let (Some(settings), Some(secrets)) = (other.settings.known(), other.secret_settings_wo.known()) else {
        return;
    };
    let secrets = members(secrets.expose());
    if let Some(twice) = members(settings).keys().find(|key| secrets.contains_key(*key)) {
        diagnostics.push(
            Diagnostic::error(
                "A field is written twice",
                format!("{twice} stands in settings and in secret_settings_wo. Keep it in secret_settings_wo if it is secret."),
            )
            .at(place.attribute("settings")),
        );
    }
}

/// Attributes that other attributes ask for.
struct Needs<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Needs<'_> {
    fn when(
        &mut self,
        block: &'static str,
        attribute: &'static str,
        field: &Field<String>,
        word: &'static str,
        needed: &'static str,
        value: &Field<String>,
    ) {
        let absent = value.is_null() || value.known().is_some_and(String::is_empty);
        let lacks = field.known().is_some_and(|said| said == word) && absent;
        self.unless((block, attribute, word, needed), lacks);
    }

    fn unless(&mut self, (block, attribute, word, needed): (&str, &str, &str, &str), lacks: bool) {
        if lacks {
            let detail = format!("{attribute} = {word:?} needs {needed}.");
            let place = Path::root().attribute(block).attribute(needed);
            let summary = format!("{block}.{needed} is missing");
            self.diagnostics.push(Diagnostic::error(summary, detail).at(place));
        }
    }
}

fn object(text: &str) -> Result<serde_json::Map<String, Value>, String> {
    let wanted = || "must be the text of a JSON object: write jsonencode({ ... }).".to_owned();
    serde_json::from_str(text).map_err(|_| wanted())
}

/// The text of a JSON object of texts. The reason never repeats a value.
pub(super) fn object_of_texts(text: &str) -> Result<(), String> {
    match object(text)?.iter().find(|(_, value)| !value.is_string()) {
        Some((key, _)) => Err(format!("must have a text as the value of {key}.")),
        None => Ok(()),
    }
}

/// As [`object_of_texts`], of a secret.
pub(super) fn secret_object_of_texts(text: &Secret) -> Result<(), String> {
    object_of_texts(text.expose())
}

fn unreserved(text: &str) -> Result<(), String> {
    match object(text)?.keys().find(|key| RESERVED.contains(&key.as_str())) {
        Some(key) => Err(format!("must not have {key}, which is not a field of the type.")),
        None => Ok(()),
    }
}

/// Fields of a type that has no block.
pub(super) fn settings(text: &str) -> Result<(), String> {
    unreserved(text)
}

/// Secret fields of a type that has no block.
pub(super) fn secret_settings(text: &Secret) -> Result<(), String> {
    unreserved(text.expose())?;
    object_of_texts(text.expose())
}

/// A web address that holds a token.
pub(super) fn secret_url(url: &Secret) -> Result<(), String> {
    validators::url(url.expose())
}
