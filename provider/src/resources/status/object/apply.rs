//! Making, changing and deleting.

use serde_json::Value;
use tfplugin::server::{Call, Change};
use tfplugin::value::{Path, Value as Shape};
use tfplugin::{Diagnostic, Diagnostics, Field, Model, Secret};

use super::kept::{self, Kept};
use super::{Kind, Memory, ObjectResource, doing, unsure};
use crate::api::uptime_kuma::{Error, Object};
use crate::diagnose;
use crate::resources::status::fields::{Absence, SecretEntry, Written};
use crate::resources::status::server::{self, Server, ServerName};

impl<K: Kind> ObjectResource<K> {
    pub(super) async fn make(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let (Some(planned), Some(config)) = (change.planned.clone(), change.config.clone()) else {
            return Ok(());
        };
        let server = server::reach(&self.shared, call, &planned).await?;
        self.add(&server, change, planned, &config).await
    }

    async fn add(
        &self,
        server: &Server,
        change: &mut Change<Self>,
        planned: K::Model,
        config: &K::Model,
    ) -> Result<(), Diagnostics> {
        // What an import found is on another object, if there is any.
        kept::check::<K>(config, None)?;
        K::check(server, None, &planned).await?;
        let configured = Written::of(config).secrets;
        let wanted = wanted::<K>(server, &planned, &configured, &[])?;
        let failed = |error: &Error| diagnose::status::call(server.name(), &doing::<K>("making", &planned), error);
        let key = match K::add(server, wanted.clone(), &planned).await {
            Ok(key) => key,
            Err(error) => {
                if let Error::Unsure { before, .. } = &error {
                    // The next look at it finds out whether there is something.
                    change.private.unsure = Some(before.clone());
                    change.state = Some(planned.clone());
                }
                return Err(failed(&error));
            }
        };
        change.private.unsure = None;
        // From here on there is something, whatever comes: it must not be made again.
        let mut state = planned.clone();
        K::set_key(&mut state, &key);
        change.private.made = true;
        let secrets = Secrets {
            configured,
            kept: Vec::new(),
        };
        self.settle(server, &mut state, &planned, &wanted, &secrets, &mut change.private)
            .await;
        change.state = Some(state);
        let completed = K::complete(server, &key, None, &planned).await;
        completed.map_err(|error| failed(&error))
    }

    pub(super) async fn change(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let (Some(planned), Some(config), Some(prior)) =
            (change.planned.clone(), change.config.clone(), change.prior.clone())
        else {
            return Ok(());
        };
        let server = server::reach(&self.shared, call, &planned).await?;
        let failed = |error: &Error| diagnose::status::call(server.name(), &doing::<K>("changing", &planned), error);
        let key = match K::key(&planned) {
            Some(key) => key,
            // The stack's machine is another one. Its data may have come along.
            None => match self
                .same_object(&server, &prior)
                .await
                .map_err(|error| failed(&error))?
            {
                Some(key) => key,
                None => return self.add(&server, change, planned, &config).await,
            },
        };
        K::check(&server, Some(&key), &planned).await?;
        let configured = Written::of(&config).secrets;
        let mut dropped = dropped::<K>(&prior, &configured, &change.private);
        dropped.extend(K::emptied(&prior, &planned));
        let mut wanted = wanted::<K>(&server, &planned, &configured, &dropped)?;
        let kept = kept::kept::<K>(&config, &prior, &change.private.secrets);
        if !kept.is_empty() {
            let found = K::find(&server, &key).await.map_err(|error| failed(&error))?;
            leave(&kept, &found.unwrap_or_default(), &mut wanted);
        }
        let saved = K::save(&server, &key, wanted.clone(), &planned).await;
        if saved.map_err(|error| failed(&error))?.is_none() {
            return Err(gone::<K>(server.name(), &key, &planned));
        }
        let completed = K::complete(&server, &key, Some(&prior), &planned).await;
        completed.map_err(|error| failed(&error))?;
        let mut state = planned.clone();
        K::set_key(&mut state, &key);
        let secrets = Secrets { configured, kept };
        self.settle(&server, &mut state, &planned, &wanted, &secrets, &mut change.private)
            .await;
        change.state = Some(state);
        Ok(())
    }

