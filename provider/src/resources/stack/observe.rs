//! What was found of a stack on its machine, as state: pure.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use tfplugin::Field;

use super::configuration_file;
use super::model::{Service, Stack};
use crate::host::desired::layout::hexadecimal;
use crate::host::snapshot::{Container, FileFacts, FilePlace, ManagedFile, StackSnapshot};
use crate::render::lines;

/// State of a container that runs.
pub(super) const RUNNING: &str = "running";
/// State of a container that is not there.
pub(super) const MISSING: &str = "missing";
/// State of every container while the engine does not answer.
pub(super) const NO_ENGINE: &str = "no engine";
/// Health of a container whose check succeeds.
pub(super) const HEALTHY: &str = "healthy";
/// Health of a container without a check.
pub(super) const NO_HEALTH_CHECK: &str = "none";

/// The lines of each managed file, as far as they are known.
pub(super) type Files = BTreeMap<String, Vec<String>>;

/// Whether there is anything of a stack beyond what a destroy keeps. A first create that failed leaves stopped containers
/// without a release; while the engine does not answer, nobody knows of them.
pub(super) fn is_there(found: &StackSnapshot) -> bool {
    found.release.is_some() || found.unfinished.is_some() || !found.containers.is_empty() || !found.engine_answered
}

/// Whether the content of files is needed that neither the probe sent nor `known` holds: probe again and ask for all of
/// it.
pub(super) fn needs_contents(found: &StackSnapshot, known: &Files) -> bool {
    found.files.iter().any(|file| {
        let path = logical_path(file);
        let unseen = file.content.is_none() && path != configuration_file::PATH;
        match &file.found {
            Some(facts) if unseen && is_as_expected(file) => remembered(known, &path, facts).is_none(),
            _ => false,
        }
    })
}

/// The lines of files as an attribute.
pub(super) fn shown(files: Files) -> Field<BTreeMap<String, Field<Vec<String>>>> {
    Field::Known(
        files
            .into_iter()
            .map(|(path, lines)| (path, Field::Known(lines)))
            .collect(),
    )
}

/// The lines of files that an attribute holds.
pub(super) fn lines_of(attribute: &Field<BTreeMap<String, Field<Vec<String>>>>) -> Files {
    let files = attribute.known().into_iter().flatten();
    files
        .filter_map(|(path, lines)| Some((path.clone(), lines.known()?.clone())))
        .collect()
}

/// Writes what was found into `state`. `known` holds the lines of files as last seen or just rendered; they are taken
/// for a file that is as its release says, since a probe sends the content of those only that are not.
pub(super) fn observe(found: &StackSnapshot, known: &Files, state: &mut Stack) {
    let mut drift = Vec::new();
    state.files = shown(files(found, known, &mut drift));
    state.services = Field::Known(services(found, state.services.known(), &mut drift));
    state.release = Field::from(found.release.clone());
    if found.manifest_missing {
        drift.push("the list of the release's files is missing".to_owned());
    }
    if let Some(unfinished) = &found.unfinished {
        drift.push(match &unfinished.release {
            Some(release) => format!("an apply of release {release} was cut in the step {}", unfinished.step),
            None => format!("a destroy was cut in the step {}", unfinished.step),
        });
    }
    drift.sort();
    state.drift = Field::Known(drift);
}

/// Adds sentences to those that tell what lines cannot show.
pub(super) fn add_drift(state: &mut Stack, sentences: impl IntoIterator<Item = String>) {
    let mut drift = state.drift.known().cloned().unwrap_or_default();
    drift.extend(sentences);
    drift.sort();
    state.drift = Field::Known(drift);
}

fn files(found: &StackSnapshot, known: &Files, drift: &mut Vec<String>) -> Files {
    let mut files = Files::new();
    for file in &found.files {
        let path = logical_path(file);
        ownership(file, &path, drift);
        if path == configuration_file::PATH {
            hidden(file, &path, drift);
            continue;
        }
        let Some(facts) = &file.found else { continue };
        let content = match (&file.content, remembered(known, &path, facts)) {
            (Some(content), _) => lines(content),
            (None, Some(lines)) => lines.clone(),
            (None, None) => {
                if !is_as_expected(file) {
                    drift.push(format!("{path} was changed and cannot be shown"));
                }
                continue;
            }
        };
        // A difference that lines cannot show must not vanish.
        if !is_as_expected(file)
            && file
                .expected
                .as_ref()
                .is_some_and(|expected| is_text_of(&content, &expected.sha256))
        {
            drift.push(format!("{path} differs in its line breaks"));
        }
        files.insert(path, content);
    }
    files
}

