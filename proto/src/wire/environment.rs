//! What core tells a plugin before the first byte: environment variables.
//!
//! Source: go-plugin 1.8 (`client.go`, `server.go`, `constants.go`), seen with Terraform 1.11.4.

use std::ffi::OsString;
use std::path::PathBuf;

/// Name of the variable that holds the [`COOKIE`].
pub const COOKIE_VARIABLE: &str = "TF_PLUGIN_MAGIC_COOKIE";

/// Value of [`COOKIE_VARIABLE`]: tells a start by core from a start by hand. It is public and protects nothing.
pub const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Protocol versions that core speaks, divided by commas, in any order. Missing with very old cores.
pub const PROTOCOL_VERSIONS: &str = "PLUGIN_PROTOCOL_VERSIONS";

/// Core's certificate as PEM. Where it is missing, the connection is not encrypted (`TF_DISABLE_PLUGIN_TLS`).
pub const CLIENT_CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";

/// Lowest TCP port to listen on; used on Windows only.
pub const MIN_PORT: &str = "PLUGIN_MIN_PORT";

/// Highest TCP port to listen on; used on Windows only.
pub const MAX_PORT: &str = "PLUGIN_MAX_PORT";

/// Folder for the unix socket in place of the temporary folder. Set only where core runs plugins in containers.
pub const SOCKET_DIRECTORY: &str = "PLUGIN_UNIX_SOCKET_DIR";

/// Group, by number or name, that may use the unix socket beside its owner.
pub const SOCKET_GROUP: &str = "PLUGIN_UNIX_SOCKET_GROUP";

/// Set where core would like one connection for everything and understands a seventh part of the handshake line.
pub const MULTIPLEX: &str = "PLUGIN_MULTIPLEX_GRPC";

/// Read by core: providers that already run, see [`Reattach`](super::reattach::Reattach).
pub const REATTACH: &str = "TF_REATTACH_PROVIDERS";

/// The variables above, read once. A variable that is set to nothing counts as missing, as in go-plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// [`COOKIE_VARIABLE`].
    pub cookie: Option<String>,
    /// [`PROTOCOL_VERSIONS`]; what is no number is left out.
    pub protocol_versions: Vec<u32>,
    /// [`CLIENT_CERTIFICATE`].
    pub client_certificate: Option<String>,
    /// [`MIN_PORT`], unparsed.
    pub min_port: Option<String>,
    /// [`MAX_PORT`], unparsed.
    pub max_port: Option<String>,
    /// [`SOCKET_DIRECTORY`].
    pub socket_directory: Option<PathBuf>,
    /// [`SOCKET_GROUP`].
    pub socket_group: Option<String>,
    /// Whether [`MULTIPLEX`] is set.
    pub multiplex: bool,
}

impl Environment {
    /// Reads the environment of this process.
    pub fn of_process() -> Self {
        Self::read(|name| std::env::var_os(name))
    }

    /// Reads an environment through `lookup`.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let raw = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let text = |name: &str| raw(name).map(|value| value.to_string_lossy().into_owned());
        Self {
            cookie: text(COOKIE_VARIABLE),
            protocol_versions: text(PROTOCOL_VERSIONS)
                .map(|list| {
                    list.split(',')
                        .filter_map(|version| version.trim().parse().ok())
                        .collect()
                })
                .unwrap_or_default(),
            client_certificate: text(CLIENT_CERTIFICATE),
            min_port: text(MIN_PORT),
            max_port: text(MAX_PORT),
            socket_directory: raw(SOCKET_DIRECTORY).map(PathBuf::from),
            socket_group: text(SOCKET_GROUP),
            multiplex: raw(MULTIPLEX).is_some(),
        }
    }

    /// Whether core, and not a person, started this process.
    pub fn started_by_core(&self) -> bool {
        self.cookie.as_deref() == Some(COOKIE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            pairs
                .iter()
                .find(|pair| pair.0 == name)
                .map(|pair| OsString::from(pair.1))
        })
    }

    #[test]
    fn nothing_set_is_the_default_and_not_core() {
        assert_eq!(environment(&[]), Environment::default());
        assert!(!environment(&[]).started_by_core());
    }

    #[test]
    fn set_to_nothing_counts_as_missing() {
        let names = [
            COOKIE_VARIABLE,
            PROTOCOL_VERSIONS,
            CLIENT_CERTIFICATE,
            SOCKET_DIRECTORY,
            SOCKET_GROUP,
            MULTIPLEX,
        ];
        let pairs: Vec<_> = names.iter().map(|name| (*name, "")).collect();
        assert_eq!(environment(&pairs), Environment::default());
    }

    #[test]
    fn versions_come_in_any_order_and_with_rubbish() {
        assert_eq!(
            environment(&[(PROTOCOL_VERSIONS, "6, 5,x,,-1")]).protocol_versions,
            [6, 5]
        );
    }

    #[test]
    fn only_the_exact_cookie_is_core() {
        assert!(environment(&[(COOKIE_VARIABLE, COOKIE)]).started_by_core());
        assert!(!environment(&[(COOKIE_VARIABLE, &COOKIE[1..])]).started_by_core());
    }
}
