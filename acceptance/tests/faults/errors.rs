//! Errors before anything changes: each names what is wrong, where, and what to do next.

use acceptance::{
    for_each_tool,
    harness::{Case, Failure, Tool},
    testbed::{HostOptions, User},
};
use serde_json::json;

use crate::site::{Site, message, reference, testbed};

/// The apply is to fail, to leave the machine as it was, and to put nothing into the state.
#[track_caller]
fn refused(site: &Site) -> String {
    let before = site.footprint();
    let failure = site.case.apply().fails();
    failure.comes_from("apply");
    assert_eq!(
        site.footprint(),
        before,
        "the machine was changed\n{}",
        failure.finished
    );
    nothing_in_state(&site.case, &failure);
    message(&site.case, &failure)
}

#[track_caller]
fn nothing_in_state(case: &Case, failure: &Failure) {
    let state = case.state();
    assert!(
        state.addresses().is_empty(),
        "the state holds {:?}\n{}",
        state.addresses(),
        failure.finished
    );
}

fn a_machine_that_cannot_be_trusted_or_entered(tool: Tool) {
    let mut site = Site::with(tool, HostOptions::default());
    let other = testbed().host(HostOptions::default()).unwrap();

    let mut host = reference(&site.host);
    host["host_key"] = json!(other.host_key());
    site.case.variable("host", host);
    let text = refused(&site);
    assert!(text.contains("host_key = \"ssh-ed25519 [key]\""), "{text}");
    insta::assert_snapshot!("wrong_host_key", text);

    let mut host = reference(&site.host);
    host["host_key"].take();
    site.case.variable("host", host);
    insta::assert_snapshot!("unknown_host_key", refused(&site));

    site.case.variable("host", reference(&site.host));
    let stranger = site.case.folder().join("home/stranger");
    keygen(&stranger);
    site.case
        .hide(stranger.display().to_string(), "key file")
        .variable("key_file", stranger.display().to_string());
    insta::assert_snapshot!("wrong_private_key", refused(&site));

    // Nobody has this address.
    let [a, b, c, _] = site.host.address().octets();
    let nobody = format!("{a}.{b}.{c}.250");
    let mut host = reference(&site.host);
    host["address"] = json!(nobody);
    site.case.hide(&nobody, "nobody's address").variable("host", host);
    insta::assert_snapshot!("unreachable_address", refused(&site));
}

fn a_misspelt_key_of_the_host_object(tool: Tool) {
    let user = User::Sudo("admin".into());
    let mut site = Site::with(
        tool,
        HostOptions {
            user,
            ..HostOptions::default()
        },
    );
    let mut host = reference(&site.host);
    host["usr"] = host["user"].clone();
    host.as_object_mut().unwrap().remove("user");
    site.case.variable("host", host);
    insta::assert_snapshot!("misspelt_user", refused(&site));

    let mut host = reference(&site.host);
    host["adress"] = host["address"].clone();
    host.as_object_mut().unwrap().remove("address");
    site.case.variable("host", host);
    let failure = site.case.apply().fails();
    failure.comes_from("plan");
    insta::assert_snapshot!("misspelt_address", message(&site.case, &failure));
}

fn a_user_without_sudo(tool: Tool) {
    let user = User::Plain("guest".into());
    let site = Site::with(
        tool,
        HostOptions {
            user,
            ..HostOptions::default()
        },
    );
    insta::assert_snapshot!("no_sudo", refused(&site));
}

fn an_unsupported_system(tool: Tool) {
    let mut site = Site::with(tool, HostOptions::default());
    let release = "PRETTY_NAME=\"Quickfra Test Linux 1\"\nID=testlinux\nVERSION_ID=\"1\"\n";
    site.host
        .exec_output(
            "cat > /etc/os-release.new && mv /etc/os-release.new /etc/os-release",
            release.as_bytes(),
        )
        .unwrap();
    site.case.config(
        r#"
variable "host" { type = any }
variable "key_file" {}
provider "quickfra" {
  ssh {
    agent             = false
    private_key_files = [var.key_file]
  }
}
resource "quickfra_host" "vm" { host = var.host }
"#,
    );
    insta::assert_snapshot!("unsupported_system", refused(&site));
}

fn no_engine(tool: Tool) {
    let site = Site::with(tool, HostOptions::default());
    insta::assert_snapshot!("no_engine", refused(&site));
}

fn a_port_that_another_program_holds(tool: Tool) {
    let mut site = Site::new(tool);
    site.case.variable("ingress", true);
    site.host
        .exec(
            r#"cat > /usr/local/bin/squatter <<'END'
#!/usr/bin/perl
use IO::Socket::INET;
my $socket = IO::Socket::INET->new(LocalPort => 80, Listen => 1) or die "port 80: $!";
open(my $ready, '>', '/run/squatter');
close $ready;
sleep;
END
            chmod 755 /usr/local/bin/squatter
            systemd-run --quiet --unit squatter /usr/local/bin/squatter
            until [ -e /run/squatter ]; do systemctl is-active --quiet squatter || exit 1; done"#,
        )
        .unwrap();
    insta::assert_snapshot!("port_taken", refused(&site));
}

fn too_little_disk(tool: Tool) {
    let site = Site::new(tool);
    // The engine really has a small disk.
    site.host
        .exec(
            "systemctl stop docker.socket docker containerd
            mount -t tmpfs -o size=400m tmpfs /var/lib/docker
            systemctl start docker",
        )
        .unwrap();
    // What the engine itself takes differs a little.
    let text = refused(&site);
    let (free, rest) = text.split_once(" MiB are free").unwrap();
    let before = free.trim_end_matches(|digit: char| digit.is_ascii_digit());
    insta::assert_snapshot!("too_little_disk", format!("{before}[free] MiB are free{rest}"));
}

fn keygen(file: &std::path::Path) {
    let status = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "stranger", "-f"])
        .arg(file)
        .status()
        .unwrap();
    assert!(status.success());
}

for_each_tool!(
    a_machine_that_cannot_be_trusted_or_entered,
    a_misspelt_key_of_the_host_object,
    a_user_without_sudo,
    an_unsupported_system,
    no_engine,
    a_port_that_another_program_holds,
    too_little_disk,
);
