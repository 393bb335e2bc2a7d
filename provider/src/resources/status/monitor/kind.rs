//! The calls of a monitor's life.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Secret};

use super::kinds::{Manual, PENDING};
use super::model::Monitor;
use super::parent::{Misplaced, check_parent};
use super::types::{self, TYPES};
use super::{extra, open_headers, outputs, references, tags, untold, validate, wire};
use crate::api::uptime_kuma::object::{Monitor as Found, Snapshot};
use crate::api::uptime_kuma::session::Dialect;
use crate::api::uptime_kuma::{Error, Object};
use crate::resources::status::fields::{Reading, Written};
use crate::resources::status::object::{Kind, number_key};
use crate::resources::status::random;
use crate::resources::status::references::{Names, listed};
use crate::resources::status::secrets::Shown;
use crate::resources::status::server::{Server, ServerFacts};

/// Letters and digits of a token that the provider makes: as many as the server's own page makes.
const TOKEN_LENGTH: usize = 32;
/// The shortest interval of servers before 2.1, in seconds.
const OLD_INTERVAL: i64 = 20;

/// The kind of monitors.
pub struct MonitorKind;

impl Kind for MonitorKind {
    type Model = Monitor;
    number_key!();
    const NAME: &'static str = "quickfra_status_monitor";
    const NOUN: &'static str = "monitor";

    fn name(model: &Monitor) -> &str {
        model.name.known().map_or("", String::as_str)
    }

    fn secrets(model: &mut Monitor) -> Option<(&mut Shown, Field<i64>)> {
        Some((&mut model.secrets, model.secrets_wo_version))
    }

    fn validate(config: &Monitor, diagnostics: &mut Diagnostics) {
        validate::validate(config, diagnostics);
    }

    fn plan(prior: Option<&Monitor>, planned: &mut Monitor) -> Result<(), Diagnostics> {
        untold::check(prior, planned)?;
        outputs::plan(prior, planned);
        match (planned.id, planned.parent) {
            (Field::Known(id), Field::Known(parent)) if id == parent => Err(misplaced(&Misplaced::Itself(id), None)),
            _ => Ok(()),
        }
    }

    fn anew(prior: &Monitor, planned: &Monitor) -> Vec<Path> {
        untold::anew(prior, planned)
    }

    fn remark(prior: &Monitor, planned: &Monitor) -> Option<Diagnostic> {
        untold::remark(prior, planned)
    }

