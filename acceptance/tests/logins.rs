//! Every way to log in, and every way to become root, against the real sshd, PAM and sudo of a machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use acceptance::harness::{Case, Tool};
use acceptance::prerequisites;
use acceptance::testbed::{HostOptions, TestHost, Testbed, User};
use serde_json::{Value, json};

const CONFIGURATION: &str = r#"
variable "host" { type = any }

variable "private_key" {
  type      = string
  ephemeral = true
  default   = null
}

variable "private_key_passphrase" {
  type      = string
  ephemeral = true
  default   = null
}

variable "password" {
  type      = string
  ephemeral = true
  default   = null
}

variable "private_key_files" {
  type    = list(string)
  default = null
}

variable "agent" {
  type    = bool
  default = null
}

provider "quickfra" {
  ssh {
    private_key            = var.private_key
    private_key_passphrase = var.private_key_passphrase
    private_key_files      = var.private_key_files
    password               = var.password
    agent                  = var.agent
  }
}

resource "quickfra_host" "vm" {
  host = var.host
}

resource "quickfra_stack" "small" {
  host     = quickfra_host.vm.host
  name     = "small"
  domain   = "small.test"
  registry = "registry.test"

  metrics {}
}
"#;

/// The provider's settings for logging in.
const SETTINGS: [&str; 5] = [
    "private_key",
    "private_key_passphrase",
    "private_key_files",
    "password",
    "agent",
];

/// What a shell, a template or a line would make something else of; each is a secret.
const PASSWORD: &str = " pass'\"$(touch /quickfra-canary) `touch /quickfra-canary` ${HOME} %{x} \\n ü€:word ";
const PASSPHRASE: &str = " phrase'\"$(touch /quickfra-canary) `touch /quickfra-canary` ${HOME} %{x} \\n ü€ ";

/// A machine with an engine, whose user is not root.
struct Site {
    case: Case,
    host: TestHost,
}

impl Site {
    fn new(tool: Tool) -> Self {
        prerequisites::ensure().unwrap();
        let host = Testbed::shared()
            .unwrap()
            .host(HostOptions {
                engine: true,
                user: User::Sudo("admin".into()),
                password: Some(PASSWORD.into()),
                ..HostOptions::default()
            })
            .unwrap();
        let mut case = Case::new(tool);
        case.config(CONFIGURATION).traced().variable(
            "host",
            json!({
                "address": host.address().to_string(),
                "user": "admin",
                "host_key": host.host_key(),
            }),
        );
        Self { case, host }
    }

    /// Sets these of the provider's settings for logging in, and no others.
    fn log_in_with(&mut self, settings: &[(&str, Value)]) {
        for name in SETTINGS {
            self.case.without_environment(&format!("TF_VAR_{name}"));
        }
        for (name, value) in settings {
            self.case.variable(name, value.clone());
        }
    }

    /// Replaces what sshd is told beside its own file.
    fn sshd(&self, lines: &str) {
        let script = "cat >/etc/ssh/sshd_config.d/quickfra.conf && systemctl restart ssh";
        let output = self.host.exec_output(script, lines.as_bytes()).unwrap();
        assert!(output.status.success(), "{output:?}");
        self.host.reachable().unwrap();
    }

    /// Replaces the rule of sudo for the user.
    fn sudo(&self, rule: &str) {
        self.host
            .exec_output("cat >/etc/sudoers.d/admin && visudo --check --quiet", rule.as_bytes())
            .unwrap();
    }

    /// The methods of all logins so far, as sshd tells them.
    fn logins(&self) -> Vec<String> {
        let script = "journalctl --sync; journalctl --unit ssh --output cat";
        let log = self.host.exec(script).unwrap();
        log.lines()
            .filter_map(|line| line.strip_prefix("Accepted ")?.split_once(" for admin "))
            .map(|(method, _)| method.to_owned())
            .collect()
    }

    /// A plan finds nothing to do: the machine was read as root. Every login on the way was by this method.
    #[track_caller]
    fn reads_by(&self, method: &str) {
        let before = self.logins().len();
        let plan = self.case.plan().succeeds();
        assert!(plan.is_empty(), "{}", plan.text);
        let logins = self.logins().split_off(before);
        assert!(
            !logins.is_empty() && logins.iter().all(|login| login == method),
            "{logins:?} instead of {method}"
        );
    }

    /// A new key that opens the machine.
    fn key(&self, name: &str, passphrase: &str) -> PathBuf {
        let file = self.case.folder().join(name);
        let status = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-C", name, "-N", passphrase, "-f"])
            .arg(&file)
            .status()
            .unwrap();
        assert!(status.success());
        let public = fs::read(file.with_extension("pub")).unwrap();
        let output = self.host.exec_output("cat >>/home/admin/.ssh/authorized_keys", &public);
        assert!(output.unwrap().status.success());
        file
    }

    /// Everything of Quickfra on the machine, and the containers.
    fn footprint(&self) -> String {
        let script = "find /opt/quickfra /run/quickfra* 2>/dev/null | sort; docker ps --all --quiet";
        self.host.exec(script).unwrap()
    }
}

/// An agent with one key.
struct Agent(Child);

