//! The testbed itself: what every other acceptance test rests on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::Command;

use acceptance::prerequisites;
use acceptance::testbed::{Cache, HostOptions, Owner, TestHost, Testbed, User};

fn testbed() -> Testbed {
    prerequisites::ensure().unwrap();
    Testbed::shared().unwrap()
}

/// Runs a command on the host the way a person would: the real ssh client, the pinned host key and nothing else.
fn ssh(host: &TestHost, command: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let known_hosts = folder.path().join("known_hosts");
    std::fs::write(&known_hosts, format!("{} {}\n", host.address(), host.host_key())).unwrap();
    let mut ssh = Command::new("ssh");
    ssh.args([
        "-F",
        "none",
        "-o",
        "BatchMode=yes",
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        "IdentitiesOnly=yes",
    ]);
    ssh.arg("-o")
        .arg(format!("UserKnownHostsFile={}", known_hosts.display()))
        .arg("-i")
        .arg(host.key_file());
    let output = ssh
        .arg(format!("{}@{}", host.user().name(), host.address()))
        .arg(command)
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn a_bare_host_runs_systemd_and_is_apart_from_the_machine() {
    let host = testbed().host(HostOptions::default()).unwrap();
    assert_eq!(host.settled().unwrap(), "running");
    assert_eq!(ssh(&host, "cat /proc/1/comm; id -un").unwrap(), "systemd\nroot");
    assert!(
        ssh(&host, "command -v docker").is_err(),
        "a bare host has no container engine"
    );

    // Everything that would change the machine is refused, or reaches only a copy.
    assert!(
        ssh(&host, "date --set '2001-01-01'")
            .unwrap_err()
            .contains("Operation not permitted")
    );
    assert!(ssh(&host, "dmesg --console-level 7").is_err());
    let setting = || std::fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
    let before = setting();
    assert_eq!(
        ssh(&host, "sysctl -qw vm.max_map_count=77777; sysctl -n vm.max_map_count").unwrap(),
        "77777"
    );
    assert_eq!(setting(), before);
    let machine = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    assert_ne!(
        ssh(&host, "cat /proc/sys/kernel/random/boot_id").unwrap(),
        machine.trim()
    );
}

#[test]
fn a_restart_is_seen_and_keeps_files_and_address() {
    let host = testbed().host(HostOptions::default()).unwrap();
    let boot = ssh(&host, "touch /etc/kept /run/lost; cat /proc/sys/kernel/random/boot_id").unwrap();
    host.restart().unwrap();
    assert_ne!(ssh(&host, "cat /proc/sys/kernel/random/boot_id").unwrap(), boot);
    assert_eq!(
        ssh(&host, "ls /etc/kept /run/lost 2>/dev/null || true").unwrap(),
        "/etc/kept"
    );
}

#[test]
fn two_hosts_do_not_see_each_other() {
    let testbed = testbed();
    let (first, second) = (
        testbed.host(HostOptions::default()).unwrap(),
        testbed.host(HostOptions::default()).unwrap(),
    );
    assert_ne!(first.address(), second.address());
    assert_ne!(first.host_key(), second.host_key());
    assert_ne!(
        first.exec("cat /etc/machine-id").unwrap(),
        second.exec("cat /etc/machine-id").unwrap()
    );
    // A service that stops in one stays up in the other.
    first.exec("systemctl stop ssh").unwrap();
    assert_eq!(ssh(&second, "systemctl is-active ssh").unwrap(), "active");
    assert_eq!(second.settled().unwrap(), "running");
}

#[test]
fn users_have_the_rights_they_should_have() {
    let testbed = testbed();
    let user = |user| {
        testbed
            .host(HostOptions {
                user,
                password: Some("correct horse".into()),
                ..HostOptions::default()
            })
            .unwrap()
    };
    let admin = user(User::Sudo("admin".into()));
    assert_eq!(ssh(&admin, "id -un; sudo -n id -un").unwrap(), "admin\nroot");
    let plain = user(User::Plain("guest".into()));
    assert_eq!(ssh(&plain, "id -un").unwrap(), "guest");
    assert!(ssh(&plain, "sudo -n id").is_err());
    // The password is set (a locked one would show as `!`).
    assert!(plain.exec("getent shadow guest").unwrap().starts_with("guest:$"));
}

#[test]
fn a_cut_link_comes_back() {
    let host = testbed().host(HostOptions::default()).unwrap();
    let connect =
        || std::net::TcpStream::connect_timeout(&(host.address(), 22).into(), std::time::Duration::from_secs(2));
    connect().unwrap();
    host.cut_link().unwrap();
    connect().unwrap_err();
    host.restore_link().unwrap();
    host.reachable().unwrap();
}

#[test]
fn an_address_can_be_given_to_another_machine() {
    let testbed = testbed();
    // Far above those that are given to other tests meanwhile: they get the lowest that is free.
    let address = testbed.subnet().address(250);
    let host = || {
        testbed.host(HostOptions {
            address: Some(address),
            ..HostOptions::default()
        })
    };
    let first = host().unwrap();
    assert_eq!(first.address(), address);
    let key = first.host_key().to_owned();
    assert!(host().is_err(), "it is still taken");
    first.remove().unwrap();
    let second = host().unwrap();
    assert_eq!(second.address(), address);
    assert_ne!(second.host_key(), key);
}

#[test]
fn an_engine_in_a_host_pulls_every_image() {
    let testbed = testbed();
    let host = testbed
        .host(HostOptions {
            engine: true,
            ..HostOptions::default()
        })
        .unwrap();
    assert_eq!(host.settled().unwrap(), "running");
    host.exec("docker compose version").unwrap();

    // By the registry's name, and without one as from Docker Hub.
    let pull = |reference: &str| {
        host.exec(&format!(
            "docker pull --quiet {reference} >/dev/null && docker inspect --format '{{{{.Id}}}}' {reference}"
        ))
    };
    let registry = testbed.registry();
    let exporter = pull(&format!("{registry}/prom/node-exporter:v1.9.1")).unwrap();
    assert_eq!(pull("prom/node-exporter:v1.9.1").unwrap(), exporter);
    assert_ne!(pull("prom/node-exporter:v1.9.1-r2").unwrap(), exporter);

    // Each is the software that its name says, behind the official entry point.
    let output = |command: &str| host.exec(&format!("docker run --rm {command} 2>&1")).unwrap();
    assert!(output("prom/node-exporter:v1.9.1 --version").contains("version 1.9."));
    assert!(output("traefik:v3.7.15 version").contains("3.7.15"));
    assert!(output("victoriametrics/victoria-metrics:v1.112.0 --help").contains("-storageDataPath"));
    assert!(output("louislam/uptime-kuma:2.5.3 node --version").contains("v20."));
}

#[test]
fn names_and_the_acme_server_are_known_in_a_host() {
    let testbed = testbed();
    let host = testbed.host(HostOptions::default()).unwrap();
    testbed.add_name("status.example.test", host.address()).unwrap();
    assert!(
        host.exec("getent hosts status.example.test")
            .unwrap()
            .starts_with(&host.address().to_string())
    );
    assert!(
        host.exec(&format!("curl -fsS {}", testbed.acme_directory()))
            .unwrap()
            .contains("newOrder")
    );
    assert!(testbed.acme_root().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    testbed.remove_name("status.example.test").unwrap();
    assert!(host.exec("getent hosts status.example.test").is_err());
}

#[test]
fn what_a_crashed_test_left_is_removed() {
    let testbed = testbed();
    let mut process = Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let owner = Owner::process(process.id()).unwrap();
    let host = testbed
        .host(HostOptions {
            owner: Some(owner),
            ..HostOptions::default()
        })
        .unwrap();
    let (name, address) = (host.name().to_owned(), host.address());
    host.keep();
    let cache = Cache::of_user().unwrap();
    assert!(
        !Testbed::prune(&cache, false).unwrap().contains(&name),
        "its owner still runs"
    );

    drop(process.stdin.take());
    process.wait().unwrap();
    assert!(Testbed::prune(&cache, false).unwrap().contains(&name));
    assert!(
        !Testbed::status(&cache)
            .unwrap()
            .iter()
            .any(|container| container.address == Some(address) && container.name == name)
    );
}
