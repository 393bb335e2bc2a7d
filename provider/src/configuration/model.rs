//! What a user writes in the provider block.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tfplugin::{Field, Model, Secret, schema::validators};

use crate::catalog::pem;
use crate::host::credentials::Credentials;
use crate::host::key::PrivateKeyText;
use crate::resources::status::server::check_endpoint;

/// Installs and configures a platform on bare machines over SSH.
#[derive(Debug, Clone, Default, Model)]
pub struct Configuration {
    /// What a refresh does when a machine cannot be reached: `error` stops the plan, `warn` keeps what the state holds
    /// and goes on, for a machine that is gone and is to be made anew. It stands here, since a refresh sees no
    /// configuration of the resource. Defaults to `error`.
    #[attribute(optional, validate = validators::one_of(&["error", "warn"]))]
    pub on_unreachable: Field<String>,
    /// How to log in to machines.
    #[block]
    pub ssh: Option<Ssh>,
    /// How to log in to an Uptime Kuma that stands elsewhere, or to that of a stack whose login was changed.
    #[block]
    pub status: Vec<Status>,
}

/// How to log in to an Uptime Kuma. It stands here and not in a resource, because a refresh and a destroy see no
/// configuration of a resource, and a login is stored nowhere.
#[derive(Debug, Clone, Default, Model)]
pub struct Status {
    /// The address that resources name as their `endpoint`, or that a stack has for its status page.
    #[attribute(required, validate = check_endpoint)]
    pub url: Field<String>,
    /// The user to log in as.
    #[attribute(required, validate = validators::not_empty)]
    pub username: Field<String>,
    /// The user's password. May come from an ephemeral resource.
    #[attribute(required, sensitive)]
    pub password: Field<Secret>,
    /// The secret of one-time codes, as base32 text, where the user has two-factor login. May come from an ephemeral
    /// resource.
    #[attribute(optional, sensitive)]
    pub totp_secret: Field<Secret>,
    /// PEM certificates that vouch for the server's HTTPS, for an authority inside the company. The authorities of the
    /// system are trusted without it.
    #[attribute(optional, validate = pem::certificate_bundle)]
    pub ca_bundle: Field<String>,
    /// Headers of every request, for what stands before the server, such as Cloudflare Access.
    #[attribute(optional, sensitive)]
    pub headers: Field<BTreeMap<String, Field<Secret>>>,
}

/// A login of a `status` block.
#[derive(Debug, Clone)]
pub struct StatusLogin {
    /// The address of the server, without a slash at its end.
    pub url: String,
    /// The user.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// The secret of one-time codes, as base32 text.
    pub totp_secret: Option<Secret>,
    /// Certificates that vouch for the server, in place of the system's.
    pub ca_bundle: Option<String>,
    /// Headers of every request.
    pub headers: Vec<(String, Secret)>,
}

/// How to log in to machines. Without any key, password or agent setting, the agent is asked if there is one, then the
/// usual key files below `~/.ssh`.
#[derive(Debug, Clone, Default, Model)]
pub struct Ssh {
    /// Private key in OpenSSH or PEM form. May come from an ephemeral resource.
    #[attribute(optional, sensitive, validate = check_private_key)]
    pub private_key: Field<Secret>,
    /// Passphrase of the private key, and of those key files that are protected by one. May come from an ephemeral
    /// resource.
    #[attribute(optional, sensitive)]
    pub private_key_passphrase: Field<Secret>,
    /// Files with private keys; `~` is the home directory.
    #[attribute(optional)]
    pub private_key_files: Field<Vec<String>>,
    /// Password to log in with.
    #[attribute(optional, sensitive)]
    pub password: Field<Secret>,
    /// Whether the SSH agent is asked.
    #[attribute(optional)]
    pub agent: Field<bool>,
    /// Files with known host keys in place of `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`.
    #[attribute(optional)]
    pub known_hosts_files: Field<Vec<String>>,
    /// How long a connection may take to come about, such as `10s`. Defaults to `10s`.
    #[attribute(optional, validate = validators::duration)]
    pub connect_timeout: Field<String>,
}

/// What a refresh does when a machine cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnreachable {
    /// Stop with an error.
    #[default]
    Error,
    /// Keep the state and warn.
    Warn,
}

