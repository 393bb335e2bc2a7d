//! `quickfra_credentials`: the logins that a stack generated on its machine.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tfplugin::server::{Call, EphemeralResource, Opened, Operation};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model, Secret};

use crate::catalog::StackConfig;
use crate::catalog::logins::{KnownLogin, logins};
use crate::configuration::Shared;
use crate::diagnose::{self, Doing, Task};
use crate::host::secrets::read_secrets;
use crate::resources::machine::remember_key;
use crate::resources::stack_reference::{self, FoundStack, StackReference};
use crate::suggest;

/// The logins that a stack generated on its machine, read over SSH each time that Terraform needs them, and stored
/// nowhere: neither in the state nor in a plan.
///
/// Passwords never leave the machine otherwise. Use them where Terraform takes ephemeral values: in another provider's
/// configuration, in write-only arguments, in provisioners. In a plan that creates the stack they are not known yet.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Credentials {
    /// The stack: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(required)]
    pub stack: Field<StackReference>,
    /// The service whose login is read, such as `status`. All logins of the stack without it.
    #[attribute(optional)]
    pub service: Field<String>,
    /// The logins by the names of their services.
    #[attribute(computed)]
    pub logins: Field<BTreeMap<String, Login>>,
}

/// How to log in to a service.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Login {
    /// Who logs in: the first administrator, as the stack's configuration names it.
    #[attribute(computed)]
    pub username: Field<String>,
    /// The password that was generated on the machine. One that was changed inside the service afterwards is not known
    /// here.
    #[attribute(computed)]
    pub password: Field<Secret>,
    /// The secret of two-factor login, as base32 text, where `quickfra_status_two_factor` switched it on: what the
    /// one-time codes of authenticator apps are made of.
    #[attribute(computed)]
    pub totp_secret: Field<Secret>,
    /// The HTTPS address of the service.
    #[attribute(computed)]
    pub url: Field<String>,
}

/// The ephemeral resource `quickfra_credentials`.
pub struct CredentialsResource {
    shared: Shared,
}

impl CredentialsResource {
    /// The resource over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

impl EphemeralResource for CredentialsResource {
    type Model = Credentials;
    type Private = ();
    const NAME: &'static str = "quickfra_credentials";

    fn validate(&self, config: &Credentials, diagnostics: &mut Diagnostics) {
        StackReference::validate(&config.stack, diagnostics);
    }

    async fn open(&self, call: &Call, mut config: Credentials) -> Result<Opened<Self>, Diagnostics> {
        let Some(stack) = config.stack.known_mut() else {
            return Ok(Opened::new(config));
        };
        let found = stack.find(&self.shared, call).await?;
        let wanted = wanted(&found.config, config.service.known().map(String::as_str))?;
        config.logins = Field::Known(read(call, &found, wanted).await?);
        remember_key(found.machine.host(), &mut stack.host);
        Ok(Opened::new(config))
    }

    fn time_limit(operation: Operation) -> Option<Duration> {
        (operation == Operation::Open).then_some(Duration::from_mins(2))
    }
}

type Logins = BTreeMap<&'static str, KnownLogin>;

/// The logins that are asked for, of those that the stack has: pure.
fn wanted(config: &StackConfig, service: Option<&str>) -> Result<Logins, Diagnostic> {
    let mut all = logins(config).map_err(|error| {
        let detail = format!("{error}. This is a mistake of the provider: please report it.");
        Diagnostic::error("The stack cannot be described", detail)
    })?;
    let Some(asked) = service else { return Ok(all) };
    if let Some((name, login)) = all.remove_entry(asked) {
        return Ok(BTreeMap::from([(name, login)]));
    }
    let services: BTreeSet<&str> = config.services().iter().map(|service| service.name()).collect();
    let listed = |names: Vec<&str>| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    };
    let with_login = listed(all.keys().copied().collect());
    let (summary, detail) = if services.contains(asked) {
        let detail = format!("The service {asked} has no login of its own. Services with one: {with_login}.");
        ("The service has no login", detail)
    } else {
        let meant = suggest::question(asked, services.iter().copied());
        let there = listed(services.iter().copied().collect());
        let detail = format!(
            "The stack {} has no service {asked}. It has: {there}.{meant} Services with a login: {with_login}.",
            config.name
        );
        ("The stack has no such service", detail)
    };
    Err(Diagnostic::error(summary, detail).at(Path::root().attribute("service")))
}

