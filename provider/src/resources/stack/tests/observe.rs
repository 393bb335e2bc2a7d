//! What was found of a stack on its machine.

use super::super::observe::{Files, is_there, lines_of, needs_contents};
use super::*;
use crate::host::snapshot::Unfinished;

/// The state after the stack was applied and the machine changed in some way.
fn after(change: impl FnOnce(&mut StackSnapshot)) -> Stack {
    let rendered = rendering(&minimal());
    let mut found = machine(&rendered);
    change(&mut found);
    let mut state = applied(&minimal());
    observe(&found, &rendered.files, &mut state);
    state
}

fn drift(state: &Stack) -> Vec<&str> {
    state.drift.known().unwrap().iter().map(String::as_str).collect()
}

fn file<'a>(found: &'a mut StackSnapshot, service: &str) -> &'a mut ManagedFile {
    let is = |file: &&mut ManagedFile| match &file.place {
        FilePlace::Compose => service == "compose",
        FilePlace::Files { service: of, .. } => of == service,
        FilePlace::Live { .. } => false,
    };
    found.files.iter_mut().find(is).unwrap()
}

/// Gives a file another content, as a hand would.
fn rewrite(file: &mut ManagedFile, content: &str) {
    file.found.as_mut().unwrap().sha256 = hexadecimal(&Sha256::digest(content));
    file.content = Some(content.as_bytes().to_vec());
}

#[test]
fn what_a_destroy_keeps_is_no_stack() {
    let mut kept = machine(&rendering(&minimal()));
    kept.volumes = vec!["quickfra_platform_status_data".to_owned()];
    kept.secrets = vec!["status/administrator-password".to_owned()];
    kept.release = None;
    // The stopped containers of a first create that failed.
    assert!(is_there(&kept));
    kept.containers.clear();
    assert!(!is_there(&kept));
    kept.engine_answered = false;
    assert!(is_there(&kept), "a silent engine tells nothing");
}

fn service(state: &Stack, name: &str) -> [String; 4] {
    let service = &state.services.known().unwrap()[name];
    [&service.image, &service.digest, &service.state, &service.health]
        .map(|field| field.known().cloned().unwrap_or_default())
}

#[test]
fn an_untouched_machine_has_no_drift() {
    let state = after(|_| {});
    assert_eq!(state, applied(&minimal()));
    assert!(drift(&state).is_empty());
    assert_eq!(lines_of(&state.files), rendering(&minimal()).files);
    assert_eq!(
        service(&state, "status")[1..],
        ["sha256:digest-of-status", "running", "healthy"]
    );
}

#[test]
fn a_file_that_was_changed_shows_what_it_holds() {
    let state = after(|found| rewrite(file(found, "compose"), "services: {}\n# by hand\n"));
    assert_eq!(lines_of(&state.files)["compose.yaml"], ["services: {}", "# by hand"]);
    assert!(drift(&state).is_empty());
}

#[test]
fn a_change_that_lines_do_not_show_is_told() {
    let compose = rendering(&minimal()).release.compose;
    let cut = compose.trim_end().to_owned();
    let state = after(|found| rewrite(file(found, "compose"), &cut));
    assert_eq!(drift(&state), ["compose.yaml differs in its line breaks"]);
    // Another kind of line break is seen in the lines.
    let state = after(|found| rewrite(file(found, "compose"), &compose.replace('\n', "\r\n")));
    assert!(lines_of(&state.files)["compose.yaml"][0].ends_with('\r'));
    assert!(drift(&state).is_empty());
}

#[test]
fn a_changed_file_that_is_not_sent_is_told() {
    let state = after(|found| {
        let compose = file(found, "compose");
        rewrite(compose, "huge");
        compose.content = None;
    });
    assert_eq!(drift(&state), ["compose.yaml was changed and cannot be shown"]);
    assert!(!lines_of(&state.files).contains_key("compose.yaml"));
}

#[test]
fn missing_and_additional_files_are_seen() {
    let state = after(|found| {
        file(found, "compose").found = None;
        let mut extra = file(found, "ingress").clone();
        extra.expected = None;
        extra.path = "by-hand.yaml".to_owned();
        rewrite(&mut extra, "a\nb\n");
        found.files.push(extra);
    });
    let files = lines_of(&state.files);
    assert!(!files.contains_key("compose.yaml"));
    assert_eq!(files["ingress/by-hand.yaml"], ["a", "b"]);
    assert!(drift(&state).is_empty());
}

#[test]
fn mode_and_owner_are_told() {
    let state = after(|found| {
        let found = file(found, "compose").found.as_mut().unwrap();
        found.mode = 0o4777;
        found.owner = (1000, 100);
    });
    assert_eq!(
        drift(&state),
        [
            "compose.yaml belongs to 1000:100 in place of 0:0",
            "compose.yaml has mode 4777 in place of 0600"
        ]
    );
}

