//! What is found offline, by the real tools: no machine, no network, no home.

use acceptance::{
    for_each_tool,
    harness::{Action, Case, Tool},
};

/// A stack that is valid, with `body` in it.
fn stack(name: &str, body: &str) -> String {
    format!("resource \"quickfra_stack\" \"{name}\" {{\n  host   = {{ address = \"192.0.2.1\" }}\n  {body}\n}}\n")
}

const BLOCKS: &str = r#"
  name   = "platform"
  domain = "example.com"
  ingress {
    acme { email = "ops@example.com" }
    rate_limit {}
    security_headers {}
    access_log {}
  }
  status {}
  metrics {}
  timeouts {}
"#;

fn a_bare_environment_is_enough(tool: Tool) {
    let mut case = Case::new(tool);
    // A key that is not there, an agent that is not there and a machine that never answers: nothing of it is looked at.
    let provider = "provider \"quickfra\" {\n  ssh {\n    agent             = true\n    private_key_files = [\"/nowhere/key\"]\n  }\n}\n";
    case.config(&format!("{provider}{}", stack("platform", BLOCKS)));
    case.init().succeeds();
    for name in ["HOME", "PATH", "TMPDIR", "LANG"] {
        case.without_environment(name);
    }
    case.validate().succeeds();
}

fn a_misspelt_name_is_an_error_with_a_suggestion(tool: Tool) {
    let mut case = Case::new(tool);
    case.config(
        r#"provider "quickfra" {
  on_unreachabel = "warn"
  ssh {
    pasword = "secret"
  }
}

resource "quickfra_host" "vm" {
  host = { address = "192.0.2.1" }
}
"#,
    );
    insta::assert_snapshot!("misspelt_in_the_provider", case.validate().fails().text);
    case.config(
        r#"resource "quickfra_host" "vm" {
  host = { address = "192.0.2.1" }
  timeouts {
    updat = "1m"
  }
}

resource "quickfra_stack" "platform" {
  host      = { address = "192.0.2.1" }
  name      = "platform"
  domain    = "example.com"
  registrry = "registry.test"
  ingress {
    memry = 1
    acme {
      email         = "ops@example.com"
      directory_uri = "https://example.com"
    }
    rate_limit {
      averag = 1
    }
    security_headers {
      hsts_second = 1
    }
    access_log {
      enable = false
    }
  }
  status {
    domian = "status.example.com"
  }
  metrics {
    retention_day = 7
  }
  timeouts {
    delet = "1m"
  }
  statsu {}
}
"#,
    );
    let failure = case.validate().fails();
    insta::assert_snapshot!("misspelt_in_resources", failure.text);
}

fn an_international_domain_is_taken_in_its_ascii_form(tool: Tool) {
    let mut case = Case::new(tool);
    let body = |domain: &str| {
        format!(
            "name = \"a\"\n  domain = {domain}\n  metrics {{}}\n  ingress {{\n    acme {{ email = \"ops@example.com\" }}\n  }}\n  status {{}}"
        )
    };
    case.config(&stack("a", &body("\"bücher.example\"")));
    case.validate().fails().says("xn--");
    case.config(&stack("a", &body("\"xn--bcher-kva.example\"")));
    case.validate().succeeds();
}

fn what_a_variable_decides_is_left_for_the_plan(tool: Tool) {
    let mut case = Case::new(tool);
    case.config(
        r#"variable "metrics" {
  type = bool
}

variable "domain" {
  type = string
}

resource "terraform_data" "vm" {
  input = "192.0.2.1"
}

resource "quickfra_stack" "platform" {
  host   = { address = terraform_data.vm.id }
  name   = "platform"
  domain = var.domain
  ingress {
    enabled = var.metrics
    acme { email = "ops@example.com" }
  }
  status {
    enabled = var.metrics
  }
  dynamic "metrics" {
    for_each = var.metrics ? [1] : []
    content {}
  }
}
"#,
    );
    case.validate().succeeds();
    case.variable("domain", "example.com").variable("metrics", true);
    let plan = case.plan().succeeds();
    plan.expect("quickfra_stack.platform", Action::Create);
    assert!(plan.is_unknown("quickfra_stack.platform", "/files"));
    assert_eq!(
        plan.after("quickfra_stack.platform", "/endpoints/status"),
        Some(&serde_json::Value::from("https://status.example.com"))
    );
    case.variable("metrics", false);
    case.plan().fails().says("The stack has no service");
    case.variable("metrics", true).variable("domain", "example");
    case.plan()
        .fails()
        .comes_from("plan")
        .says("a whole domain such as example.com is needed");
}

for_each_tool!(
    a_bare_environment_is_enough,
    a_misspelt_name_is_an_error_with_a_suggestion,
    an_international_domain_is_taken_in_its_ascii_form,
    what_a_variable_decides_is_left_for_the_plan,
);