/// Reads the passwords on the machine.
async fn read(call: &Call, found: &FoundStack, wanted: Logins) -> Result<BTreeMap<String, Login>, Diagnostics> {
    let names = wanted
        .values()
        .flat_map(|login| [&login.secret].into_iter().chain(&login.totp_secret));
    let names: Vec<&str> = names.map(String::as_str).collect();
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let host = found.machine.host();
    let task = Task::of_stack(Doing::Reading, host.machine(), &found.name);
    let mut secrets = read_secrets(host, &found.name, names, "", &call.cancel)
        .await
        .map_err(|error| stack_reference::below(diagnose::engine_error(&task, &error)))?;
    let mut read = BTreeMap::new();
    for (service, login) in wanted {
        let password = secrets
            .remove(&login.secret)
            .ok_or_else(|| not_there(service, &login))?;
        // One that is not there is none: two-factor login is off.
        let login = Login {
            username: Field::Known(login.username),
            password: Field::Known(password),
            totp_secret: Field::from(login.totp_secret.and_then(|name| secrets.remove(&name))),
            url: Field::from(login.url),
        };
        read.insert(service.to_owned(), login);
    }
    Ok(read)
}

fn not_there(service: &str, login: &KnownLogin) -> Diagnostic {
    Diagnostic::error(
        "A generated password is missing on the machine",
        format!(
            "The service {service} is part of the stack, but its secret {} is not on the machine: it was removed by hand, \
             or the apply that makes it was cut. Apply the stack again.",
            login.secret
        ),
    )
    .at(stack_reference::attribute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ingress, metrics, status};

    fn stack() -> StackConfig {
        StackConfig {
            name: "platform".to_owned(),
            domain: "example.com".to_owned(),
            ingress: Some(ingress::Config::default()),
            status: Some(status::Config::default()),
            metrics: Some(metrics::Config::default()),
            ..StackConfig::default()
        }
    }

    #[test]
    fn all_logins_or_that_of_one_service() {
        let names = |service| wanted(&stack(), service).unwrap().into_keys().collect::<Vec<_>>();
        assert_eq!(names(None), ["status"]);
        assert_eq!(names(Some("status")), ["status"]);
        assert!(wanted(&StackConfig::default(), None).unwrap().is_empty());
    }

    #[test]
    fn a_service_that_is_not_there_is_told_with_those_that_are() {
        let refused = |service| wanted(&stack(), Some(service)).unwrap_err();
        let slip = refused("statsu");
        assert_eq!(slip.path, Some(Path::root().attribute("service")));
        assert_eq!(
            slip.detail,
            "The stack platform has no service statsu. It has: ingress, metrics, status. Did you mean status? Services with \
             a login: status."
        );
        let silent = refused("ingress");
        assert_eq!(
            silent.detail,
            "The service ingress has no login of its own. Services with one: status."
        );
    }

    #[test]
    fn a_reference_without_a_machine_is_refused_offline() {
        let config = Credentials {
            stack: Field::Known(StackReference {
                host: Field::Known(crate::resources::reference::HostReference::default()),
                ..StackReference::default()
            }),
            ..Credentials::default()
        };
        let mut diagnostics = Diagnostics::new();
        CredentialsResource::new(Shared::default()).validate(&config, &mut diagnostics);
        assert!(diagnostics.has_errors());
        let mut none = Diagnostics::new();
        CredentialsResource::new(Shared::default()).validate(&Credentials::default(), &mut none);
        assert!(none.is_empty());
    }
}
