//! Services that did not stay well until the end of their apply.

use std::time::Duration;

use super::super::unwell::{Saved, unwell};
use super::*;
use crate::host::apply::Applied;

const PLACE: &str = "Stack platform on root@203.0.113.7 port 22";

fn applied_with(change: impl FnOnce(&mut StackSnapshot)) -> Applied {
    let mut stack = machine(&rendering(&minimal()));
    change(&mut stack);
    Applied {
        stack,
        logs: BTreeMap::from([("status".to_owned(), vec!["one".to_owned(), "no more memory".to_owned()])]),
        machine_id: "1f".to_owned(),
        warnings: Vec::new(),
        changed: Vec::new(),
        elapsed: Duration::from_secs(1),
    }
}

fn told(saved: Saved, change: impl FnOnce(&mut StackSnapshot)) -> String {
    let release = rendering(&minimal()).release;
    let errors = unwell(PLACE, &release, &applied_with(change), saved);
    let texts = errors.iter().map(|one| format!("## {}\n{}\n", one.summary, one.detail));
    texts.collect::<String>().replace(&release.hash(), "[release]")
}

fn container<'a>(found: &'a mut StackSnapshot, service: &str) -> &'a mut Container {
    let is = |container: &&mut Container| container.service == service;
    found.containers.iter_mut().find(is).unwrap()
}

#[test]
fn a_stack_that_is_well_is_no_error() {
    assert_eq!(told(Saved::Updated, |_| {}), "");
}

#[test]
fn a_service_that_died_is_named_with_its_log() {
    let stop = |found: &mut StackSnapshot| {
        let status = container(found, "status");
        status.state = "exited".to_owned();
        status.exit_code = 137;
    };
    let texts = [Saved::Updated, Saved::Created, Saved::Nothing].map(|saved| told(saved, stop));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn every_state_that_was_not_planned_is_told() {
    let mut seen = Vec::new();
    for (state, health) in [
        ("running", "unhealthy"),
        ("running", "starting"),
        ("restarting", "healthy"),
    ] {
        let text = told(Saved::Updated, |found| {
            let metrics = container(found, "metrics");
            metrics.state = state.to_owned();
            metrics.health = Some(health.to_owned());
        });
        let (_, rest) = text.split_once("at the end of the apply ").unwrap();
        seen.push(rest.split('\n').next().unwrap().to_owned());
    }
    assert_eq!(
        seen,
        [
            "it runs and is unhealthy.",
            "it runs and is starting.",
            "it is restarting."
        ]
    );
    let text = told(Saved::Updated, |found| {
        found.containers.retain(|container| container.service != "metrics");
    });
    assert!(text.contains("it has no container."), "{text}");
}
