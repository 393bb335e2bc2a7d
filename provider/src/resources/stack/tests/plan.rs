//! What an apply would make of a stack.

use super::super::model::Service;
use super::super::observe::lines_of;
use super::super::plan::plan;
use super::*;

/// The plan of a change of what was applied before.
fn update(prior: &Stack, path: &str, value: Value) -> Stack {
    let mut planned = with(prior, path, value);
    plan(Some(prior), &mut planned, false).unwrap();
    planned
}

fn files(stack: &Stack) -> BTreeMap<String, Vec<String>> {
    lines_of(&stack.files)
}

fn services(stack: &Stack) -> &BTreeMap<String, Service> {
    stack.services.known().unwrap()
}

/// Names of the services whose digest only the apply will tell.
fn new_images(stack: &Stack) -> Vec<&str> {
    services(stack)
        .iter()
        .filter(|(_, service)| service.digest.is_unknown())
        .map(|(name, _)| name.as_str())
        .collect()
}

#[test]
fn a_create_tells_all_but_digests_and_lines() {
    let mut planned = minimal();
    plan(None, &mut planned, true).unwrap();
    assert!(planned.files.is_unknown());
    assert_eq!(planned.drift, Field::Known(Vec::new()));
    assert_eq!(planned.release.known(), Some(&rendering(&minimal()).release.hash()));
    assert_eq!(
        planned.endpoints.known().unwrap()["status"],
        known("https://status.example.com")
    );
    assert_eq!(new_images(&planned), ["ingress", "metrics", "metrics-node", "status"]);
    for service in services(&planned).values() {
        assert!(service.image.is_known() && service.health.is_known());
        assert_eq!(service.state, known("running"));
    }
}

#[test]
fn what_is_planned_is_what_is_found_after_the_apply() {
    for stack in [minimal(), everything()] {
        let mut planned = stack.clone();
        plan(None, &mut planned, true).unwrap();
        let found = applied(&stack);
        assert_eq!(planned.endpoints, found.endpoints);
        assert_eq!(planned.release, found.release);
        assert_eq!(planned.drift, found.drift);
        for (name, service) in services(&planned) {
            let found = &services(&found)[name];
            assert_eq!(service.image, found.image);
            assert_eq!(service.state, found.state);
            assert_eq!(service.health, found.health);
        }
    }
}

#[test]
fn nothing_changes_where_nothing_was_changed() {
    for stack in [minimal(), everything()] {
        let prior = applied(&stack);
        let mut planned = prior.clone();
        plan(Some(&prior), &mut planned, false).unwrap();
        assert_eq!(planned, prior);
    }
}

#[test]
fn a_bundle_without_a_final_line_break_is_no_difference() {
    let bundle = pem::tests::certificate(20).trim_end().to_owned();
    let stack = with(&minimal(), "ingress.acme.ca_bundle", Value::from(bundle));
    let prior = applied(&stack);
    assert_eq!(prior.drift, Field::Known(Vec::new()));
    let mut planned = prior.clone();
    plan(Some(&prior), &mut planned, false).unwrap();
    assert_eq!(planned, prior);
}

#[test]
fn a_changed_rate_limit_changes_lines_of_the_live_file_alone() {
    let prior = applied(&spread());
    let planned = update(&prior, "ingress.rate_limit.average", Value::from(7));
    let live: Vec<String> = rendering(&spread())
        .release
        .live
        .iter()
        .map(crate::render::logical_path)
        .collect();
    let changed = differing(&files(&prior), &files(&planned));
    assert_eq!(changed.len(), 1);
    assert!(live.contains(&changed[0]), "{changed:?} is not live");
    let (before, after) = (&files(&prior)[&changed[0]], &files(&planned)[&changed[0]]);
    assert_eq!(before.len(), after.len());
    let lines: Vec<_> = before
        .iter()
        .zip(after)
        .filter(|(before, after)| before != after)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].1.ends_with("average: 7"), "{lines:?}");
    assert_eq!(planned.services, prior.services);
    assert_ne!(planned.release, prior.release);
    assert!(planned.release.is_known());
}

#[test]
fn a_changed_image_makes_its_own_digest_unknown_alone() {
    let prior = applied(&minimal());
    let planned = update(&prior, "status.image", Value::from("ghcr.io/example/uptime-kuma:2"));
    assert_eq!(new_images(&planned), ["status"]);
    assert_eq!(differing(services(&prior), services(&planned)), ["status"]);
    assert_eq!(differing(&files(&prior), &files(&planned)), ["compose.yaml"]);
}

#[test]
fn a_service_that_is_switched_off_goes() {
    let prior = applied(&minimal());
    let planned = update(&prior, "metrics.enabled", Value::from(false));
    assert_eq!(services(&planned).keys().collect::<Vec<_>>(), ["ingress", "status"]);
}

#[test]
fn an_unknown_value_leaves_known_what_does_not_hang_on_it() {
    let prior = applied(&spread());
    for prior in [None, Some(&prior)] {
        let mut planned = with(&spread(), "ingress.acme.ca_bundle", Value::unknown());
        plan(prior, &mut planned, prior.is_none()).unwrap();
        assert!(planned.release.is_unknown());
        assert_eq!(planned.files.is_unknown(), prior.is_none());
        let known = applied(&spread());
        assert_eq!(planned.endpoints, known.endpoints);
        assert_eq!(services(&planned).keys().count(), services(&known).keys().count());
    }
}

#[test]
fn what_no_file_shows_changes_the_release_alone() {
    let prior = applied(&spread());
    let mut planned = with(&spread(), "on_destroy", Value::unknown());
    plan(Some(&prior), &mut planned, false).unwrap();
    assert!(planned.release.is_unknown());
    assert_eq!((planned.files, planned.endpoints), (prior.files, prior.endpoints));
    assert_eq!(planned.services, prior.services);
}

#[test]
fn another_machine_has_other_digests_and_the_same_files() {
    let prior = applied(&minimal());
    let mut planned = prior.clone();
    plan(Some(&prior), &mut planned, true).unwrap();
    assert_eq!(new_images(&planned), ["ingress", "metrics", "metrics-node", "status"]);
    assert_eq!(planned.files, prior.files);
}

#[test]
fn what_was_found_different_is_to_be_put_right() {
    let rendered = rendering(&minimal());
    let mut found = machine(&rendered);
    found.containers[0].state = "exited".to_owned();
    found.containers[0].health = None;
    found.files[1].found.as_mut().unwrap().mode = 0o777;
    let mut prior = applied(&minimal());
    observe(&found, &rendered.files, &mut prior);
    let mut planned = prior.clone();
    plan(Some(&prior), &mut planned, false).unwrap();
    assert_eq!(planned, applied(&minimal()));
    assert_ne!(planned, prior);
}

#[test]
fn a_configuration_that_cannot_be_rendered_is_refused_at_its_place() {
    let mut planned = with(&minimal(), "status.memory", Value::from(1));
    let refused = plan(None, &mut planned, true).unwrap_err();
    assert_eq!(refused.0[0].path.as_ref().unwrap().to_string(), "status.memory");
}
