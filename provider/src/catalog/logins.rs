//! The logins that a stack generated on its machine: pure.

use std::collections::BTreeMap;

use super::StackConfig;
use super::description::{Login, Route};
use super::yaml::YamlError;

/// How to log in to a service, but for the password itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLogin {
    /// Who logs in.
    pub username: String,
    /// Where the password is among the stack's generated secrets: `<service>/<name>`.
    pub secret: String,
    /// Where the secret of two-factor login is, if that is switched on.
    pub totp_secret: Option<String>,
    /// The address of the service, where it is routed.
    pub url: Option<String>,
}

/// The logins of a stack by the names of their services.
pub fn logins(stack: &StackConfig) -> Result<BTreeMap<&'static str, KnownLogin>, YamlError> {
    let (facts, offers) = (stack.facts(), stack.offers());
    let mut found = BTreeMap::new();
    for service in stack.services() {
        let Some(login) = service.describe(&facts, &offers)?.login else {
            continue;
        };
        let name = service.name();
        let Login {
            username,
            secret,
            totp_secret,
        } = login;
        let login = KnownLogin {
            username,
            secret: format!("{name}/{secret}"),
            totp_secret: totp_secret.map(|secret| format!("{name}/{secret}")),
            url: offers.routes.iter().find(|route| route.service == name).map(Route::url),
        };
        found.insert(name, login);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ingress, metrics, status};

    #[test]
    fn the_status_page_has_an_administrator_and_the_others_have_nobody() {
        let stack = StackConfig {
            name: "platform".to_owned(),
            domain: "example.com".to_owned(),
            ingress: Some(ingress::Config::default()),
            status: Some(status::Config {
                administrator: "ada".to_owned(),
                ..status::Config::default()
            }),
            metrics: Some(metrics::Config::default()),
            ..StackConfig::default()
        };
        let expected = KnownLogin {
            username: "ada".to_owned(),
            secret: "status/administrator-password".to_owned(),
            totp_secret: Some("status/administrator-totp-secret".to_owned()),
            url: Some("https://status.example.com".to_owned()),
        };
        assert_eq!(logins(&stack).unwrap(), BTreeMap::from([("status", expected)]));
    }

    #[test]
    fn every_login_names_a_secret_of_its_service() {
        let stack = StackConfig {
            ingress: Some(ingress::Config::default()),
            status: Some(status::Config::default()),
            metrics: Some(metrics::Config::default()),
            ..StackConfig::default()
        };
        for service in stack.services() {
            let described = service.describe(&stack.facts(), &stack.offers()).unwrap();
            if let Some(login) = described.login {
                let secrets: Vec<&str> = described.secrets.iter().map(|secret| secret.name.as_str()).collect();
                assert!(secrets.contains(&login.secret.as_str()), "{}", service.name());
            }
        }
    }
}
