//! The machine of a stack was replaced by an empty one, or is gone.

use std::net::Ipv4Addr;

use acceptance::{
    for_each_tool,
    harness::{Action, Tool},
    testbed::{HostOptions, TestHost},
};
use serde_json::Value;

use crate::site::{EXPORTER, STACK, Site, message, reference, testbed};

/// Another, empty machine in the place of this one.
fn replace(host: TestHost) -> TestHost {
    let address = Some(host.address());
    // Held meanwhile: with its last host, a testbed goes too, and the keys that the case was told of with it.
    let testbed = testbed();
    host.remove().unwrap();
    testbed
        .host(HostOptions {
            engine: true,
            address,
            ..HostOptions::default()
        })
        .unwrap()
}

/// A message without the line that it points to: releases of the tools differ in how closely they point.
fn without_place(text: &str) -> String {
    let points = |line: &str| {
        let line = line.trim_start();
        line.starts_with("on main.tf line")
            || line
                .split_once(": ")
                .is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    };
    let kept: Vec<&str> = text.lines().filter(|line| !points(line)).collect();
    kept.join("\n")
}

fn known_hosts(host: &TestHost) -> String {
    format!("{} {}\n", host.address(), host.host_key())
}

fn an_empty_machine_at_the_same_address(tool: Tool) {
    // An address of its own, above those that other tests are given: while the machine is replaced, it is free for a moment.
    let testbed = testbed();
    let [first, second, third, _] = testbed.dns_server().octets();
    let last = match tool {
        Tool::Terraform => 240,
        Tool::Tofu => 241,
    };
    let options = HostOptions {
        engine: true,
        address: Some(Ipv4Addr::new(first, second, third, last)),
        ..HostOptions::default()
    };
    let Site { mut case, host } = Site::with(tool, options);
    // First contact by known_hosts: the state remembers the key.
    let mut unpinned = reference(&host);
    unpinned["host_key"] = Value::Null;
    case.input("home/.ssh/known_hosts", known_hosts(&host))
        .variable("host", unpinned);
    case.apply().succeeds();
    assert_eq!(case.state().expect(STACK).text("/host/host_key"), host.host_key());
    let release = case.state().expect(STACK).text("/release").to_owned();

    // Its key is not accepted without a word from the person, not even where known_hosts was taught it.
    let host = replace(host);
    case.input("home/.ssh/known_hosts", known_hosts(&host));
    let failure = case.plan().fails();
    let text = message(&case, &failure);
    assert!(failure.finished.stderr.contains(host.host_key()));
    insta::assert_snapshot!("another_key", without_place(&text));
    assert_eq!(case.state().expect(STACK).text("/release"), release);

    // With its key pinned, the plan says what is about to happen.
    case.variable("host", reference(&host));
    let step = case.plan();
    let printed = step.finished().stdout.clone();
    step.succeeds().expect(STACK, Action::Update);
    assert!(printed.contains("Warning: The machine was replaced"), "{printed}");

    case.apply().succeeds();
    let site = Site { case, host };
    assert_eq!(site.exporter(), EXPORTER);
    assert_eq!(site.release(), release);
    let step = site.case.plan();
    let printed = step.finished().stdout.clone();
    step.succeeds();
    assert!(
        !printed.contains("Warning"),
        "the new machine is still taken for another\n{printed}"
    );
}

fn a_new_machine_at_another_address(tool: Tool) {
    let Site { mut case, host } = Site::new(tool);
    case.apply().succeeds();
    let new = testbed().host(HostOptions {
        engine: true,
        ..HostOptions::default()
    });
    let new = new.unwrap();
    host.remove().unwrap();

    case.hide(new.address().to_string(), "new address")
        .variable("on_unreachable", "warn")
        .variable("host", reference(&new));
    let step = case.plan();
    let printed = step.finished().stdout.clone();
    step.succeeds().expect(STACK, Action::Update);
    for warning in ["The machine cannot be reached; its state is kept", "Another machine"] {
        assert!(printed.contains(&format!("Warning: {warning}")), "{printed}");
    }
    case.apply().succeeds();
    let site = Site { case, host: new };
    assert_eq!(site.exporter(), EXPORTER);
    site.case.destroy().succeeds();
    assert_eq!(site.host.exec("docker ps --all --quiet").unwrap(), "");
}

for_each_tool!(an_empty_machine_at_the_same_address, a_new_machine_at_another_address);
