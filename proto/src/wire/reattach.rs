//! Debug mode: the process was started by a person, and core attaches to it.
//!
//! Source: terraform `internal/getproviders/reattach`, terraform-plugin-go `tf6server` (managed debug).

use std::collections::BTreeMap;

use serde::Serialize;

use super::environment::REATTACH;
use super::handshake::{Endpoint, PROTOCOL_VERSION};

/// Where Terraform looks for a source address without a host.
pub(super) const TERRAFORM_REGISTRY: &str = "registry.terraform.io/";

/// Where OpenTofu does.
const OPENTOFU_REGISTRY: &str = "registry.opentofu.org/";

/// How core reaches a provider that already runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reattach {
    protocol: &'static str,
    protocol_version: u32,
    pid: u32,
    /// Core does not end such a process.
    test: bool,
    addr: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Address {
    network: String,
    string: String,
}

impl Reattach {
    /// For this process.
    pub fn new(endpoint: &Endpoint) -> Self {
        Self {
            protocol: "grpc",
            protocol_version: PROTOCOL_VERSION,
            pid: std::process::id(),
            test: true,
            addr: Address {
                network: endpoint.network.to_string(),
                string: endpoint.address.clone(),
            },
        }
    }

    /// The value of `TF_REATTACH_PROVIDERS` for the provider with the source address `provider`.
    ///
    /// An address at Terraform's registry is also written as the one at OpenTofu's: each program adds its own registry to
    /// what the configuration says.
    pub fn variable(&self, provider: &str) -> String {
        let mut processes = BTreeMap::from([(provider.to_owned(), self)]);
        if let Some(name) = provider.strip_prefix(TERRAFORM_REGISTRY) {
            processes.insert(format!("{OPENTOFU_REGISTRY}{name}"), self);
        }
        serde_json::json!(processes).to_string()
    }

    /// What a person reads who started the process.
    pub fn instructions(&self, provider: &str) -> String {
        let value = self.variable(provider);
        let command = if cfg!(windows) {
            format!("$env:{REATTACH} = '{}'", value.replace('\'', "''"))
        } else {
            format!("export {REATTACH}='{}'", value.replace('\'', r"'\''"))
        };
        format!(
            "The provider runs as process {} and waits. Give this to the shell in which you run terraform or tofu:\n\n    \
             {command}\n\nThe connection is not encrypted. Ctrl-C ends the provider.\n",
            self.pid
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::handshake::Network;
    use super::*;

    #[test]
    fn the_variable_is_what_core_reads() {
        let endpoint = Endpoint {
            network: Network::Unix,
            address: "/tmp/s".to_owned(),
        };
        let reattach = Reattach {
            pid: 7,
            ..Reattach::new(&endpoint)
        };
        let expected = r#"{"example.org/a/b":{"Protocol":"grpc","ProtocolVersion":6,"Pid":7,"Test":true,"#.to_owned()
            + r#""Addr":{"Network":"unix","String":"/tmp/s"}}}"#;
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&reattach.variable("example.org/a/b")), read(&expected));
    }

    #[test]
    fn both_programs_find_a_provider_of_the_default_registry() {
        let endpoint = Endpoint {
            network: Network::Tcp,
            address: "127.0.0.1:1".to_owned(),
        };
        let variable = Reattach::new(&endpoint).variable("registry.terraform.io/a/b");
        let processes: BTreeMap<String, serde_json::Value> = serde_json::from_str(&variable).unwrap();
        assert!(
            processes
                .keys()
                .eq(["registry.opentofu.org/a/b", "registry.terraform.io/a/b"])
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_quote_in_the_path_stays_inside_the_shell_word() {
        let endpoint = Endpoint {
            network: Network::Unix,
            address: "/tmp/it's".to_owned(),
        };
        assert!(Reattach::new(&endpoint).instructions("a/b/c").contains(r"/tmp/it'\''s"));
    }
}
