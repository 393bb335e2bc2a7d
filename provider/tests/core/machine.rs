//! A machine to apply to: a real OpenSSH server, behind which a folder stands for `/` and doubles for docker, curl and ss.

use std::fs;

use quickfra::configuration::{Configuration, Ssh};
use quickfra::resources::reference::HostReference;
use quickfra::resources::stack::{Acme, Ingress, Stack, Status};
use tfplugin::value::Value;
use tfplugin::{Field, Model as _};

use crate::server::{Server, user};
use crate::support::{SHELLS, Sandbox};

pub(crate) struct Machine {
    server: Server,
    pub(crate) sandbox: Sandbox,
}

fn known(text: &str) -> Field<String> {
    Field::Known(text.to_owned())
}

impl Machine {
    pub(crate) fn start() -> Self {
        let sandbox = Sandbox::new(SHELLS[0]);
        let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
        let server = Server::with(&format!("ForceCommand {tests}/core/login {} {tests}", sandbox.root()));
        server.know(&format!("{} {}", server.name(), server.host_key.public()));
        Self { server, sandbox }
    }

    /// How the provider logs in.
    pub(crate) fn configuration(&self) -> Value {
        let known_hosts = self.server.directory.path().join("known_hosts");
        let ssh = Ssh {
            private_key: Field::Known(self.server.user_key.private()),
            agent: Field::Known(false),
            known_hosts_files: Field::Known(vec![known_hosts.display().to_string()]),
            ..Ssh::default()
        };
        Configuration {
            ssh: Some(ssh),
            ..Configuration::default()
        }
        .to_value()
    }

    /// How a configuration names it.
    pub(crate) fn reference(&self) -> HostReference {
        HostReference {
            address: known("127.0.0.1"),
            port: Field::Known(self.server.port),
            user: known(&user()),
            ..HostReference::default()
        }
    }

    /// Its id in an import.
    pub(crate) fn id(&self) -> String {
        format!("{}@127.0.0.1:{}", user(), self.server.port)
    }

    /// How a list names it.
    pub(crate) fn title(&self) -> String {
        self.server.machine().to_string()
    }

    /// Its identity, with more members where it is that of a stack.
    pub(crate) fn identity<const N: usize>(&self, more: [(&str, Value); N]) -> Value {
        let own = [
            ("address", Value::from("127.0.0.1")),
            ("port", Value::from(i64::from(self.server.port))),
            ("user", Value::from(user().as_str())),
        ];
        Value::map(own.into_iter().chain(more))
    }

    /// The configuration of a stack on it, as core sends it.
    pub(crate) fn stack(&self) -> Value {
        let stack = Stack {
            host: Field::Known(self.reference()),
            name: known("test"),
            domain: known("example.com"),
            ingress: Some(Ingress {
                acme: Some(Acme {
                    email: known("ops@example.com"),
                    ..Acme::default()
                }),
                ..Ingress::default()
            }),
            status: Some(Status::default()),
            ..Stack::default()
        };
        stack.to_value()
    }

    /// A file of the stack `test`.
    pub(crate) fn file(&self, below: &str) -> String {
        let path = self.sandbox.stack(below);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}
