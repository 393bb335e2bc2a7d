//! What logs in to machines, and what is trusted when there is no pinned host key.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tfplugin::Secret;

/// How this process logs in to every machine: the provider's `ssh` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Private keys as text, in OpenSSH's form or PEM. They never touch the disk.
    pub private_keys: Vec<Secret>,
    /// Files with private keys. `~` in front stands for the home directory.
    pub private_key_files: Vec<PathBuf>,
    /// Opens the private keys, of text and of files, that are protected by a passphrase.
    pub passphrase: Option<Secret>,
    /// Whether to ask the agent.
    pub agent: bool,
    /// Socket of the agent, if it is not the one that `SSH_AUTH_SOCK` names.
    pub agent_socket: Option<PathBuf>,
    /// The password of the user, for the methods `password` and `keyboard-interactive`.
    pub password: Option<Secret>,
    /// `known_hosts` files. When empty, the user's and the system's are read, as far as they exist.
    pub known_hosts: Vec<PathBuf>,
    /// Time to reach a machine and to log in: TCP, key exchange and authentication together.
    pub connect_timeout: Duration,
    /// Time between signs of life on a silent connection. After three without an answer the connection counts as dead.
    pub keepalive: Duration,
}

impl Default for Credentials {
    /// Nothing configured: the agent, and then the user's own key files, log in.
    fn default() -> Self {
        Self {
            private_keys: Vec::new(),
            private_key_files: Vec::new(),
            passphrase: None,
            agent: true,
            agent_socket: None,
            password: None,
            known_hosts: Vec::new(),
            connect_timeout: Duration::from_secs(30),
            keepalive: Duration::from_secs(15),
        }
    }
}

/// The key files that ssh(1) tries, best first.
const DEFAULT_KEYS: [&str; 3] = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];
const DEFAULT_KNOWN_HOSTS: [&str; 3] = ["~/.ssh/known_hosts", "~/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts"];

impl Credentials {
    /// The key files to try. The user's own are used only when no key and no password is configured, and only those that
    /// exist.
    pub(crate) fn key_files(&self) -> Vec<PathBuf> {
        let nothing_else = self.private_keys.is_empty() && self.private_key_files.is_empty() && self.password.is_none();
        if nothing_else {
            existing(&DEFAULT_KEYS)
        } else {
            self.private_key_files.iter().map(|path| expand(path)).collect()
        }
    }

    /// The `known_hosts` files to read.
    pub(crate) fn known_hosts_files(&self) -> Vec<PathBuf> {
        if self.known_hosts.is_empty() {
            existing(&DEFAULT_KNOWN_HOSTS)
        } else {
            self.known_hosts.iter().map(|path| expand(path)).collect()
        }
    }

    /// What would be used to log in, for messages about a connection that did not come that far.
    pub(crate) fn summary(&self) -> String {
        let mut parts = Vec::new();
        match self.private_keys.len() {
            0 => {}
            1 => parts.push("the private key of the configuration".to_owned()),
            count => parts.push(format!("{count} private keys of the configuration")),
        }
        if self.agent {
            parts.push("the agent".to_owned());
        }
        parts.extend(self.key_files().iter().map(|path| path.display().to_string()));
        if self.password.is_some() {
            parts.push("the password".to_owned());
        }
        if parts.is_empty() {
            "nothing: no key, agent or password is configured".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

fn existing(paths: &[&str]) -> Vec<PathBuf> {
    paths
        .iter()
        .map(|path| expand(Path::new(path)))
        .filter(|path| path.exists())
        .collect()
}

/// The path with `~` replaced. Without a home directory it stays as it is, and the error that follows shows it.
fn expand(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}
