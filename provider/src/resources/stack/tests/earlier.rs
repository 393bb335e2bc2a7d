//! What outlives a create that never came to its end.

use super::*;
use crate::resources::machine::Memory;
use crate::resources::stack::{Earlier, StackMemory};

fn earlier() -> Earlier {
    Earlier {
        data: vec![
            "volume quickfra_platform_status_data".to_owned(),
            "secret status/password".to_owned(),
        ],
    }
}

/// The state that a create leaves which failed over data of before.
fn unfinished() -> Stack {
    let mut state = applied(&minimal());
    earlier().note(&mut state);
    state
}

#[test]
fn volumes_and_secrets_of_before_are_found() {
    let mut found = machine(&rendering(&minimal()));
    found.volumes = vec!["quickfra_platform_status_data".to_owned()];
    found.secrets = vec!["status/password".to_owned()];
    assert_eq!(Earlier::found(Some(&found)), earlier());
    assert_eq!(Earlier::found(None), Earlier::default());
    // An engine that does not answer may hold anything.
    let silent = StackSnapshot::default();
    assert_eq!(Earlier::found(Some(&silent)).data.len(), 1);
}

#[test]
fn a_destroy_finds_them_in_private_data() {
    let memory = StackMemory {
        before_create: Some(earlier()),
        ..StackMemory::default()
    };
    assert_eq!(Earlier::of(&memory, &applied(&minimal())), Some(earlier()));
}

/// Core hands the destroy of a tainted object the private data of the plan for its successor.
#[test]
fn a_destroy_finds_them_in_the_state_alone() {
    assert_eq!(Earlier::of(&StackMemory::default(), &unfinished()), Some(earlier()));
}

#[test]
fn nothing_holds_a_purge_back_where_nothing_was_before() {
    let state = applied(&minimal());
    // An import, or an object that was made: no create is unfinished.
    assert_eq!(Earlier::of(&StackMemory::default(), &state), None);
    let memory = StackMemory {
        before_create: Some(Earlier::default()),
        ..StackMemory::default()
    };
    assert_eq!(Earlier::of(&memory, &state), None);
    let mut noted = state.clone();
    Earlier::default().note(&mut noted);
    assert_eq!(noted, state);
}

#[test]
fn it_is_noted_once_and_planned_to_go() {
    let mut state = unfinished();
    let noted = state.drift.clone();
    earlier().note(&mut state);
    assert_eq!(state.drift, noted);
    let mut planned = minimal();
    super::super::plan::plan(Some(&state), &mut planned, false).unwrap();
    assert_eq!(planned.drift, Field::Known(Vec::new()));
}

#[test]
fn private_data_of_other_versions_is_read() {
    let before = r#"{"machine_id":"1f","other_key":null}"#;
    let memory: StackMemory = serde_json::from_str(before).unwrap();
    assert_eq!(
        (memory.machine.machine_id.as_str(), &memory.before_create),
        ("1f", &None)
    );
    let now = StackMemory {
        machine: Memory {
            machine_id: "1f".to_owned(),
            other_key: Some("ssh-ed25519 AAAA".to_owned()),
        },
        before_create: Some(earlier()),
    };
    let written = serde_json::to_value(&now).unwrap();
    assert_eq!(serde_json::from_value::<StackMemory>(written.clone()).unwrap(), now);
    // A version that knows nothing of creates still finds its machine, and this one passes over what a later one notes.
    assert_eq!(serde_json::from_value::<Memory>(written).unwrap(), now.machine);
    let later = r#"{"machine_id":"1f","before_create":{"data":["volume a"],"since":1},"more":true}"#;
    let memory: StackMemory = serde_json::from_str(later).unwrap();
    assert_eq!(memory.before_create.unwrap().data, ["volume a"]);
}

#[test]
fn what_was_kept_is_told_with_the_way_on() {
    let volumes = ["quickfra_platform_status_data".to_owned()];
    let place = "Stack platform on root@203.0.113.7 port 22";
    insta::assert_snapshot!(earlier().kept("platform", place, &volumes).detail);
}