impl Agent {
    fn start(socket: &Path, key: &Path) -> Self {
        let mut child = Command::new("ssh-agent")
            .arg("-D")
            .arg("-a")
            .arg(socket)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // It speaks when it listens.
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        let agent = Self(child);
        let added = Command::new("ssh-add")
            .arg("-q")
            .arg(key)
            .env("SSH_AUTH_SOCK", socket)
            .status()
            .unwrap();
        assert!(added.success());
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // An error means that it is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The text of a key file, and its path, as values of settings.
fn text(file: &Path) -> Value {
    json!(fs::read_to_string(file).unwrap())
}

fn sudo_that_asks_for_a_password_changes_nothing(site: &mut Site) {
    site.sudo("admin ALL=(ALL) ALL\n");
    let before = site.footprint();
    let failure = site.case.apply().fails();
    failure
        .comes_from("apply")
        .says("The user may not become root")
        .says("user admin may not become root without a password: add the line")
        .says("admin ALL=(ALL) NOPASSWD: ALL")
        .says("sudo: a password is required")
        .says("Nothing was changed.");
    assert_eq!(site.footprint(), before, "{}", failure.finished);
    assert!(site.case.state().addresses().is_empty());
    site.sudo("admin ALL=(ALL) NOPASSWD: ALL\n");
}

fn keys(site: &mut Site) {
    let testbed = site.host.key_file();
    site.log_in_with(&[("private_key", text(&testbed)), ("agent", json!(false))]);
    site.reads_by("publickey");

    let protected = site.key("protected", PASSPHRASE);
    let passphrase = ("private_key_passphrase", json!(PASSPHRASE));
    site.log_in_with(&[("private_key", text(&protected)), passphrase.clone()]);
    site.reads_by("publickey");
    site.log_in_with(&[("private_key_files", json!([protected])), passphrase.clone()]);
    site.reads_by("publickey");

    site.log_in_with(&[("private_key", text(&protected))]);
    let refused = site.case.plan().fails();
    refused
        .says("is protected by a passphrase: set private_key_passphrase, or load the key into the agent")
        .says("The server accepts: publickey, password");

    // `~` is the home directory of whoever runs Terraform, and any other name is one.
    let key = fs::read(&testbed).unwrap();
    for name in ["~/.ssh/quickfra", "~/$(touch canary) 'ü\" key"] {
        site.case.input(&name.replace('~', "home"), &key);
        site.log_in_with(&[("private_key_files", json!([name])), ("agent", json!(false))]);
        site.reads_by("publickey");
    }
    site.case.input("home/.ssh/id_ed25519", &key);
    site.log_in_with(&[]);
    site.reads_by("publickey");
    fs::remove_file(site.case.folder().join("home/.ssh/id_ed25519")).unwrap();

    let socket = site.case.folder().join("agent");
    let agent = Agent::start(&socket, &testbed);
    site.case.environment("SSH_AUTH_SOCK", &socket.display().to_string());
    site.log_in_with(&[]);
    site.reads_by("publickey");
    site.case.without_environment("SSH_AUTH_SOCK");
    drop(agent);
}

fn passwords(site: &mut Site) {
    let password = [("password", json!(PASSWORD)), ("agent", json!(false))];
    site.log_in_with(&password);
    site.reads_by("password");

    site.sshd("PasswordAuthentication no\nKbdInteractiveAuthentication yes\n");
    site.reads_by("keyboard-interactive/pam");

    site.log_in_with(&[("password", json!("quickfra-wrong")), ("agent", json!(false))]);
    let refused = site.case.plan().fails();
    refused
        .says("password (keyboard-interactive): not accepted")
        .says("The server accepts: publickey, keyboard-interactive");

    // A key and then a password, as careful machines ask for.
    let key = ("private_key", text(&site.host.key_file()));
    for (second, method) in [
        ("password", "password"),
        ("keyboard-interactive", "keyboard-interactive/pam"),
    ] {
        site.sshd(&format!(
            "PasswordAuthentication yes\nKbdInteractiveAuthentication yes\nAuthenticationMethods publickey,{second}\n"
        ));
        site.log_in_with(&[key.clone(), password[0].clone(), password[1].clone()]);
        site.reads_by(method);
    }
    site.sshd("");
}

/// What is shown is the provider's and the machine's doing, so one tool is enough.
#[test]
fn every_login_reads_and_changes_the_machine() {
    let mut site = Site::new(Tool::Terraform);
    let key = [
        ("private_key_files", json!([site.host.key_file()])),
        ("agent", json!(false)),
    ];
    site.log_in_with(&key);
    sudo_that_asks_for_a_password_changes_nothing(&mut site);
    // A whole stack, by a user who is not root.
    site.case.apply().succeeds();
    keys(&mut site);
    passwords(&mut site);
    site.log_in_with(&key);
    site.case.destroy().succeeds();

    let key = fs::read_to_string(site.host.key_file()).unwrap();
    let line = key.lines().nth(2).unwrap();
    site.case.expect_no_leak(&[
        ("key", line),
        ("passphrase", PASSPHRASE),
        ("password", PASSWORD),
        ("wrong password", "quickfra-wrong"),
    ]);
    site.host.exec("! test -e /quickfra-canary").unwrap();
    assert!(!Path::new("/quickfra-canary").exists());
    assert!(!site.case.folder().join("work/canary").exists());
}
