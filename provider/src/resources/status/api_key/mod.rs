//! `quickfra_status_api_key`: a key that opens the metrics of Uptime Kuma.

mod expires;
mod make;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tfplugin::schema::validators;
use tfplugin::server::Timeouts;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};

use super::fields::{Fields, Visit};
use super::object::{Kind, number_key};
use super::server::{SecretPlace as _, Server, ServerFacts, ServerStack, check_endpoint, numbered};
use crate::api::uptime_kuma::calls::ApiKey as OnServer;
use crate::api::uptime_kuma::{Error, Object};
use crate::diagnose;
use expires::Moment;
pub(crate) use make::secret_name;
pub use make::{Wanted, make_key};

/// A key that opens `/metrics` of Uptime Kuma, as Prometheus and VictoriaMetrics read it, and nothing else.
///
/// The server shows the value of a key once, when it is made. It is stored on the stack's machine and nowhere else, in
/// `/opt/quickfra/<name>/secrets/status/api-key-<id>`; the ephemeral resource `quickfra_status_api_key` gives it to what
/// takes ephemeral values, such as write-only arguments. It never stands in the state.
///
/// The first key of a server switches `/metrics` from the administrator's password to keys, for good: that is what Uptime
/// Kuma does, and deleting all keys does not take it back.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct ApiKey {
    /// The stack whose Uptime Kuma is meant: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(optional)]
    pub stack: Field<ServerStack>,
    /// Address of a server that stands elsewhere, whose login a `status` block of the provider has. No key can be made
    /// there, since there is no machine to store its value on; one that was made in the server's page can be imported, to be
    /// switched off and on, and deleted.
    #[attribute(optional, replace, validate = check_endpoint)]
    pub endpoint: Field<String>,
    /// Name of the key.
    #[attribute(required, replace, validate = validators::not_empty)]
    pub name: Field<String>,
    /// When the key ends, in the server's own time zone, such as `2035-01-01T00:00:00`. Never, if it is left out.
    #[attribute(optional, replace, validate = expires::check)]
    pub expires: Field<String>,
    /// Whether the key is switched on.
    #[attribute(optional, default = true)]
    pub active: Field<bool>,
    /// What the server makes of it: `active`, `inactive` or `expired`.
    #[attribute(computed, keep)]
    pub status: Field<String>,
    /// The number that the server gave it.
    #[attribute(computed, keep)]
    pub id: Field<i64>,
    /// How long each operation may take.
    #[block]
    pub timeouts: Option<Timeouts>,
}
numbered!(ApiKey);

impl Fields for ApiKey {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "name", &mut self.name, None);
        visit.json("expires", "expires", &mut Moment(&mut self.expires));
        visit.truth("active", "active", &mut self.active, true);
    }
}

/// The kind of API keys.
pub struct ApiKeyKind;

impl Kind for ApiKeyKind {
    type Model = ApiKey;
    number_key!();
    const NAME: &'static str = "quickfra_status_api_key";
    const NOUN: &'static str = "API key";

    fn name(model: &ApiKey) -> &str {
        model.name.known().map_or("", String::as_str)
    }

