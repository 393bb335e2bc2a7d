//! Identities and lists on a real host: asked by our own client as the newest core asks, and by each tool that imports by
//! identity.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::process::{Command, Stdio};

use acceptance::harness::{Action, Case, Tool, provider_binary};
use acceptance::prerequisites;
use acceptance::testbed::{HostOptions, TestHost, Testbed};
use tfplugin::client::core::Feature;
use tfplugin::client::{KnownProvider, Object, Plugin};
use tfplugin::protocol::Diagnostic;
use tfplugin::server::ImportBy;
use tfplugin::value::Value;

const CONFIGURATION: &str = r#"
variable "key_file" { type = string }
variable "address" { type = string }
variable "host_key" { type = string }
variable "registry" { type = string }

provider "quickfra" {
  ssh {
    private_key_files = [var.key_file]
  }
}

resource "quickfra_host" "vm" {
  host = {
    address  = var.address
    host_key = var.host_key
  }
}

resource "quickfra_stack" "listed" {
  host     = quickfra_host.vm.host
  name     = "listed"
  domain   = "listed.test"
  registry = var.registry

  metrics {}
}
"#;

const IMPORTS: &str = r#"
import {
  to       = quickfra_host.vm
  identity = { address = var.address }
}

import {
  to       = quickfra_stack.listed
  identity = { address = var.address, name = "listed" }
}
"#;

fn case(tool: Tool, host: &TestHost, configuration: &str) -> Case {
    let mut case = Case::new(tool);
    case.config(configuration)
        .variable("key_file", host.key_file().display().to_string())
        .variable("address", host.address().to_string())
        .variable("host_key", host.host_key())
        .variable("registry", host.testbed().registry());
    // An import sees no configuration, so the machine has to be known otherwise.
    case.input("home/.ssh/known_hosts", known_hosts(host));
    case
}

fn known_hosts(host: &TestHost) -> String {
    format!("{} {}\n", host.address(), host.host_key())
}

/// The provider, configured for the host as a core of the newest version does it.
async fn core(host: &TestHost, home: &std::path::Path) -> (KnownProvider, Plugin) {
    let ssh = home.join(".ssh");
    fs::create_dir_all(&ssh).unwrap();
    fs::write(ssh.join("known_hosts"), known_hosts(host)).unwrap();
    let mut command = Command::new(provider_binary().unwrap());
    command
        .env_clear()
        .env("HOME", home)
        .env("TMPDIR", home)
        .stderr(Stdio::null());
    let plugin = Plugin::start(command).await.unwrap();
    let mut core = KnownProvider::new(plugin.provider().await.unwrap()).await.unwrap();
    let key_file = Value::List(vec![host.key_file().display().to_string().into()]);
    let ssh = Value::map([("private_key_files", key_file)]);
    quiet(&core.configure(Value::map([("ssh", ssh)])).await.unwrap());
    (core, plugin)
}

fn quiet(told: &[Diagnostic]) {
    let told: Vec<String> = told
        .iter()
        .map(|one| format!("{}: {}", one.summary, one.detail))
        .collect();
    assert_eq!(told, Vec::<String>::new());
}

/// Imports and reads an object both ways, which must give the same; then its plan must be empty.
async fn imported(core: &mut KnownProvider, name: &str, id: &str, identity: Value) -> Object {
    let (by_id, told) = core.import(name, ImportBy::Id(id)).await.unwrap();
    quiet(&told);
    let (by_identity, told) = core.import(name, ImportBy::Identity(identity)).await.unwrap();
    quiet(&told);
    assert_eq!(by_id, by_identity);
    let (found, told) = core.read(name, &by_identity.unwrap()).await.unwrap();
    quiet(&told);
    let (config, told) = core.generate(name, &found.state).await.unwrap();
    quiet(&told);
    let (planned, told) = core.plan(name, Some(&found), config).await.unwrap();
    quiet(&told);
    assert_eq!(planned.object.state, found.state, "the plan after the import is empty");
    assert_eq!(planned.object.identity, found.identity);
    found
}

#[tokio::test]
async fn what_is_there_is_imported_by_identity_and_listed() {
    prerequisites::ensure().unwrap();
    let testbed = Testbed::shared().unwrap();
    let host = testbed
        .host(HostOptions {
            engine: true,
            ..HostOptions::default()
        })
        .unwrap();
    let _ = case(Tool::Tofu, &host, CONFIGURATION).apply().succeeds();
    for tool in Tool::ALL {
        let importing = case(tool, &host, &format!("{CONFIGURATION}{IMPORTS}"));
        if tool.has(Feature::Identity) {
            let plan = importing.plan().succeeds();
            plan.expect("quickfra_host.vm", Action::NoOp)
                .expect("quickfra_stack.listed", Action::NoOp);
        } else {
            importing.init().fails().says("\"identity\" is not expected here");
        }
    }

    let home = tempfile::tempdir().unwrap();
    let (mut core, _plugin) = core(&host, home.path()).await;
    let address = host.address().to_string();
    let machine = || ("address", Value::from(address.clone()));
    let nothing = |name: &'static str| (name, Value::Null);
    let wanted = Value::map([machine(), nothing("port"), nothing("user")]);
    imported(&mut core, "quickfra_host", &address, wanted).await;
    let wanted = Value::map([machine(), nothing("port"), nothing("user"), ("name", "listed".into())]);
    let id = format!("{address}/listed");
    let stack = imported(&mut core, "quickfra_stack", &id, wanted).await;

    let block = Value::map([machine()]);
    let config = || Value::map([("host", Value::List(vec![block.clone()]))]);
    let (short, told) = core.list("quickfra_stack", config(), false, 100).await.unwrap();
    quiet(&told);
    assert_eq!(short.len(), 1);
    assert_eq!(short[0].display_name, format!("listed on {address}"));
    assert_eq!(
        (Some(&short[0].identity), &short[0].state),
        (stack.identity.as_ref(), &None)
    );
    let (whole, told) = core.list("quickfra_stack", config(), true, 100).await.unwrap();
    quiet(&told);
    assert_eq!(
        whole[0].state.as_ref(),
        Some(&stack.state),
        "as a refresh after an import shows it"
    );

    // One machine of several that does not answer is told, and the others are listed.
    let closed = Value::map([("address", Value::from("127.0.0.1")), ("port", 1.into())]);
    let config = Value::map([("host", Value::List(vec![closed, block.clone()]))]);
    let (listed, told) = core.list("quickfra_stack", config, false, 100).await.unwrap();
    assert_eq!((listed, told.len()), (short, 1));
    assert!(told[0].detail.contains("127.0.0.1:1"), "{}", told[0].detail);
}