/// What is told of a file that is not shown line by line.
fn hidden(file: &ManagedFile, path: &str, drift: &mut Vec<String>) {
    match &file.found {
        None => drift.push(format!("{path} is missing")),
        Some(_) if !is_as_expected(file) => drift.push(format!("{path} was changed")),
        Some(_) => {}
    }
}

fn is_as_expected(file: &ManagedFile) -> bool {
    match (&file.expected, &file.found) {
        (Some(expected), Some(found)) => expected.sha256 == found.sha256,
        _ => false,
    }
}

/// The lines that are known of a file, if it still holds just them.
fn remembered<'a>(known: &'a Files, path: &str, found: &FileFacts) -> Option<&'a Vec<String>> {
    known.get(path).filter(|lines| is_text_of(lines, &found.sha256))
}

fn ownership(file: &ManagedFile, path: &str, drift: &mut Vec<String>) {
    let (Some(expected), Some(found)) = (&file.expected, &file.found) else {
        return;
    };
    if expected.mode != found.mode {
        drift.push(format!(
            "{path} has mode {:04o} in place of {:04o}",
            found.mode, expected.mode
        ));
    }
    if expected.owner != found.owner {
        let ((user, group), (expected_user, expected_group)) = (found.owner, expected.owner);
        drift.push(format!(
            "{path} belongs to {user}:{group} in place of {expected_user}:{expected_group}"
        ));
    }
}

fn services(
    found: &StackSnapshot,
    before: Option<&BTreeMap<String, Service>>,
    drift: &mut Vec<String>,
) -> BTreeMap<String, Service> {
    let mut services = BTreeMap::new();
    for container in &found.containers {
        if services.contains_key(&container.service) {
            drift.push(format!("{} has more than one container", container.service));
            continue;
        }
        if container
            .expected_config_hash
            .as_ref()
            .is_some_and(|expected| *expected != container.config_hash)
        {
            drift.push(format!(
                "the container of {} was made from another configuration",
                container.service
            ));
        } else if container
            .expected_image_id
            .as_ref()
            .is_some_and(|expected| *expected != container.image_id)
        {
            drift.push(other_image(&container.service));
        }
        services.insert(container.service.clone(), service(container));
    }
    let absent = if found.engine_answered { MISSING } else { NO_ENGINE };
    for (name, before) in before.into_iter().flatten() {
        services.entry(name.clone()).or_insert_with(|| Service {
            state: Field::Known(absent.to_owned()),
            health: Field::Known(NO_HEALTH_CHECK.to_owned()),
            ..before.clone()
        });
    }
    services
}

/// What is told of a container whose image has the right name, but was another one when the release was brought.
pub(super) fn other_image(service: &str) -> String {
    format!("the container of {service} runs another image of the same name")
}

fn service(container: &Container) -> Service {
    let digest = container
        .digest
        .as_deref()
        .map(|digest| digest.rsplit_once('@').map_or(digest, |(_, digest)| digest));
    Service {
        image: Field::Known(container.image.clone()),
        digest: Field::from(digest.map(str::to_owned)),
        state: Field::Known(container.state.clone()),
        health: Field::Known(container.health.clone().unwrap_or_else(|| NO_HEALTH_CHECK.to_owned())),
    }
}

/// The path under which plans show a file: without the hashes of the place where it lies.
fn logical_path(file: &ManagedFile) -> String {
    match &file.place {
        FilePlace::Compose => file.path.clone(),
        FilePlace::Files { service, .. } | FilePlace::Live { service } => format!("{service}/{}", file.path),
    }
}

/// Whether a file with this SHA-256 (in hexadecimal) has these lines. The break after the last line may be missing, as in
/// a certificate bundle that is taken over as it was given.
fn is_text_of(lines: &[String], sha256: &str) -> bool {
    let text = lines.join("\n");
    let hash = |end: &str| hexadecimal(&Sha256::new().chain_update(&text).chain_update(end).finalize());
    hash("\n") == sha256 || hash("") == sha256
}
