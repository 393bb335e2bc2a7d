//! `quickfra_credentials`: a generated password is usable in the apply that makes it, and is stored nowhere.

use std::fmt::Write as _;
use std::fs;

use acceptance::{
    for_each_tool,
    harness::{Action, Tool},
};
use sha2::{Digest as _, Sha256};
use tfplugin::client::core::Feature;

use crate::site::{STACK, Site};

/// Uses a login without showing it: its hash goes to a file.
const USE: &str = r#"
variable "credentials_of" {
  type    = string
  default = null
}

ephemeral "quickfra_credentials" "platform" {
  stack   = quickfra_stack.platform
  service = var.credentials_of
}

resource "terraform_data" "login" {
  triggers_replace = quickfra_stack.platform.release

  provisioner "local-exec" {
    command = "{ printf %s \"$PASSWORD\" | sha256sum; echo \"$USERNAME $URL\"; } >login"
    environment = {
      USERNAME = ephemeral.quickfra_credentials.platform.logins["status"].username
      PASSWORD = ephemeral.quickfra_credentials.platform.logins["status"].password
      URL      = ephemeral.quickfra_credentials.platform.logins["status"].url
    }
  }
}
"#;

/// Asks for a stack by a literal that nothing waits for.
const LITERAL: &str = r#"
ephemeral "quickfra_credentials" "platform" {
  stack = {
    host = var.host
    name = "platfrom"
  }
}
"#;

fn a_generated_login_is_usable_and_stored_nowhere(tool: Tool) {
    let site = Site::new(true);
    let mut case = site.case(tool);
    case.traced().input("work/credentials.tf", USE);
    if !tool.has(Feature::Ephemeral) {
        case.init()
            .fails()
            .says("Blocks of type \"ephemeral\" are not expected here");
        return;
    }
    // In one apply, from an empty machine: nothing can be read before the stack is there.
    let applied = case.apply().succeeds();
    applied.plan.expect(STACK, Action::Create);

    let password = site.password();
    let used = fs::read_to_string(case.folder().join("work/login")).unwrap();
    let hash = Sha256::digest(&password).iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    });
    let url = format!("https://status.{}", site.domain);
    assert_eq!(used, format!("{hash}  -\nadmin {url}\n"));

    case.variable("credentials_of", "statsu");
    let failure = case.plan().fails();
    failure
        .says("The stack platform has no service statsu.")
        .says("Did you mean status?");
    case.variable("credentials_of", "ingress");
    case.plan().fails().says("The service ingress has no login of its own.");

    case.input("work/credentials.tf", LITERAL);
    let failure = case.plan().fails();
    failure
        .says("No stack platfrom is in force below /opt/quickfra. The machine has: platform.")
        .says("Did you mean platform?");

    case.expect_no_leak(&[("generated password", &password)]);
}

for_each_tool!(a_generated_login_is_usable_and_stored_nowhere);