    fn plan(prior: Option<&ApiKey>, planned: &mut ApiKey) -> Result<(), Diagnostics> {
        match prior {
            None if planned.endpoint.is_known() => Err(elsewhere().into()),
            Some(prior) if prior.active != planned.active => {
                planned.status = Field::Unknown;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn forget(planned: &mut ApiKey) {
        planned.id = Field::Unknown;
        planned.status = Field::Unknown;
    }

    async fn find(server: &Server, key: &i64) -> Result<Option<Object>, Error> {
        let found = server.session().api_keys().known(*key).await?;
        Ok(found.as_ref().map(object))
    }

    async fn all(server: &Server) -> Result<Vec<(i64, String)>, Error> {
        let keys = server.session().api_keys().list().await?;
        Ok(keys.into_iter().map(|key| (key.id, key.name)).collect())
    }

    async fn add(server: &Server, wanted: Object, planned: &ApiKey) -> Result<i64, Error> {
        let store = server.store().ok_or_else(|| diagnose::status::told(elsewhere()))?;
        let wanted = Wanted {
            name: Self::name(planned),
            expires: wanted.get("expires").and_then(Value::as_str),
            active: planned.active.known() != Some(&false),
        };
        make_key(server.session(), store, wanted).await
    }

    async fn alike(server: &Server, wanted: &Object) -> Result<BTreeSet<i64>, Error> {
        let name = wanted.get("name").and_then(Value::as_str).unwrap_or_default();
        server.session().api_keys().like(name).await
    }

    /// Name and end cannot be changed.
    async fn save(server: &Server, key: &i64, _: Object, planned: &ApiKey) -> Result<Option<()>, Error> {
        if Self::find(server, key).await?.is_none() {
            return Ok(None);
        }
        let keys = server.session().api_keys();
        let switched = match planned.active.known() {
            Some(false) => keys.disable(*key).await,
            _ => keys.enable(*key).await,
        };
        switched.map(Some)
    }

    /// The value goes first: once the key is gone, nobody would look for it.
    async fn delete(server: &Server, key: &i64, _: &ApiKey) -> Result<(), Error> {
        if let Some(store) = server.store() {
            store.remove(&secret_name(*key)).await?;
        }
        server.session().api_keys().delete(*key).await
    }

    fn lost(server: &Server, state: &ApiKey) -> Option<Diagnostic> {
        let id = *state.id.known()?;
        let seen = server.store()?.seen();
        (!seen.contains(&secret_name(id))).then(|| valueless(server, id, Self::name(state)))
    }

    fn observe(_: &ServerFacts, object: &Object, state: &mut ApiKey) {
        let status = object.get("status").and_then(Value::as_str);
        state.status = Field::from(status.map(str::to_owned));
    }
}

fn object(key: &OnServer) -> Object {
    let fields = [
        ("name", json!(key.name)),
        ("expires", json!(key.expires)),
        ("active", json!(key.active)),
        ("status", json!(key.status)),
    ];
    fields.map(|(key, value)| (key.to_owned(), value)).into_iter().collect()
}

fn elsewhere() -> Diagnostic {
    Diagnostic::error(
        "API keys are made on stacks only",
        "The server shows the value of a key once, and for a server that stands elsewhere there is no machine to store it \
         on: it would have to stand in the state. Make the key in the server's own page, and hand its value over as an \
         ephemeral variable or from a store of secrets. To manage that key here from then on, import it by its name: \
         https://status.example.net#<name>.",
    )
    .at(Path::root().attribute("endpoint"))
}

fn valueless(server: &Server, id: i64, name: &str) -> Diagnostic {
    Diagnostic::warning(
        "The value of an API key is not on the machine any more",
        format!(
            "{} has the API key {id} ({name:?}), but its value was removed from the stack's secrets, and the server does not \
             show it again. Whoever has the value can go on with it. To have it on the machine again, make the key anew: \
             terraform apply -replace=quickfra_status_api_key.<name>.",
            server.name()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::status::fields::{Reading, Written};

    fn key() -> ApiKey {
        ApiKey {
            name: Field::Known("prometheus".to_owned()),
            expires: Field::Known("2035-01-01T00:00:00".to_owned()),
            active: Field::Known(true),
            ..ApiKey::default()
        }
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let told = OnServer {
            id: 3,
            name: "prometheus".to_owned(),
            expires: Some("2035-01-01 00:00:00".to_owned()),
            active: true,
            status: "active".to_owned(),
        };
        let mut read = ApiKey::default();
        Reading::into(&object(&told), &mut read);
        assert_eq!(read, key());
        assert_eq!(Written::of(&key()).object()["expires"], "2035-01-01 00:00:00");
    }

    #[test]
    fn no_key_is_planned_where_its_value_would_be_lost() {
        let mut planned = ApiKey {
            endpoint: Field::Known("https://status.example.net".to_owned()),
            ..key()
        };
        let refused = ApiKeyKind::plan(None, &mut planned).unwrap_err();
        assert_eq!(refused.0[0].path, Some(Path::root().attribute("endpoint")));
        // One that was imported is there already.
        assert!(ApiKeyKind::plan(Some(&planned.clone()), &mut planned).is_ok());
        assert!(ApiKeyKind::plan(None, &mut key()).is_ok());
    }

    #[test]
    fn the_status_follows_the_switch() {
        let prior = ApiKey {
            status: Field::Known("active".to_owned()),
            ..key()
        };
        let mut planned = prior.clone();
        ApiKeyKind::plan(Some(&prior), &mut planned).unwrap();
        assert_eq!(planned, prior);
        planned.active = Field::Known(false);
        ApiKeyKind::plan(Some(&prior), &mut planned).unwrap();
        assert_eq!(planned.status, Field::Unknown);
    }
}
