//! What lies on a machine after an apply, byte for byte.

use std::fs;
use std::path::Path;

use acceptance::harness::{Case, Tool};
use acceptance::prerequisites;
use acceptance::testbed::{HostOptions, TestHost, Testbed};
use serde_json::{Value, json};

use crate::CANARY;

/// The oddest value that each place for a text takes; the bundle, the one text that is nearly free, is a variable.
const CONFIGURATION: &str = r#"
variable "address" { type = string }
variable "key_file" { type = string }
variable "known_hosts" { type = string }
variable "bundle" { type = string }

provider "quickfra" {
  ssh {
    agent             = false
    private_key_files = [var.key_file]
    known_hosts_files = [var.known_hosts]
  }
}

resource "quickfra_stack" "bytes" {
  host     = { address = var.address }
  name     = "bytes-0"
  domain   = "xn--bcher-kva.test"
  registry = "registry.test/"

  ingress {
    trusted_proxies = ["2001:db8::/32", "::", "192.0.2.1", "0.0.0.0/0"]
    acme {
      email         = "a.b+c_d%e-f@xn--bcher-kva.test"
      directory_url = "https://pebble.test:14000/dir?x=%24%28touch%20${var.canary}%29&y=!+,;=:@~._-"
      ca_bundle     = var.bundle
    }
  }

  metrics {
    node_exporter_image = "registry.test/prom/node-exporter:v1.9.1"
  }
}

variable "canary" { type = string }
"#;

const STACK: &str = "quickfra_stack.bytes";
const FOLDER: &str = "/opt/quickfra/bytes-0";
/// Most bytes that a bundle may have.
const BUNDLE_LIMIT: usize = 512 * 1024;
/// Who applies, as the machine is told.
const USER: &str = " $(touch /quickfra-canary) `touch /quickfra-canary` ${HOME} 'ü\" \\n % ";

struct Site {
    case: Case,
    host: TestHost,
}

impl Site {
    fn new(tool: Tool) -> Self {
        prerequisites::ensure().unwrap();
        let testbed = Testbed::shared().unwrap();
        let host = testbed
            .host(HostOptions {
                engine: true,
                ..HostOptions::default()
            })
            .unwrap();
        let mut case = Case::new(tool);
        // Paths are used on this machine, and are as free as its file system lets them be.
        let folder = case.folder().join("home/$(touch canary) `touch canary` 'ü\"\n");
        let (key, known) = (folder.join("key"), folder.join("known hosts"));
        let relative = |path: &Path| path.strip_prefix(case.folder()).unwrap().display().to_string();
        let (key_input, known_input) = (relative(&key), relative(&known));
        case.config(CONFIGURATION)
            .input(&key_input, fs::read(host.key_file()).unwrap())
            .input(&known_input, format!("{} {}\n", host.address(), host.host_key()))
            .environment("USER", USER)
            .variable("address", host.address().to_string())
            .variable("key_file", key.display().to_string())
            .variable("known_hosts", known.display().to_string())
            .variable("canary", CANARY.replace('/', "%2F"));
        Self { case, host }
    }

    /// Bytes of a file below the stack's folder.
    fn file(&self, path: &str) -> Vec<u8> {
        let output = self.host.exec_output(&format!("cat {FOLDER}/{path}"), &[]).unwrap();
        assert!(output.status.success(), "{path}: {output:?}");
        output.stdout
    }

    /// Paths of the release in force below the stack's folder, as its manifest names them.
    fn manifest(&self) -> Vec<String> {
        let manifest = String::from_utf8(self.file("current/manifest")).unwrap();
        manifest
            .lines()
            .filter_map(|line| line.split(' ').nth(2))
            .map(str::to_owned)
            .collect()
    }

    /// The bundle as it lies on the machine.
    fn bundle(&self) -> Vec<u8> {
        let manifest = self.manifest();
        let path = manifest.iter().find(|path| path.ends_with("/acme-ca.pem")).unwrap();
        self.file(path)
    }