    /// The object of the state on a server that may be another one: it is the same if number and name are.
    async fn same_object(&self, server: &Server, prior: &K::Model) -> Result<Option<K::Key>, Error> {
        let Some(key) = K::key(prior) else { return Ok(None) };
        let text = key.to_string();
        let all = K::all(server).await?;
        let found = all
            .into_iter()
            .find(|(key, name)| key.to_string() == text && name == K::name(prior));
        Ok(found.map(|(key, _)| key))
    }

    /// Fills in what is computed, and remembers what was written.
    async fn settle(
        &self,
        server: &Server,
        state: &mut K::Model,
        planned: &K::Model,
        wanted: &Object,
        secrets: &Secrets,
        memory: &mut Memory,
    ) {
        server::remember(&self.shared, state).await;
        let found = match K::key(state) {
            Some(key) => K::find(server, &key).await.ok().flatten(),
            None => None,
        };
        let kept: Vec<&str> = secrets.kept.iter().map(|kept| kept.attribute.as_str()).collect();
        // What is told may depend on which secrets the configuration has.
        if let Some((shown, _)) = K::secrets(state) {
            *shown = memory.secrets.shown(&secrets.configured, &kept);
        }
        let mut seen = state.clone();
        K::observe(server.facts(), found.as_ref().unwrap_or(wanted), &mut seen);
        *state = filled(planned, state, &seen);
        let written = secrets.configured.iter().filter_map(|entry| {
            let secret = entry.value.known()?;
            Some((entry.attribute.as_str(), secret))
        });
        memory.secrets.remember(written);
        memory.secrets.keep(&kept);
        server.machine_id().clone_into(&mut memory.machine.machine_id);
        memory.imported = false;
    }

    pub(super) async fn remove(&self, call: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let Some(prior) = change.prior.clone() else {
            return Ok(());
        };
        let unsure = change.private.unsure.as_ref();
        if K::key(&prior).is_none() && unsure.is_none() {
            return Ok(());
        }
        if let Some(warning) = K::stays(&prior) {
            call.warn(warning);
            return Ok(());
        }
        if let Some(warning) = server::gone(&self.shared, call, &prior).await? {
            call.warn(warning);
            return Ok(());
        }
        let server = server::reach(&self.shared, call, &prior).await?;
        let key = match (K::key(&prior), unsure) {
            (None, Some(before)) => unsure::find::<K>(&server, &prior, before).await?,
            (key, _) => key,
        };
        let Some(key) = key else { return Ok(()) };
        let deleted = K::delete(&server, &key, &prior).await;
        deleted.map_err(|error| diagnose::status::call(server.name(), &doing::<K>("deleting", &prior), &error))
    }
}

/// What is there, with what the plan did not know as it was seen. What the plan did know stays, though the server may have
/// changed since, with its address for example: the next look at it shows that.
fn filled<M: Model + Clone>(planned: &M, there: &M, seen: &M) -> M {
    let value = fill(&planned.to_value(), there.to_value(), seen.to_value());
    M::from_value(&value, &Path::root()).unwrap_or_else(|_| seen.clone())
}

fn fill(planned: &Shape, there: Shape, seen: Shape) -> Shape {
    match (planned, there, seen) {
        (Shape::Unknown(_), _, seen) => seen,
        (Shape::Map(planned), Shape::Map(there), Shape::Map(mut seen)) => {
            let member = |(name, there): (String, Shape)| {
                let seen = seen.remove(&name).unwrap_or_default();
                let filled = match planned.get(&name) {
                    Some(planned) => fill(planned, there, seen),
                    None => there,
                };
                (name, filled)
            };
            Shape::Map(there.into_iter().map(member).collect())
        }
        (_, there, _) => there,
    }
}