impl Configuration {
    /// Names of the settings whose values are not known yet: nothing can be reached before they are.
    pub fn unknown_settings(&self) -> Vec<&'static str> {
        let mut unknown = Vec::new();
        if let Some(ssh) = &self.ssh {
            for (name, is_unknown) in [
                ("ssh.private_key", ssh.private_key.is_unknown()),
                ("ssh.private_key_passphrase", ssh.private_key_passphrase.is_unknown()),
                ("ssh.private_key_files", ssh.private_key_files.is_unknown()),
                ("ssh.password", ssh.password.is_unknown()),
                ("ssh.agent", ssh.agent.is_unknown()),
                ("ssh.known_hosts_files", ssh.known_hosts_files.is_unknown()),
                ("ssh.connect_timeout", ssh.connect_timeout.is_unknown()),
            ] {
                if is_unknown {
                    unknown.push(name);
                }
            }
        }
        for status in &self.status {
            for (name, is_unknown) in [
                ("status.url", status.url.is_unknown()),
                ("status.username", status.username.is_unknown()),
                ("status.password", status.password.is_unknown()),
                ("status.totp_secret", status.totp_secret.is_unknown()),
                ("status.ca_bundle", status.ca_bundle.is_unknown()),
                ("status.headers", status.headers.is_unknown()),
            ] {
                if is_unknown && !unknown.contains(&name) {
                    unknown.push(name);
                }
            }
        }
        unknown
    }

    /// What a refresh does when a machine cannot be reached. An unknown value is treated as the careful one.
    pub fn on_unreachable(&self) -> OnUnreachable {
        match self.on_unreachable.known().map(String::as_str) {
            Some("warn") => OnUnreachable::Warn,
            _ => OnUnreachable::Error,
        }
    }

    /// The logins of Uptime Kuma servers. Those of which something is not known yet are left out.
    pub fn status_logins(&self) -> Vec<StatusLogin> {
        let login = |status: &Status| {
            let headers = status.headers.known().into_iter().flatten();
            Some(StatusLogin {
                url: status.url.known()?.trim_end_matches('/').to_owned(),
                username: status.username.known()?.clone(),
                password: status.password.known()?.clone(),
                totp_secret: status.totp_secret.known().cloned(),
                ca_bundle: status.ca_bundle.known().cloned(),
                headers: headers
                    .filter_map(|(name, value)| Some((name.clone(), value.known()?.clone())))
                    .collect(),
            })
        };
        self.status.iter().filter_map(login).collect()
    }

    /// The credentials for every machine.
    pub fn credentials(&self) -> Credentials {
        let defaults = Credentials {
            connect_timeout: CONNECT_TIMEOUT,
            ..Credentials::default()
        };
        let Some(ssh) = &self.ssh else { return defaults };
        let paths = |field: &Field<Vec<String>>| -> Vec<PathBuf> {
            field.known().into_iter().flatten().map(PathBuf::from).collect()
        };
        Credentials {
            private_keys: ssh.private_key.known().cloned().into_iter().collect(),
            private_key_files: paths(&ssh.private_key_files),
            passphrase: ssh.private_key_passphrase.known().cloned(),
            password: ssh.password.known().cloned(),
            agent: ssh.agent.known().copied().unwrap_or(defaults.agent),
            known_hosts: paths(&ssh.known_hosts_files),
            connect_timeout: ssh
                .connect_timeout
                .known()
                .and_then(|text| validators::parse_duration(text))
                .unwrap_or(defaults.connect_timeout),
            ..defaults
        }
    }
}

/// How long a connection may take to come about where the configuration does not say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Refuses what is no private key, without repeating it.
fn check_private_key(key: &Secret) -> Result<(), String> {
    let wrong = |what: &str| {
        Err(format!(
            "must be a private key in OpenSSH or PEM form, as in a file that ssh-keygen writes, and is {what}. The path of \
             a key file belongs into private_key_files."
        ))
    };
    match PrivateKeyText::of(key.expose()) {
        PrivateKeyText::OpenSsh { .. } | PrivateKeyText::Pem | PrivateKeyText::Encrypted(_) => Ok(()),
        PrivateKeyText::Public => wrong("the public half of one"),
        PrivateKeyText::Unknown => wrong("none"),
    }
}

#[cfg(test)]
mod tests;
