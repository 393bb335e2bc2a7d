//! The provider's functions in real configurations, without any provider block and without any network.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::process::Command;

use acceptance::{
    for_each_tool,
    harness::{Case, Tool, workspace},
};

/// Makes a key of that type with OpenSSH: the line of its `.pub` file, and the fingerprint that `ssh-keygen` prints.
fn key(folder: &Path, kind: &str) -> (String, String) {
    let file = folder.join(kind);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-N", "", "-C", "somebody@example.com", "-t", kind, "-f"])
        .arg(&file)
        .status()
        .unwrap();
    assert!(made.success());
    let public = file.with_extension("pub");
    let printed = Command::new("ssh-keygen").arg("-lf").arg(&public).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let fingerprint = printed.split_whitespace().nth(1).unwrap();
    (fs::read_to_string(public).unwrap(), fingerprint.to_owned())
}

fn ssh_fingerprint_says_what_ssh_keygen_says(tool: Tool) {
    let folder = tempfile::tempdir().unwrap();
    let mut case = Case::new(tool);
    case.config(
        r#"
variable "keys" {
  type = map(string)
}

output "fingerprints" {
  value = { for kind, key in var.keys : kind => provider::quickfra::ssh_fingerprint(key) }
}
"#,
    );
    let mut keys = serde_json::Map::new();
    let mut expected = serde_json::Map::new();
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let (line, fingerprint) = key(folder.path(), kind);
        keys.insert(format!("known-{kind}"), format!("[host.example]:2222 {line}").into());
        expected.insert(format!("known-{kind}"), fingerprint.clone().into());
        keys.insert(kind.to_owned(), line.into());
        expected.insert(kind.to_owned(), fingerprint.into());
    }
    case.variable("keys", keys);
    case.validate().succeeds();
    case.apply().succeeds();
    assert_eq!(
        *case.state().output("fingerprints").unwrap(),
        serde_json::Value::Object(expected)
    );

    // An error stands at its argument.
    case.variable("keys", serde_json::json!({ "bad": "no key" }));
    let failure = case.plan().fails();
    failure.says("This is no public SSH key.").says(r#""key""#);
}

fn the_example_is_valid(tool: Tool) {
    let mut case = Case::new(tool);
    case.config_from(&workspace().join("examples/functions/ssh_fingerprint"));
    case.apply().succeeds();
}

for_each_tool!(ssh_fingerprint_says_what_ssh_keygen_says, the_example_is_valid);