/// What the server is sent: the fields, the configured secrets, and nothing in place of those that were dropped. A field
/// that the server's version does not have is left out, unless the configuration asks for something by it.
fn wanted<K: Kind>(
    server: &Server,
    planned: &K::Model,
    configured: &[SecretEntry],
    dropped: &[String],
) -> Result<Object, Diagnostics> {
    let facts = server.facts();
    let mut wanted = Object::new();
    let mut refused = Diagnostics::new();
    for entry in Written::of(planned).entries {
        if K::knows(facts, &entry.key) {
            wanted.insert(entry.key.into_owned(), entry.value);
        } else if !entry.is_default {
            refused.push(unknown_to(server.name(), facts, &entry.attribute));
        }
    }
    for key in dropped {
        // What is plain now may have been a secret before.
        wanted.entry(key.clone()).or_insert(Value::Null);
    }
    for entry in configured {
        let Field::Known(secret) = &entry.value else { continue };
        if K::knows(facts, &entry.key) {
            wanted.insert(entry.key.to_string(), Value::String(Secret::expose(secret).to_owned()));
        } else {
            refused.push(unknown_to(server.name(), facts, &entry.attribute));
        }
    }
    if refused.is_empty() { Ok(wanted) } else { Err(refused) }
}

/// The secrets of an object that is made or changed.
struct Secrets {
    configured: Vec<SecretEntry>,
    kept: Vec<Kept>,
}

/// Sends nothing in place of what stays, or the same, since an inner object of the server is replaced whole.
fn leave(kept: &[Kept], found: &Object, wanted: &mut Object) {
    for kept in kept {
        match found.get(&kept.key).filter(|value| !value.is_null()) {
            Some(value) => wanted.insert(kept.key.clone(), value.clone()),
            None => wanted.remove(&kept.key),
        };
    }
}

/// The fields of secrets that were written before and are configured no more.
fn dropped<K: Kind>(prior: &K::Model, configured: &[SecretEntry], memory: &Memory) -> Vec<String> {
    let still = |attribute: &str| {
        let mut same = configured.iter().filter(|entry| entry.value.is_known());
        same.any(|entry| entry.attribute == attribute)
    };
    let gone: Vec<&str> = memory.secrets.attributes().filter(|one| !still(one)).collect();
    let before = Written::of(prior);
    let own = before.secrets.iter().filter(|entry| entry.absence != Absence::Keeps);
    let own = own.filter(|entry| gone.contains(&entry.attribute.as_str()));
    let loose = before.loose.iter().flat_map(|text| {
        let inside = gone
            .iter()
            .filter_map(move |gone| gone.strip_prefix(text)?.strip_prefix('.'));
        inside.map(str::to_owned)
    });
    own.map(|entry| entry.key.to_string()).chain(loose).collect()
}

/// The path of an attribute such as `http.url`.
pub(crate) fn path(attribute: &str) -> Path {
    attribute
        .split('.')
        .fold(Path::root(), |path, name| path.attribute(name))
}

fn unknown_to(server: &ServerName, facts: &server::ServerFacts, attribute: &str) -> Diagnostic {
    Diagnostic::error(
        "This version of Uptime Kuma lacks it",
        format!(
            "{server} is of version {}, which has nothing for {attribute}. Leave it out, or bring the server to a newer \
             version.\n\nNothing was changed.",
            facts.version
        ),
    )
    .at(path(attribute))
}

fn gone<K: Kind>(server: &ServerName, key: &K::Key, planned: &K::Model) -> Diagnostics {
    Diagnostic::error(
        format!("The {} is gone", K::NOUN),
        format!(
            "{server} has no {} {key} any more ({:?}): it was deleted since the plan. Plan again, which makes it anew.",
            K::NOUN,
            K::name(planned)
        ),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Default, PartialEq, Model)]
    struct Thing {
        #[attribute(computed, keep)]
        url: Field<String>,
        #[attribute(computed)]
        id: Field<i64>,
        #[block]
        part: Option<Part>,
    }

    #[derive(Debug, Clone, Default, PartialEq, Model)]
    struct Part {
        #[attribute(computed)]
        id: Field<i64>,
    }

    fn thing(url: &str, id: Field<i64>) -> Thing {
        Thing {
            url: Field::Known(url.to_owned()),
            id,
            part: Some(Part { id }),
        }
    }

    #[test]
    fn what_was_planned_stays_though_the_server_says_otherwise_by_now() {
        let planned = thing("https://a.example", Field::Unknown);
        let there = thing("https://a.example", Field::Null);
        let seen = thing("https://b.example", Field::Known(7));
        let expected = thing("https://a.example", Field::Known(7));
        assert_eq!(filled(&planned, &there, &seen), expected);
    }
}