    async fn check(server: &Server, key: Option<&i64>, planned: &Monitor) -> Result<(), Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        check_version(server.facts(), planned, &mut diagnostics);
        // On the older dialect, looking at all of them may mean to ask for all of them.
        let of_others = planned.parent.is_known() || planned.extra.is_known();
        // A server that does not tell what it has is not asked here: the call itself says what is wrong.
        if of_others && let Ok(monitors) = server.session().monitors().snapshot().await {
            if let Some(parent) = planned.parent.known()
                && let Err(error) = check_parent(key.copied(), *parent, &monitors)
            {
                diagnostics.extend(misplaced(&error, Some(&monitors)));
            }
            check_extra(planned, &monitors, &mut diagnostics);
        }
        if let Ok(refused) = references::check(server, planned).await {
            diagnostics.extend(refused);
        }
        diagnostics.into_result()
    }

    fn forget(planned: &mut Monitor) {
        planned.id = Field::Unknown;
        outputs::plan(None, planned);
    }

    fn knows(facts: &ServerFacts, key: &str) -> bool {
        types::knows(&facts.version, wire::outer(key))
    }

    fn recognise(object: &Object) -> Result<(), Diagnostics> {
        let name = object.get("type").and_then(Value::as_str).unwrap_or_default();
        if types::of_name(name).is_some() {
            return Ok(());
        }
        let known: Vec<&str> = TYPES.iter().map(|known| known.name).collect();
        Err(Diagnostic::error(
            "The type of the monitor is not known",
            format!(
                "It is of the type {name:?}, which this version of the provider has no block for. It knows: {}. A newer \
                 version of the provider may know it.",
                known.join(", ")
            ),
        )
        .into())
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        let found = server.session().monitors().known(*key).await?;
        Ok(found.map(|found| wire::from_server(&found.0)))
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        let monitors = server.session().monitors().snapshot().await?;
        let named = monitors.iter().map(|(id, monitor)| (*id, monitor.name().to_owned()));
        Ok(named.collect())
    }

    async fn add(server: &Server, wanted: Object, planned: &Monitor) -> Result<i64, Error> {
        let mut wanted = complete(wanted, planned);
        if planned.manual.is_some() {
            wanted.entry("manual_status").or_insert(json!(PENDING));
        }
        if planned.push.is_some() && !wanted.contains_key("pushToken") {
            let token = random::text(TOKEN_LENGTH).ok_or(Error::Unexpected {
                event: "add",
                what: "the machine of the provider has no random numbers for a token",
            })?;
            wanted.insert("pushToken".to_owned(), json!(token));
        }
        let monitors = server.session().monitors();
        let added = monitors.add_once(&wanted).await?;
        if added.found {
            monitors.edit(added.id, &wanted).await?;
        }
        Ok(added.id)
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        server.session().monitors().like(wanted).await
    }

    async fn save(server: &Server, key: &i64, wanted: Object, planned: &Monitor) -> Result<Option<()>, Error> {
        let monitors = server.session().monitors();
        let Some(found) = monitors.get(*key).await? else {
            return Ok(None);
        };
        let mut sent = leftovers(found.kind(), planned);
        sent.retain(|name, _| Self::knows(server.facts(), name) && found.0.contains_key(name));
        sent.extend(complete(wanted, planned));
        // A monitor that becomes a push one has no token yet.
        let token = found.0.get("pushToken").and_then(Value::as_str).unwrap_or_default();
        if planned.push.is_some() && token.is_empty() && !sent.contains_key("pushToken") {
            let token = random::text(TOKEN_LENGTH).unwrap_or_default();
            sent.insert("pushToken".to_owned(), json!(token));
        }
        monitors.edit(*key, &sent).await
    }

    async fn complete(server: &Server, key: &i64, prior: Option<&Monitor>, planned: &Monitor) -> Result<(), Error> {
        let session = server.session();
        let found = match prior {
            Some(_) => session
                .monitors()
                .get(*key)
                .await?
                .map(|found| found.tags())
                .unwrap_or_default(),
            None => Vec::new(),
        };
        let change = tags::change(&found, &planned.tag);
        for tag in change.off {
            session.tags().take_off(tag.tag, *key, &tag.value).await?;
        }
        for tag in change.on {
            session.tags().put(tag.tag, *key, &tag.value).await?;
        }
        // A new monitor is made with its switch as it should be.
        let Some(prior) = prior else { return Ok(()) };
        match (prior.active.known(), planned.active.known().unwrap_or(&true)) {
            // A change switches the monitor on in some servers of the older dialect (2.0.0-dev.0).
            (Some(false), false) if server.facts().version.dialect() == Dialect::One => {
                session.monitors().pause(*key).await
            }
            (Some(before), after) if before == after => Ok(()),
            (_, true) => session.monitors().resume(*key).await,
            (_, false) => session.monitors().pause(*key).await,
        }
    }

    async fn delete(server: &Server, key: &i64, _: &Monitor) -> Result<(), Error> {
        server.session().monitors().delete(*key, false).await
    }

    fn read(object: &Object, state: &mut Monitor, imported: bool) -> BTreeMap<String, Option<Secret>> {
        let mut secrets = Reading::into(object, state);
        if imported {
            open_headers::show(object, state, &mut secrets);
            // It stays on the server anyway, and `push_url` tells it unless the configuration names it.
            secrets.remove(outputs::TOKEN);
        }
        secrets
    }

    fn observe(facts: &ServerFacts, object: &Object, state: &mut Monitor) {
        let url = facts.url.as_deref();
        state.badge_urls = outputs::badges(url, state.id.known().copied());
        state.push_url = match outputs::has_token(state) {
            Field::Known(true) => Field::Null,
            _ => outputs::push_url(url, object),
        };
        if let Field::Known(text) = &mut state.extra {
            *text = extra::observed(text, object);
        }
    }
}

/// What the server is sent: the fields, those that it never tells back, and those of `extra`.
fn complete(wanted: Object, planned: &Monitor) -> Object {
    let mut object = wire::to_server(wanted);
    if let Some(status) = planned.manual.as_ref().and_then(Manual::number) {
        object.insert("manual_status".to_owned(), json!(status));
    }
    if let Some(name) = planned.snmp.as_ref().and_then(|snmp| snmp.username.known()) {
        object.insert("snmpV3Username".to_owned(), json!(name));
    }
    if let Some(more) = planned.extra.known().and_then(|text| extra::fields(text)) {
        object.extend(more);
    }
    object
}

