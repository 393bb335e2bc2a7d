//! What is brought to a machine.

use super::super::apply::{items, ready as is_ready};
use super::*;
use crate::host::desired::{Item, engine_plan};

const PLACE: &str = "root@203.0.113.7 port 22";

fn brought(found: &Snapshot) -> Result<Vec<Item>, tfplugin::Diagnostics> {
    items(engine_plan(&found.facts, &found.engine), PLACE)
}

fn engine_unit() -> Item {
    Item::Unit {
        name: "docker.service".to_owned(),
        enabled: true,
        active: true,
    }
}

#[test]
fn a_machine_that_is_ready_gets_nothing() {
    assert_eq!(brought(&ready()).unwrap(), []);
    assert!(is_ready(&ready(), PLACE).is_ok());
}

#[test]
fn a_bare_machine_gets_packages_and_then_its_unit() {
    let items = brought(&bare()).unwrap();
    let (unit, packages) = items.split_last().unwrap();
    assert_eq!(*unit, engine_unit());
    assert!(packages.contains(&Item::Package {
        name: "docker.io".to_owned()
    }));
    assert!(packages.iter().all(|item| matches!(item, Item::Package { .. })));
}

#[test]
fn an_engine_that_stands_still_is_started_and_nothing_else() {
    let mut found = ready();
    found.engine.state = EngineState::Dead("no socket".to_owned());
    assert_eq!(brought(&found).unwrap(), [engine_unit()]);
}

#[test]
fn a_refusal_names_the_machine_the_reason_and_the_way_on() {
    let mut old = ready();
    old.engine.version = "24.0.7".to_owned();
    let refused = brought(&old).unwrap_err();
    assert_eq!(refused.0[0].path.as_ref().unwrap().to_string(), "host");
    let detail = &refused.0[0].detail;
    for text in [PLACE, "24.0.7", "older than 25", "Upgrade it", "Nothing was changed"] {
        assert!(detail.contains(text), "{text:?} is not in {detail}");
    }
}

/// A distribution may install what is too old.
#[test]
fn what_was_brought_is_judged_again() {
    let mut old = ready();
    old.facts.os = "ubuntu".to_owned();
    old.facts.os_version = "24.04".to_owned();
    old.engine.version = "24.0.7".to_owned();
    let mut silent = ready();
    silent.engine.state = EngineState::Dead("no socket".to_owned());
    for (found, reason) in [
        (old, "older than 25"),
        (silent, "no socket"),
        (bare(), "has no container engine"),
    ] {
        let told = is_ready(&found, PLACE).unwrap_err();
        let detail = &told.0[0].detail;
        for text in [PLACE, reason, "What was installed stays"] {
            assert!(detail.contains(text), "{text:?} is not in {detail}");
        }
    }
}
