//! The configuration beside a release, from which an import reads a stack.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use tfplugin::server::Timeouts;

use super::super::configuration_file::{is, of, read};
use super::super::configured::NotYetKnown;
use super::*;

/// What an import has to tell by itself, or leaves to the next plan.
fn without_what_is_found(stack: &Stack) -> Stack {
    Stack {
        host: Field::Null,
        endpoints: Field::Null,
        release: Field::Null,
        services: Field::Null,
        files: Field::Null,
        drift: Field::Null,
        timeouts: None,
        ..stack.clone()
    }
}

#[test]
fn a_stack_comes_back_as_it_was_written() {
    for stack in [
        minimal(),
        spread(),
        everything(),
        with(&minimal(), "on_destroy", Value::from("purge")),
    ] {
        let state = applied(&Stack {
            timeouts: Some(Timeouts {
                create: known("1m"),
                ..Timeouts::default()
            }),
            ..stack.clone()
        });
        let file = of(&state).unwrap();
        assert_eq!(read(&file.content), Ok(without_what_is_found(&stack)));
        assert_eq!(file.mode, 0o600);
    }
}

#[test]
fn it_holds_neither_the_machine_nor_what_was_found_there() {
    let content = String::from_utf8(of(&applied(&minimal())).unwrap().content).unwrap();
    for absent in ["203.0.113.7", "sha256:", "running", "traefik"] {
        assert!(!content.contains(absent), "{content}");
    }
    // The same for a stack that was never applied: its hash must not depend on what was found.
    assert_eq!(content.as_bytes(), of(&minimal()).unwrap().content);
}

#[test]
fn it_is_found_among_the_files_of_a_release() {
    let found = machine(&rendering(&minimal()));
    let ours: BTreeSet<&str> = found
        .files
        .iter()
        .filter(|file| is(file))
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(ours, BTreeSet::from(["configuration.json"]));
}

#[test]
fn another_version_may_have_written_it() {
    let content = of(&everything()).unwrap().content;
    let mut json: Json = serde_json::from_slice(&content).unwrap();
    json["added_later"] = Json::from("unknown here");
    json["ingress"]["acme"]["added_later"] = Json::from(vec![1, 2]);
    let root = json.as_object_mut().unwrap();
    root.remove("registry");
    root.remove("metrics");
    root["ingress"].as_object_mut().unwrap().remove("memory");
    let mut expected = without_what_is_found(&everything());
    expected.registry = Field::Null;
    expected.metrics = None;
    expected.ingress.as_mut().unwrap().memory = Field::Null;
    assert_eq!(read(json.to_string().as_bytes()), Ok(expected));
}

#[test]
fn what_is_no_configuration_is_refused() {
    for content in [
        "",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"name\": []}",
        "{\"ingress\": [1]}",
        "\u{0}",
    ] {
        assert!(read(content.as_bytes()).is_err(), "{content:?}");
    }
}

#[test]
fn an_unknown_value_is_never_written() {
    for path in ["on_destroy", "domain", "ingress.acme.email", "metrics.port"] {
        assert_eq!(
            of(&with(&minimal(), path, Value::unknown())).err(),
            Some(NotYetKnown),
            "{path}"
        );
    }
}