#[test]
fn the_configuration_of_an_import_is_hidden_but_its_changes_are_told() {
    let untouched = after(|_| {});
    assert!(
        !untouched
            .files
            .known()
            .unwrap()
            .keys()
            .any(|path| path.starts_with("stack/"))
    );
    let state = after(|found| rewrite(file(found, "stack"), "{}"));
    assert_eq!(drift(&state), ["stack/configuration.json was changed"]);
    let state = after(|found| file(found, "stack").found = None);
    assert_eq!(drift(&state), ["stack/configuration.json is missing"]);
}

#[test]
fn states_of_containers_are_shown_as_they_are() {
    let state = after(|found| {
        for container in &mut found.containers {
            match container.service.as_str() {
                "ingress" => container.state = "exited".to_owned(),
                "status" => container.health = Some("unhealthy".to_owned()),
                "metrics" => container.image = "ghcr.io/example/other:1".to_owned(),
                _ => container.digest = None,
            }
        }
    });
    assert_eq!(service(&state, "ingress")[2], "exited");
    assert_eq!(service(&state, "status")[3], "unhealthy");
    assert_eq!(service(&state, "metrics")[0], "ghcr.io/example/other:1");
    assert_eq!(service(&state, "metrics-node")[1], "");
    assert!(drift(&state).is_empty());
}

#[test]
fn a_removed_container_is_missing_and_keeps_what_was_known_of_it() {
    let state = after(|found| found.containers.retain(|container| container.service != "status"));
    let [image, digest, found, health] = service(&state, "status");
    let [image_before, digest_before, ..] = service(&applied(&minimal()), "status");
    assert_eq!([image, digest], [image_before, digest_before]);
    assert_eq!([found, health], ["missing", "none"]);
}

#[test]
fn an_engine_that_does_not_answer_is_no_missing_container() {
    let state = after(|found| {
        found.containers.clear();
        found.engine_answered = false;
    });
    for name in ["ingress", "metrics", "metrics-node", "status"] {
        assert_eq!(service(&state, name)[2], "no engine");
    }
}

#[test]
fn containers_that_are_not_as_they_were_brought_are_told() {
    let state = after(|found| {
        for container in &mut found.containers {
            match container.service.as_str() {
                "ingress" => container.config_hash = "by hand".to_owned(),
                "status" => container.image_id = "sha256:moved".to_owned(),
                _ => {}
            }
        }
        let mut second = found.containers[0].clone();
        second.state = "exited".to_owned();
        let name = second.service.clone();
        found.containers.push(second);
        let mut alien = found.containers[0].clone();
        alien.service = "alien".to_owned();
        alien.expected_config_hash = None;
        alien.expected_image_id = None;
        found.containers.push(alien);
        assert_eq!(name, "ingress");
    });
    assert_eq!(
        drift(&state),
        [
            "ingress has more than one container",
            "the container of ingress was made from another configuration",
            "the container of status runs another image of the same name",
        ]
    );
    assert_eq!(service(&state, "ingress")[2], "running");
    assert_eq!(service(&state, "alien")[2], "running");
}

#[test]
fn a_transaction_that_was_cut_is_told() {
    let cut = |release: Option<&str>| {
        after(|found| {
            found.unfinished = Some(Unfinished {
                release: release.map(str::to_owned),
                previous: None,
                step: "start".to_owned(),
            });
        })
    };
    assert_eq!(
        drift(&cut(Some("abc"))),
        ["an apply of release abc was cut in the step start"]
    );
    assert_eq!(drift(&cut(None)), ["a destroy was cut in the step start"]);
}

#[test]
fn a_release_without_its_list_of_files_is_told() {
    let state = after(|found| {
        found.manifest_missing = true;
        found.files.clear();
    });
    assert_eq!(drift(&state), ["the list of the release's files is missing"]);
    assert_eq!(state.files, Field::Known(BTreeMap::new()));
}

#[test]
fn contents_are_asked_for_only_where_nobody_knows_them() {
    let rendered = rendering(&everything());
    let found = machine(&rendered);
    assert!(!needs_contents(&found, &rendered.files));
    assert!(needs_contents(&found, &Files::new()));
    let mut outdated = rendered.files.clone();
    outdated.insert("compose.yaml".to_owned(), vec!["older".to_owned()]);
    assert!(needs_contents(&found, &outdated));
    // A changed file brings its content by itself, and one that cannot is not asked for again.
    let mut changed = found.clone();
    for file in &mut changed.files {
        file.found.as_mut().unwrap().sha256 = "other".to_owned();
    }
    assert!(!needs_contents(&changed, &Files::new()));
    // All contents give the same state as what was known.
    let whole = with_contents(found, &rendered);
    assert!(!needs_contents(&whole, &Files::new()));
    let mut seen = applied(&everything());
    observe(&whole, &Files::new(), &mut seen);
    assert_eq!(seen, applied(&everything()));
}