    /// Everything that the plan shows of the rendered files is what lies on the machine.
    #[track_caller]
    fn expect_what_is_shown(&self) {
        let state = self.case.state();
        let shown = state
            .expect(STACK)
            .attribute("/files")
            .and_then(Value::as_object)
            .unwrap();
        let manifest = self.manifest();
        for (logical, lines) in shown {
            let path = manifest.iter().find(|path| is_at(path, logical));
            let path = path.unwrap_or_else(|| panic!("{logical} is not among {manifest:?}"));
            let lines: Vec<&str> = lines.as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let found = self.file(path);
            let found = found.strip_suffix(b"\n").unwrap_or(&found);
            assert!(found == lines.join("\n").as_bytes(), "{logical} is not what is shown");
        }
    }

    /// The bundle is applied and lies on the machine as these bytes.
    fn bundle_lands(&mut self, written: &str, expected: &str) {
        self.case.variable("bundle", written);
        self.case.apply().succeeds();
        let found = self.bundle();
        assert!(
            found == expected.as_bytes(),
            "the bundle has {} bytes on the machine instead of {}, or others",
            found.len(),
            expected.len()
        );
        self.expect_what_is_shown();
    }
}

/// Whether a path on the machine is that of a file with this logical path: there, the hash of its service's files stands
/// between the two.
fn is_at(path: &str, logical: &str) -> bool {
    if logical == "compose.yaml" {
        return path.starts_with("releases/") && path.ends_with("/compose.yaml");
    }
    let (service, file) = logical.split_once('/').unwrap();
    let mutable = format!("live/{service}/{file}");
    path == mutable || path.starts_with(&format!("files/{service}/")) && path.ends_with(&format!("/{file}"))
}

/// A bundle whose comments hold what every layer on the way gives a meaning to.
fn odd_bundle(certificate: &str) -> String {
    let comments = [
        "$(touch /quickfra-canary) `touch /quickfra-canary` ${HOME} $HOME $$ %{ if true } {{ env \"HOME\" }}",
        "'; touch /quickfra-canary; ' \"; touch /quickfra-canary; \" \\n \\0 \\\\ %s %n !! * ? [a] {a,b} ~ & | < >",
        "EOF",
        "quickfra 1",
        "end 1",
        "\ttabs\tand blanks at the end \t ",
        "Größe 漢字 \u{202e}\u{feff}\u{2028}\u{1f600}",
        "carriage\r",
    ];
    let comments = comments.map(|comment| format!("# {comment}\n")).concat();
    let crlf = certificate.replace('\n', "\r\n");
    format!("\n\n{comments}{certificate}\n\r\n{crlf}# no break at the end ")
}

/// A bundle of just the size that is allowed, with one line that is longer than any buffer.
fn great_bundle(certificate: &str) -> String {
    let mut text = format!("{certificate}# {}\n", "x".repeat(300_000));
    while text.len() + 80 < BUNDLE_LIMIT {
        text += "# 0123456789abcdef $(touch /quickfra-canary) ü\n";
    }
    text += "#";
    let rest = BUNDLE_LIMIT - text.len();
    text + &"\n".repeat(rest)
}

/// What lands is the provider's doing, so one tool is enough.
#[test]
fn what_is_written_is_what_lies_on_the_machine() {
    let mut site = Site::new(Tool::Terraform);
    let certificate = fs::read_to_string(site.host.testbed().authority_file()).unwrap();

    let odd = odd_bundle(&certificate);
    site.bundle_lands(&odd, &odd);
    let stack: Value = serde_json::from_slice(&site.file("stack.json")).unwrap();
    let by = stack["by"].as_str().unwrap();
    assert_eq!(by.rsplit_once('@').unwrap().0, USER, "{stack}");

    let great = great_bundle(&certificate);
    assert_eq!(great.len(), BUNDLE_LIMIT);
    site.bundle_lands(&great, &great);
    site.case.variable("bundle", format!("{great}\n"));
    site.case.plan().fails().says("at most 524288 are allowed");

    // The tools' language makes every text NFC (Unicode Standard Annex 15) before a provider sees it.
    site.bundle_lands(
        &format!("# u\u{308}\n{certificate}"),
        &format!("# \u{fc}\n{certificate}"),
    );

    site.host.exec(&format!("! test -e {CANARY}")).unwrap();
    assert!(!Path::new(CANARY).exists());
    assert!(!site.case.folder().join("work/canary").exists());
    assert_eq!(site.case.state().expect(STACK).attribute("/drift"), Some(&json!([])));
}
