//! `quickfra_status_api_key`: the value of an API key of Uptime Kuma.

use std::time::Duration;

use tfplugin::server::{Call, EphemeralResource, Opened, Operation};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model, Secret};

use crate::configuration::Shared;
use crate::diagnose;
use crate::resources::stack_reference::{self, StackReference};
use crate::resources::status::api_key::{ApiKey, secret_name};
use crate::resources::status::server::{self, SecretPlace as _, ServerStack};

/// The value of an API key that `quickfra_status_api_key` made, read on the stack's machine each time that Terraform needs
/// it, and stored nowhere: neither in the state nor in a plan.
///
/// With it, a Prometheus or VictoriaMetrics scrapes `/metrics` of Uptime Kuma: an empty user name, and the value as the
/// password.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct KeyValue {
    /// The stack: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(required)]
    pub stack: Field<StackReference>,
    /// The number of the key: `quickfra_status_api_key.<name>.id`. It, or the name.
    #[attribute(optional)]
    pub id: Field<i64>,
    /// The name of the key. In a plan that makes the key it is not there yet, which only `id` knows.
    #[attribute(optional)]
    pub name: Field<String>,
    /// The value, such as `uk1_...`.
    #[attribute(computed)]
    pub value: Field<Secret>,
}

/// The ephemeral resource `quickfra_status_api_key`.
pub struct KeyValueResource {
    shared: Shared,
}

impl KeyValueResource {
    /// The resource over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl EphemeralResource for KeyValueResource {
    type Model = KeyValue;
    type Private = ();
    const NAME: &'static str = "quickfra_status_api_key";

    fn validate(&self, config: &KeyValue, diagnostics: &mut Diagnostics) {
        StackReference::validate(&config.stack, diagnostics);
        match (&config.id, &config.name) {
            (Field::Null, Field::Null) => diagnostics.push(Diagnostic::error(
                "No key is named",
                "Write id = quickfra_status_api_key.<name>.id, or the key's name.",
            )),
            (Field::Known(_), Field::Known(_)) => diagnostics.push(
                Diagnostic::error("The key is named twice", "Keep the id, or the name.")
                    .at(Path::root().attribute("name")),
            ),
            _ => {}
        }
    }

    async fn open(&self, call: &Call, mut config: KeyValue) -> Result<Opened<Self>, Diagnostics> {
        let Some(stack) = config.stack.known_mut() else {
            return Ok(Opened::new(config));
        };
        let mut reference = ApiKey {
            stack: Field::Known(ServerStack {
                host: stack.host.clone(),
                name: stack.name.clone(),
            }),
            ..ApiKey::default()
        };
        let server = server::reach(&self.shared, call, &reference).await?;
        let failed = |error| diagnose::status::call(server.name(), "reading the value of an API key", &error);
        let keys = server.session().api_keys().list().await.map_err(failed)?;
        let named: Vec<(i64, String)> = keys.into_iter().map(|key| (key.id, key.name)).collect();
        let id = chosen(
            &named,
            config.id.known().copied(),
            config.name.known().map(String::as_str),
        )?;
        let kept = match server.store() {
            Some(store) => store.kept(&secret_name(id)).await.map_err(failed)?,
            None => None,
        };
        let value = kept.ok_or_else(|| not_kept(id))?;
        config.value = Field::Known(value);
        server::remember(&self.shared, &mut reference).await;
        if let Field::Known(remembered) = reference.stack {
            stack.host = remembered.host;
        }
        Ok(Opened::new(config))
    }

    fn time_limit(operation: Operation) -> Option<Duration> {
        (operation == Operation::Open).then_some(Duration::from_mins(2))
    }
}

/// The key that is meant, of those that the server has: pure.
fn chosen(keys: &[(i64, String)], id: Option<i64>, name: Option<&str>) -> Result<i64, Diagnostic> {
    let same = |(number, called): &&(i64, String)| match id {
        Some(id) => *number == id,
        None => Some(called.as_str()) == name,
    };
    let found: Vec<i64> = keys.iter().filter(same).map(|(number, _)| *number).collect();
    let attribute = Path::root().attribute(if id.is_some() { "id" } else { "name" });
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let asked = id.map_or_else(|| format!("{:?}", name.unwrap_or_default()), |id| id.to_string());
            let meant = crate::suggest::question(name.unwrap_or_default(), keys.iter().map(|(_, name)| name.as_str()));
            let there = match keys {
                [] => "It has none.".to_owned(),
                keys => {
                    let listed: Vec<String> = keys.iter().map(|(id, name)| format!("{id} ({name})")).collect();
                    format!("It has {}.", listed.join(", "))
                }
            };
            let detail = format!("Uptime Kuma has no API key {asked}. {there}{meant}");
            Err(Diagnostic::error("The API key is not on the server", detail).at(attribute))
        }
        several => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            let detail = format!("Several keys have this name: {}. Say which by its id.", ids.join(", "));
            Err(Diagnostic::error("Several keys are called so", detail).at(attribute))
        }
    }
}

fn not_kept(id: i64) -> Diagnostic {
    Diagnostic::error(
        "The value of the API key is not on the machine",
        format!(
            "Uptime Kuma has the key {id}, but its value is not among the stack's secrets: it was not made by \
             quickfra_status_api_key, or its file was removed. The server does not show it again, so the key has to be made \
             anew: terraform apply -replace=quickfra_status_api_key.<name>."
        ),
    )
    .at(stack_reference::attribute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_number_or_by_its_name() {
        let keys = [
            (1, "prometheus".to_owned()),
            (2, "twin".to_owned()),
            (3, "twin".to_owned()),
        ];
        assert_eq!(chosen(&keys, Some(3), None), Ok(3));
        assert_eq!(chosen(&keys, None, Some("prometheus")), Ok(1));
        let refused = |id, name| chosen(&keys, id, name).unwrap_err().detail;
        assert!(refused(None, Some("twin")).contains("2, 3"));
        assert!(refused(Some(9), None).contains("no API key 9. It has 1 (prometheus)"));
        assert!(refused(None, Some("promethius")).contains("Did you mean prometheus?"));
        assert!(
            chosen(&[], None, Some("a"))
                .unwrap_err()
                .detail
                .contains("It has none.")
        );
    }

    #[test]
    fn one_key_is_named() {
        let faults = |id, name: Field<&str>| {
            let config = KeyValue {
                id,
                name: name.map(str::to_owned),
                ..KeyValue::default()
            };
            let mut diagnostics = Diagnostics::new();
            KeyValueResource::new(Shared::default()).validate(&config, &mut diagnostics);
            diagnostics.0.len()
        };
        assert_eq!(faults(Field::Null, Field::Null), 1);
        assert_eq!(faults(Field::Known(1), Field::Known("a")), 1);
        assert_eq!(faults(Field::Known(1), Field::Null), 0);
        assert_eq!(faults(Field::Unknown, Field::Null), 0);
        assert_eq!(faults(Field::Null, Field::Known("a")), 0);
    }
}
