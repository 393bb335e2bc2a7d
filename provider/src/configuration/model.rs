//! What a user writes in the provider block.

use std::path::PathBuf;
use std::time::Duration;

use tfplugin::{Field, Model, Secret, schema::validators};

use crate::host::credentials::Credentials;
use crate::host::key::PrivateKeyText;

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
        unknown
    }

    /// What a refresh does when a machine cannot be reached. An unknown value is treated as the careful one.
    pub fn on_unreachable(&self) -> OnUnreachable {
        match self.on_unreachable.known().map(String::as_str) {
            Some("warn") => OnUnreachable::Warn,
            _ => OnUnreachable::Error,
        }
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
