//! A machine with a domain of its own, and a look at what a stack is on it.

use std::collections::BTreeMap;
use std::fs;

use acceptance::harness::{Case, Plan, Tool};
use acceptance::prerequisites;
use acceptance::testbed::{HostOptions, TestHost, Testbed};
use serde_json::json;

/// Address of the machine's resource in every configuration here.
pub(crate) const VM: &str = "quickfra_host.vm";
/// Address of the stack's resource.
pub(crate) const STACK: &str = "quickfra_stack.platform";
/// Folder of the stack on its machine.
pub(crate) const FOLDER: &str = "/opt/quickfra/platform";
/// All containers of the stack, by the names of their services.
pub(crate) const SERVICES: [&str; 4] = ["ingress", "metrics", "metrics-node", "status"];

const OF_PROJECT: &str = "--filter label=com.docker.compose.project=quickfra_platform";

/// A machine and the names that lead to it.
pub(crate) struct Site {
    pub(crate) testbed: Testbed,
    pub(crate) host: TestHost,
    pub(crate) domain: String,
}

impl Site {
    /// A machine with a container engine, or a bare one.
    pub(crate) fn new(engine: bool) -> Self {
        prerequisites::ensure().unwrap();
        let testbed = Testbed::shared().unwrap();
        let host = testbed
            .host(HostOptions {
                engine,
                ..HostOptions::default()
            })
            .unwrap();
        // The testbed's names are shared by all tests, so the domain is the machine's own.
        let domain = format!("{}.test", host.name());
        let site = Self { testbed, host, domain };
        site.add_name("status");
        site
    }

    /// Lets a name below the domain lead to the machine, and returns it in full.
    pub(crate) fn add_name(&self, label: &str) -> String {
        let name = format!("{label}.{}", self.domain);
        self.testbed.add_name(&name, self.host.address()).unwrap();
        name
    }

    /// The configuration of this folder for this machine.
    pub(crate) fn case(&self, tool: Tool) -> Case {
        let mut case = Case::new(tool);
        case.fixture("stack")
            .variable(
                "host",
                json!({ "address": self.host.address(), "host_key": self.host.host_key() }),
            )
            .variable("ssh_key", fs::read_to_string(self.host.key_file()).unwrap())
            .variable("domain", self.domain.as_str())
            .variable("registry", self.testbed.registry())
            .variable("acme_directory_url", self.testbed.acme_directory())
            .variable(
                "acme_ca_bundle",
                fs::read_to_string(self.testbed.authority_file()).unwrap(),
            )
            .hide(self.domain.as_str(), "domain")
            .hide(self.host.address().to_string(), "address");
        case
    }

    /// Ids of all containers of the stack, by the names of their services.
    pub(crate) fn containers(&self) -> BTreeMap<String, String> {
        let format = r#"{{.Label "com.docker.compose.service"}} {{.ID}}"#;
        let list = self.run(&format!("docker ps --all --no-trunc {OF_PROJECT} --format '{format}'"));
        list.lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(service, id)| (service.to_owned(), id.to_owned()))
            .collect()
    }

    /// Names of the data volumes of the stack.
    pub(crate) fn volumes(&self) -> Vec<String> {
        self.list(&format!("docker volume ls --quiet {OF_PROJECT}"))
    }

    /// Names of the networks of the stack.
    pub(crate) fn networks(&self) -> Vec<String> {
        self.list(&format!("docker network ls {OF_PROJECT} --format '{{{{.Name}}}}'"))
    }

    /// Every file of the stack's folder, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        self.list(&format!("[ ! -d {FOLDER} ] || find {FOLDER} ! -type d | sort"))
    }

    /// The generated password of the status page's administrator.
    pub(crate) fn password(&self) -> String {
        self.run(&format!("cat {FOLDER}/secrets/status/administrator-password"))
            .trim()
            .to_owned()
    }

    /// What the ingress keeps of the ACME authority: the account, its private key and the certificates.
    pub(crate) fn acme(&self) -> serde_json::Value {
        let text = self.run("cat /var/lib/docker/volumes/quickfra_platform_ingress_acme/_data/acme.json");
        serde_json::from_str(&text).unwrap()
    }

    /// Runs a script as root on the machine, beside ssh; it has to succeed.
    pub(crate) fn run(&self, script: &str) -> String {
        self.host.exec(script).unwrap()
    }

    fn list(&self, script: &str) -> Vec<String> {
        self.run(script).lines().map(str::to_owned).collect()
    }
}

/// Pointers of what a plan changes in the stack.
pub(crate) fn changed(plan: &Plan) -> Vec<String> {
    plan.changed(STACK).into_iter().collect()
}
