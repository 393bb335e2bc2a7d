//! Every place that takes a text, and what it refuses.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::{
    for_each_tool,
    harness::{Case, Tool},
};
use serde_json::Value;

use crate::CANARY;

/// A valid configuration of each kind, with every place for a text in it: `~place|value that it has otherwise~`.
const TEMPLATES: [(&str, &str); 3] = [
    (
        "provider",
        r#"
provider "quickfra" {
  on_unreachable = ~on_unreachable|null~
  ssh {
    private_key            = ~ssh.private_key|null~
    private_key_passphrase = ~ssh.private_key_passphrase|null~
    private_key_files      = [~ssh.private_key_files|"/nowhere/key"~]
    password               = ~ssh.password|null~
    known_hosts_files      = [~ssh.known_hosts_files|"/nowhere/known_hosts"~]
    connect_timeout        = ~ssh.connect_timeout|null~
  }
  status {
    url         = ~status.url|"https://status.example.net"~
    username    = ~status.username|"admin"~
    password    = ~status.password|"password"~
    totp_secret = ~status.totp_secret|null~
    ca_bundle   = ~status.ca_bundle|null~
    headers     = { name = ~status.headers|"value"~ }
  }
}

resource "quickfra_host" "vm" {
  host = { address = "192.0.2.1" }
}
"#,
    ),
    (
        "quickfra_host",
        r#"
resource "quickfra_host" "LABEL" {
  host = {
    address  = ~host.address|"192.0.2.1"~
    user     = ~host.user|"root"~
    host_key = ~host.host_key|null~
    bastion = {
      address  = ~host.bastion.address|"192.0.2.2"~
      user     = ~host.bastion.user|"root"~
      host_key = ~host.bastion.host_key|null~
    }
  }
  timeouts {
    create = ~timeouts.create|"1m"~
    read   = ~timeouts.read|"1m"~
    update = ~timeouts.update|"1m"~
    delete = ~timeouts.delete|"1m"~
  }
}
"#,
    ),
    (
        "quickfra_stack",
        r#"
resource "quickfra_stack" "LABEL" {
  host = {
    address  = ~host.address|"192.0.2.1"~
    user     = ~host.user|"root"~
    host_key = ~host.host_key|null~
    bastion = {
      address  = ~host.bastion.address|"192.0.2.2"~
      user     = ~host.bastion.user|"root"~
      host_key = ~host.bastion.host_key|null~
    }
  }
  name       = ~name|"platform"~
  domain     = ~domain|"example.com"~
  registry   = ~registry|null~
  on_destroy = ~on_destroy|null~
  ingress {
    image           = ~ingress.image|null~
    trusted_proxies = [~ingress.trusted_proxies|"192.0.2.0/24"~]
    acme {
      email         = ~ingress.acme.email|"ops@example.com"~
      directory_url = ~ingress.acme.directory_url|null~
      ca_bundle     = ~ingress.acme.ca_bundle|null~
      challenge     = ~ingress.acme.challenge|null~
      key_type      = ~ingress.acme.key_type|null~
    }
    security_headers {
      referrer_policy = ~ingress.security_headers.referrer_policy|null~
    }
  }
  status {
    domain        = ~status.domain|null~
    image         = ~status.image|null~
    administrator = ~status.administrator|null~
  }
  metrics {
    image               = ~metrics.image|null~
    node_exporter_image = ~metrics.node_exporter_image|null~
  }
  timeouts {
    create = ~timeouts.create|"1m"~
    read   = ~timeouts.read|"1m"~
    update = ~timeouts.update|"1m"~
    delete = ~timeouts.delete|"1m"~
  }
}
"#,
    ),
];

/// Places where any text may be meant. None of them reaches a machine as text: the test of logins uses them with values
/// like these.
const FREE: [&str; 8] = [
    "provider.ssh.private_key_passphrase",
    "provider.ssh.private_key_files",
    "provider.ssh.password",
    "provider.ssh.known_hosts_files",
    "provider.status.username",
    "provider.status.password",
    "provider.status.totp_secret",
    "provider.status.headers",
];

/// Places for the name of a user who logs in.
const USERS: [&str; 2] = ["host.user", "host.bastion.user"];

/// What a user's name may hold, since names of directory users do. It is only ever told to sshd.
const OF_USERS: [&str; 3] = ["a\\b", "ä.example.com", "a\u{308}.example.com"];

/// Bytes of the longest text.
const ENORMOUS: usize = 1 << 20;

/// Texts that mean something to a shell, a template, YAML, a line, a path, an option or a C string; and texts with what a
/// trim, a normalisation or a limit would change.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "a b",
        " a.example.com",
        "a.example.com ",
        "a.example.com\t",
        "${HOME}",
        "%{ if true }",
        "a'b",
        "a\"b",
        "a\nb",
        "a.example.com\n",
        "a.example.com\r\n",
        "a\\b",
        "a\u{0}b",
        "ä.example.com",
        "a\u{308}.example.com",
        "{{ env }}",
        "../../etc",
    ]
    .map(str::to_owned)
    .into();
    texts.push(format!("$(touch {CANARY})"));
    texts.push(format!("`touch {CANARY}`"));
    texts.push(format!("a;touch {CANARY};"));
    texts.push(format!("-oProxyCommand=touch {CANARY}"));
    texts.push("a".repeat(ENORMOUS));
    texts
}

/// The places of a template, with the values that they have otherwise.
fn places(template: &str) -> Vec<(&str, &str)> {
    template
        .split('~')
        .skip(1)
        .step_by(2)
        .filter_map(|mark| mark.split_once('|'))
        .collect()
}

