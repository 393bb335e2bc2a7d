//! What a plan costs on the way to the machine, in counts: they are exact where seconds are not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, net::SocketAddr, time::Duration};

use acceptance::{
    for_each_tool,
    harness::{Case, Tool},
    prerequisites,
    testbed::{HostOptions, Relay, TestHost, Testbed},
};

/// What the provider's log says at the end of every script that was run on a machine.
const RUN_ENDED: &str = "a run has ended";

const CONFIGURATION: &str = r#"
variable "key_file" { type = string }
variable "port" { type = number }
variable "host_key" { type = string }
variable "registry" { type = string }
variable "acme_directory" { type = string }
variable "acme_authority" { type = string }

provider "quickfra" {
  ssh {
    private_key_files = [var.key_file]
  }
}

resource "quickfra_host" "vm" {
  host = {
    address  = "127.0.0.1"
    port     = var.port
    host_key = var.host_key
  }
}

resource "quickfra_stack" "cost" {
  host     = quickfra_host.vm.host
  name     = "cost"
  domain   = "cost.test"
  registry = var.registry

  ingress {
    acme {
      email         = "ops@cost.test"
      directory_url = var.acme_directory
      ca_bundle     = var.acme_authority
    }
  }

  metrics {}
}
"#;

fn case(tool: Tool, host: &TestHost, relay: &Relay) -> Case {
    let testbed = host.testbed();
    let mut case = Case::new(tool);
    case.config(CONFIGURATION)
        .variable("key_file", host.key_file().display().to_string())
        .variable("port", relay.address().port())
        .variable("host_key", host.host_key())
        .variable("registry", testbed.registry())
        .variable("acme_directory", testbed.acme_directory())
        .variable("acme_authority", fs::read_to_string(testbed.authority_file()).unwrap());
    case
}

fn a_plan_of_a_host_and_a_stack_looks_at_the_machine_once(tool: Tool) {
    prerequisites::ensure().unwrap();
    let testbed = Testbed::shared().unwrap();
    let host = testbed
        .host(HostOptions {
            engine: true,
            ..HostOptions::default()
        })
        .unwrap();
    let relay = Relay::start(SocketAddr::from((host.address(), 22)), Duration::ZERO, None).unwrap();
    let mut case = case(tool, &host, &relay);
    case.apply().succeeds();

    let before = relay.traffic();
    case.traced();
    let _ = case.plan().succeeds();
    let after = relay.traffic();
    assert_eq!(after.connections - before.connections, 1, "connections of a plan");
    let log = case.log();
    let execs = log.matches(RUN_ENDED).count();
    assert!((1..=2).contains(&execs), "{execs} scripts were run for a plan");
    // The answer holds what is there, not every file: it must not grow with each refresh.
    let received = after.received - before.received;
    assert!(received < 64 * 1024, "{received} bytes came back for a plan");
}

for_each_tool!(a_plan_of_a_host_and_a_stack_looks_at_the_machine_once);
