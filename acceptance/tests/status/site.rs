//! A machine for a stack, whose status page has a name of its own.

use std::fs;

use acceptance::harness::Case;
use acceptance::prerequisites;
use acceptance::testbed::{HostOptions, TestHost, Testbed};
use serde_json::json;

/// Folder of the secrets of the stack's Uptime Kuma on its machine.
pub(crate) const SECRETS: &str = "/opt/quickfra/platform/secrets/status";

/// The machine.
pub(crate) struct Site {
    pub(crate) testbed: Testbed,
    pub(crate) host: TestHost,
    /// Of the status page.
    pub(crate) name: String,
}

impl Site {
    /// A machine with a container engine, or a bare one.
    pub(crate) fn new(engine: bool) -> Self {
        prerequisites::ensure().unwrap();
        let testbed = Testbed::shared().unwrap();
        let options = HostOptions {
            engine,
            ..HostOptions::default()
        };
        let host = testbed.host(options).unwrap();
        let name = format!("status.{}.test", host.name());
        testbed.add_name(&name, host.address()).unwrap();
        Self { testbed, host, name }
    }

    /// Gives a case the variables of a stack on this machine.
    pub(crate) fn describe(&self, case: &mut Case) {
        let authority = fs::read_to_string(self.testbed.authority_file()).unwrap();
        case.variable(
            "host",
            json!({ "address": self.host.address(), "host_key": self.host.host_key() }),
        )
        .variable("key_file", self.host.key_file().display().to_string())
        .variable("domain", self.name.trim_start_matches("status."))
        .variable("registry", self.testbed.registry())
        .variable("acme_directory_url", self.testbed.acme_directory())
        .variable("acme_ca_bundle", authority);
    }

    /// Lets a case know the machine without its configuration, which an import does not see.
    pub(crate) fn introduce(&self, case: &mut Case) {
        let known = format!("{} {}\n", self.host.address(), self.host.host_key());
        case.input("home/.ssh/known_hosts", known);
    }

    /// What is stored under this name among the secrets of Uptime Kuma on the machine.
    pub(crate) fn secret(&self, name: &str) -> String {
        let text = self.host.exec(&format!("cat {SECRETS}/{name}")).unwrap();
        text.trim().to_owned()
    }

    /// The names of all that is stored there, with who may read it.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let list = self
            .host
            .exec(&format!("stat --format '%n %a %U' {SECRETS}/* {SECRETS}"))
            .unwrap();
        let lines = list.lines().map(|line| line.trim_start_matches(SECRETS));
        lines.map(|line| line.trim_start_matches('/').to_owned()).collect()
    }

    /// The administrator's password, which was generated on the machine.
    pub(crate) fn password(&self) -> String {
        self.secret("administrator-password")
    }
}