/// The template with an expression in those places that `takes` names, and the usual values in the others.
fn filled(template: &str, label: &str, expression: &str, takes: impl Fn(&str) -> bool) -> String {
    let mut text = template.replace("LABEL", label);
    for (place, usual) in places(template) {
        let value = if takes(place) { expression } else { usual };
        text = text.replace(&format!("~{place}|{usual}~"), value);
    }
    text
}

/// A text as a literal of the configuration language: nothing in it is taken for a template.
fn literal(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.replace("${", "$${").replace("%{", "%%{")
}

/// The hostile texts as local values.
fn locals() -> String {
    let expression = |text: &str| {
        if text.len() == ENORMOUS {
            // Terraform needs minutes to read a literal of that length.
            return "join(\"\", [for number in range(1024) : format(\"%01024d\", 0)])".to_owned();
        }
        literal(text)
    };
    let lines: Vec<String> = hostile()
        .iter()
        .enumerate()
        .map(|(index, text)| format!("  text_{index} = {}", expression(text)))
        .collect();
    format!("locals {{\n{}\n}}\n", lines.join("\n"))
}

/// Every place of a schema that a person may write a text to.
fn texts_of(block: &Value, path: &str, found: &mut BTreeSet<String>) {
    let at = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        let settable = attribute["optional"] == true || attribute["required"] == true;
        if settable && attribute["nested_type"].is_object() {
            texts_of(&attribute["nested_type"], &at(name), found);
        } else if settable && attribute["type"].to_string().contains("string") {
            found.insert(at(name));
        }
    }
    for (name, nested) in block["block_types"].as_object().into_iter().flatten() {
        texts_of(&nested["block"], &at(name), found);
    }
}

fn every_place_for_a_text_is_known(tool: Tool) {
    let mut case = Case::new(tool);
    case.config("provider \"quickfra\" {}\n");
    let shown = case.tool_command(&["providers", "schema", "-json"]).succeeds();
    let schemas: Value = serde_json::from_str(&shown.stdout).unwrap();
    let schemas = schemas["provider_schemas"].as_object().unwrap();
    let provider = schemas.values().next().unwrap();
    let mut expected = BTreeMap::from([("provider", &provider["provider"])]);
    for (name, schema) in provider["resource_schemas"].as_object().unwrap() {
        // What is meant for Uptime Kuma travels as JSON, and reaches neither a file nor a script of a machine.
        if !name.starts_with("quickfra_status_") {
            expected.insert(name, schema);
        }
    }
    for (kind, template) in TEMPLATES {
        let mut found = BTreeSet::new();
        let schema = expected.remove(kind).unwrap();
        texts_of(&schema["block"], "", &mut found);
        let known: BTreeSet<String> = places(template).iter().map(|(place, _)| (*place).to_owned()).collect();
        assert_eq!(
            known, found,
            "{kind}: a place for a text that no test writes hostile texts to"
        );
    }
    assert!(expected.is_empty(), "{:?} is in no template", expected.keys());
}

fn hostile_texts_are_refused_with_the_place_and_the_reason(tool: Tool) {
    let mut text = locals();
    let mut expected = BTreeSet::new();
    for (kind, template) in &TEMPLATES[1..] {
        for (index, hostile) in hostile().iter().enumerate() {
            let label = format!("of_{index}");
            text += &filled(template, &label, &format!("local.text_{index}"), |_| true);
            let refused = places(template)
                .into_iter()
                .filter(|(place, _)| !USERS.contains(place) || !OF_USERS.contains(&hostile.as_str()));
            expected.extend(refused.map(|(place, _)| (format!("{kind}.{label}"), place.to_owned())));
        }
    }
    let mut case = Case::new(tool);
    case.config(&text);
    let failure = case.tool_command(&["validate", "-json"]).fails();
    let answer: Value = serde_json::from_str(&failure.finished.stdout).unwrap();
    let mut refused = BTreeSet::new();
    for diagnostic in answer["diagnostics"].as_array().unwrap() {
        let address = diagnostic["address"].as_str().unwrap();
        let detail = diagnostic["detail"].as_str().unwrap();
        assert_eq!(diagnostic["summary"], "Invalid value", "{address}: {detail}");
        assert!(detail.len() < 1000, "{address}: {} bytes are told", detail.len());
        // A block is one of a list, and so is an element.
        let (place, _) = detail.split_once(": ").unwrap();
        let place = place.replace("[0]", "");
        assert!(
            refused.insert((address.to_owned(), place)),
            "{address}: {detail} is told twice"
        );
    }
    let texts = hostile();
    let told = |(address, place): &(String, String)| {
        let index: usize = address.rsplit('_').next().unwrap().parse().unwrap();
        let start: String = texts[index].chars().take(40).collect();
        format!("{address}: {place} = {start:?}")
    };
    let passed: Vec<_> = expected.difference(&refused).map(told).collect();
    let besides: Vec<_> = refused.difference(&expected).map(told).collect();
    assert!(passed.is_empty(), "not refused: {passed:#?}");
    assert!(besides.is_empty(), "refused besides: {besides:#?}");
}

fn hostile_texts_are_refused_in_the_provider_block(tool: Tool) {
    let (_, template) = TEMPLATES[0];
    let mut case = Case::new(tool);
    for (place, _) in places(template) {
        let free = FREE.contains(&format!("provider.{place}").as_str());
        let value = literal(&format!("$(touch {CANARY})"));
        case.config(&filled(template, "", &value, |other| other == place));
        if free {
            case.validate().succeeds();
        } else {
            case.validate()
                .fails()
                .says("Error: Invalid value")
                .says(place.rsplit('.').next().unwrap());
        }
    }
}

for_each_tool!(
    every_place_for_a_text_is_known,
    hostile_texts_are_refused_with_the_place_and_the_reason,
    hostile_texts_are_refused_in_the_provider_block,
);
