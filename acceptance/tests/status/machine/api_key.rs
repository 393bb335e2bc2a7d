//! A key for `/metrics`, whose value the server shows once.

use std::fs;

use acceptance::harness::{Action, Case};
use serde_json::json;

use super::{KEY, Machine, PLAIN, PLATFORM, configure, objects};

/// Its number in the state.
pub(super) fn id(case: &Case) -> i64 {
    let state = case.state();
    state
        .expect(KEY)
        .attribute("/id")
        .and_then(serde_json::Value::as_i64)
        .unwrap()
}

/// What came back when the metrics were asked for with the value that the ephemeral resource gave.
fn answer(case: &Case) -> String {
    fs::read_to_string(case.folder().join("work/answer")).unwrap()
}

/// Its value lies on the machine for root alone, and the last apply has read the metrics with it.
pub(super) fn it_is_kept_and_opens_the_metrics(machine: &mut Machine, case: &Case) {
    machine.note();
    let id = id(case);
    let files = machine.site.secrets();
    let files: Vec<&String> = files.iter().filter(|file| file.starts_with("api-key-")).collect();
    assert_eq!(files, [&format!("api-key-{id} 600 root")]);
    assert!(
        machine
            .site
            .secret(&format!("api-key-{id}"))
            .starts_with(&format!("uk{id}_"))
    );
    assert_eq!(answer(case), "200");
    let metrics = fs::read_to_string(case.folder().join("work/metrics")).unwrap();
    assert!(metrics.contains("# HELP"), "{metrics}");
}

/// Name and end make it another key; the old one is gone with its value. Switched off, it opens nothing.
pub(super) fn a_changed_one_is_another(machine: &mut Machine, case: &mut Case) {
    let old = id(case);
    let changed = "name = \"scraper\"\n  expires = \"2035-01-01T00:00:00\"";
    configure(case, &format!("{PLATFORM}{}", objects(changed)));
    let plan = case.apply().succeeds().plan;
    plan.expect(KEY, Action::Replace);
    it_is_kept_and_opens_the_metrics(machine, case);
    let new = id(case);
    let keys = machine.hand.does(async |session| session.api_keys().list().await);
    let seen: Vec<_> = keys
        .iter()
        .map(|key| (key.id, key.name.as_str(), key.expires.as_deref(), key.active))
        .collect();
    assert_ne!(new, old);
    assert_eq!(seen, [(new, "scraper", Some("2035-01-01 00:00:00"), true)]);

    configure(
        case,
        &format!("{PLATFORM}{}", objects(&format!("{changed}\n  active = false"))),
    );
    case.variable("round", 2);
    let plan = case.apply().succeeds().plan;
    plan.expect(KEY, Action::Update);
    assert_eq!((id(case), answer(case).as_str()), (new, "401"));
    assert_eq!(case.state().expect(KEY).attribute("/status"), Some(&json!("inactive")));
    configure(case, &format!("{PLATFORM}{}", objects(PLAIN)));
}

/// What was removed on the machine cannot be had again: whoever asks for it is told what to do.
pub(super) fn a_lost_value_is_told(machine: &mut Machine, case: &Case) {
    case.apply().succeeds();
    it_is_kept_and_opens_the_metrics(machine, case);
    let id = id(case);
    let file = format!("{}/api-key-{id}", crate::site::SECRETS);
    machine.site.host.exec(&format!("rm {file}")).unwrap();
    let failure = case.plan().fails();
    failure
        .says("The value of the API key is not on the machine")
        .says("terraform apply -replace=");
    let said = &failure.finished.stdout;
    assert!(
        said.contains("The value of an API key is not on the machine any more"),
        "{said}"
    );
    let replaced = case.apply_with(&[&format!("-replace={KEY}")]).succeeds();
    replaced.plan.expect(KEY, Action::Replace);
    it_is_kept_and_opens_the_metrics(machine, case);
}
