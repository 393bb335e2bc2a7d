//! From a bare machine to a server with objects on it, in one apply; and the Uptime Kuma of a stack afterwards.

use std::fmt::Write as _;
use std::fs;

use acceptance::harness::{Action, Case, Tool};
use acceptance::prerequisites;
use acceptance::testbed::{HostOptions, TestHost, Testbed};
use serde_json::json;
use tfplugin::client::core::Feature;

const TAG: &str = "quickfra_status_tag.production";
const STACK: &str = "quickfra_stack.platform";
/// All that stands on the server.
const OBJECTS: [&str; 1] = [TAG];

struct Site {
    testbed: Testbed,
    host: TestHost,
    name: String,
}

impl Site {
    fn new(engine: bool) -> Self {
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

    fn case(&self, tool: Tool) -> Case {
        let mut case = Case::new(tool);
        let authority = fs::read_to_string(self.testbed.authority_file()).unwrap();
        case.fixture("status")
            .variable(
                "host",
                json!({ "address": self.host.address(), "host_key": self.host.host_key() }),
            )
            .variable("key_file", self.host.key_file().display().to_string())
            .variable("domain", self.name.trim_start_matches("status."))
            .variable("registry", self.testbed.registry())
            .variable("acme_directory_url", self.testbed.acme_directory())
            .variable("acme_ca_bundle", authority);
        case
    }

    /// The administrator's password, which was generated on the machine.
    fn password(&self) -> String {
        let file = "/opt/quickfra/platform/secrets/status/administrator-password";
        self.host.exec(&format!("cat {file}")).unwrap().trim().to_owned()
    }
}

fn whole(tool: Tool, engine: bool) {
    if !tool.has(Feature::WriteOnly) {
        return;
    }
    let site = Site::new(engine);
    let mut case = site.case(tool);
    case.traced();
    {
        let _turn = site.testbed.installing().unwrap();
        let made = case.apply().succeeds();
        made.plan.expect(STACK, Action::Create);
        for object in OBJECTS {
            made.plan.expect(object, Action::Create);
        }
    }
    a_stopped_server_is_not_taken_for_an_empty_one(&case, &site);
    it_is_imported_by_the_machine_and_the_stack(&site, tool);

    let password = site.password();
    case.destroy().succeeds();
    case.expect_no_leak(&[("the administrator's password", &password)]);
}

fn a_stopped_server_is_not_taken_for_an_empty_one(case: &Case, site: &Site) {
    site.host.exec("docker stop quickfra_platform-status-1").unwrap();
    let applied = case.apply().succeeds();
    applied.plan.expect(STACK, Action::Update);
    for object in OBJECTS {
        applied.plan.expect(object, Action::NoOp);
    }
}

fn it_is_imported_by_the_machine_and_the_stack(site: &Site, tool: Tool) {
    let mut case = site.case(tool);
    let address = site.host.address();
    // An import sees no configuration, so the machine has to be known otherwise.
    case.input("home/.ssh/known_hosts", format!("{address} {}\n", site.host.host_key()));
    let mut imports = format!(
        "import {{\n  to = quickfra_host.vm\n  id = \"{address}\"\n}}\n\
         import {{\n  to = {STACK}\n  id = \"{address}/platform\"\n}}\n"
    );
    let names = [
        "production",
        "Hook",
        "Services",
        "Website",
        "Interface",
        "Database",
        "services",
    ];
    for (object, name) in OBJECTS.iter().zip(names) {
        write!(
            imports,
            "import {{\n  to = {object}\n  id = \"{address}/platform/{name}\"\n}}\n"
        )
        .unwrap();
    }
    case.input("work/imports.tf", imports);
    let plan = case.plan().succeeds();
    for object in OBJECTS {
        plan.expect(object, Action::NoOp);
    }
}

#[test]
fn a_bare_machine_gets_a_server_and_its_objects() {
    whole(Tool::Terraform, false);
}

#[test]
fn a_machine_with_an_engine_gets_a_server_and_its_objects() {
    whole(Tool::Tofu, true);
}