/// What clears the fields of the type that a monitor had, so that no password of it outlives a change of the type.
fn leftovers(before: &str, planned: &Monitor) -> Object {
    let is_same = planned.types().iter().any(|now| now.name == before);
    let Some(before) = types::of_name(before).filter(|_| !is_same) else {
        return Object::new();
    };
    let nothing = Written::of(&Monitor::of_type(before));
    let mut cleared = nothing.object();
    cleared.extend(
        nothing
            .secrets
            .iter()
            .map(|secret| (secret.key.clone().into_owned(), Value::Null)),
    );
    if before.name == "push" {
        cleared.insert("pushToken".to_owned(), Value::Null);
    }
    wire::to_server(cleared)
}

/// What is said of a monitor that cannot be in a group. With the monitors that are there, their groups are named.
fn misplaced(error: &Misplaced, monitors: Option<&Snapshot<Found>>) -> Diagnostics {
    let groups = monitors.map_or_else(String::new, |monitors| format!(" {}", groups(monitors)));
    let next = match error {
        Misplaced::Itself(_) | Misplaced::Cycle { .. } => {
            "Uptime Kuma hangs for good over a monitor that is in itself, so nothing was sent. Set parent to the id of \
             another group, or leave it out."
        }
        Misplaced::NoGroup(..) | Misplaced::Missing(_) => {
            "Nothing was sent. Set parent to the id of a monitor with a block group, or leave it out."
        }
    };
    Diagnostic::error(
        "The monitor cannot be in this group",
        format!("{error}.{groups}\n\n{next}"),
    )
    .at(Path::root().attribute("parent"))
    .into()
}

/// The groups among the monitors of a server, in words.
fn groups(monitors: &Snapshot<Found>) -> String {
    let groups = monitors.iter().filter(|(_, monitor)| monitor.kind() == "group");
    let groups: Names = groups.map(|(id, monitor)| (*id, monitor.name().to_owned())).collect();
    format!("Groups: {}", listed(&groups))
}

fn check_version(facts: &ServerFacts, planned: &Monitor, diagnostics: &mut Diagnostics) {
    let version = &facts.version;
    for kind in planned.types() {
        if let Some((major, minor)) = kind.since.filter(|(major, minor)| !version.at_least(*major, *minor)) {
            diagnostics.push(
                Diagnostic::error(
                    "This version of Uptime Kuma lacks the type",
                    format!(
                        "The server is of version {version}, and monitors of the type {} came with {major}.{minor}. Bring \
                         it to a newer version.\n\nNothing was changed.",
                        kind.block
                    ),
                )
                .at(Path::root().attribute(kind.block)),
            );
        }
    }
    if version.at_least(2, 1) {
        return;
    }
    if planned.snmp.as_ref().is_some_and(|snmp| snmp.username.is_known()) {
        diagnostics.push(
            Diagnostic::error(
                "This version of Uptime Kuma lacks it",
                format!(
                    "The server is of version {version}, and users of SNMP came with 2.1. Leave the username out, with \
                     version 1 or 2c, or bring the server to a newer version.\n\nNothing was changed."
                ),
            )
            .at(Path::root().attribute("snmp").attribute("username")),
        );
    }
    for (name, seconds) in [
        ("interval", planned.interval),
        ("retry_interval", planned.retry_interval),
    ] {
        if let Some(seconds) = seconds.known().filter(|seconds| **seconds < OLD_INTERVAL) {
            diagnostics.push(
                Diagnostic::error(
                    "This version of Uptime Kuma does not check so often",
                    format!(
                        "The server is of version {version}, which takes {OLD_INTERVAL} seconds and more, and {name} is \
                         {seconds}. Uptime Kuma 2.1 and newer take less.\n\nNothing was changed."
                    ),
                )
                .at(Path::root().attribute(name)),
            );
        }
    }
}

/// Refuses fields that no monitor of the server has: it would answer with an error of its database.
fn check_extra(planned: &Monitor, monitors: &Snapshot<Found>, diagnostics: &mut Diagnostics) {
    let Some(said) = planned.extra.known().and_then(|text| extra::fields(text)) else {
        return;
    };
    let Some(sample) = monitors.values().next() else { return };
    for key in said.keys().filter(|key| !sample.0.contains_key(*key)) {
        let names = sample.0.keys().map(String::as_str);
        diagnostics.push(
            Diagnostic::error(
                "The server has no such field",
                format!(
                    "Its monitors have no field {key:?}.{}\n\nNothing was changed.",
                    crate::suggest::question(key, names)
                ),
            )
            .at(Path::root().attribute("extra")),
        );
    }
}
