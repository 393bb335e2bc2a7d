//! A release against a stack as it was seen.

use super::{Change, FileProblem, ServiceProblem};
use crate::host::desired::Release;
use crate::host::snapshot::{Container, FileFacts, FilePlace, ManagedFile, StackSnapshot};

/// What must change so that the release is in force and whole. Empty: nothing. `None`: the stack is not there.
pub fn diff_release(release: &Release, observed: Option<&StackSnapshot>) -> Vec<Change> {
    let to = release.hash();
    let Some(observed) = observed else {
        return vec![Change::Release { from: None, to }];
    };
    let mut changes = Vec::new();
    if observed.release.as_ref() != Some(&to) {
        changes.push(Change::Release {
            from: observed.release.clone(),
            to,
        });
    }
    changes.extend(drift(observed));
    if observed.engine_answered && observed.release.is_some() {
        let expected = |name: &str| release.services.iter().find(|service| service.name == name);
        for container in &observed.containers {
            match expected(&container.service) {
                None => push_service(&mut changes, &container.service, ServiceProblem::Unwanted),
                Some(service) if service.image != container.image => {
                    let problem = ServiceProblem::Image {
                        found: container.image.clone(),
                        expected: service.image.clone(),
                    };
                    push_service(&mut changes, &container.service, problem);
                }
                Some(_) => {}
            }
        }
        for service in &release.services {
            if !observed
                .containers
                .iter()
                .any(|container| container.service == service.name)
            {
                push_service(&mut changes, &service.name, ServiceProblem::Missing);
            }
        }
    }
    if observed.release.is_some() {
        for secret in &release.secrets {
            if !observed.secrets.contains(&secret.label()) {
                changes.push(Change::Secret { name: secret.label() });
            }
        }
        for step in &release.steps {
            let name = format!("{}/{}", step.service, step.name);
            if !observed.steps.contains(&name) {
                changes.push(Change::Step { name });
            }
        }
    }
    changes
}

/// What is not as the release in force says, without knowing what should be next: for refresh.
pub fn drift(observed: &StackSnapshot) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(unfinished) = &observed.unfinished {
        changes.push(Change::Unfinished {
            step: unfinished.step.clone(),
        });
    }
    if observed.release.is_none() {
        return changes;
    }
    if observed.manifest_missing {
        changes.push(Change::ManifestMissing);
    }
    changes.extend(observed.files.iter().filter_map(file_drift));
    if !observed.engine_answered {
        changes.push(Change::EngineSilent);
        return changes;
    }
    for name in &observed.services {
        if !observed.containers.iter().any(|container| container.service == *name) {
            push_service(&mut changes, name, ServiceProblem::Missing);
        }
    }
    for container in &observed.containers {
        if let Some(problem) = service_drift(container) {
            push_service(&mut changes, &container.service, problem);
        }
    }
    changes
}

/// One line for each service: the first that was found says the most.
fn push_service(changes: &mut Vec<Change>, name: &str, problem: ServiceProblem) {
    let told = changes
        .iter()
        .any(|change| matches!(change, Change::Service { name: told, .. } if told == name));
    if !told {
        changes.push(Change::Service {
            name: name.to_owned(),
            problem,
        });
    }
}

fn file_drift(file: &ManagedFile) -> Option<Change> {
    let problem = match (&file.expected, &file.found) {
        (Some(_), None) => FileProblem::Missing,
        (None, Some(_)) => FileProblem::Extra,
        (Some(expected), Some(found)) => facts_drift(expected, found)?,
        (None, None) => return None,
    };
    let service = match &file.place {
        FilePlace::Compose => String::new(),
        FilePlace::Files { service, .. } | FilePlace::Live { service } => service.clone(),
    };
    Some(Change::File {
        service,
        path: file.path.clone(),
        problem,
    })
}

fn facts_drift(expected: &FileFacts, found: &FileFacts) -> Option<FileProblem> {
    if expected.sha256 != found.sha256 {
        Some(FileProblem::Content)
    } else if expected.mode != found.mode {
        Some(FileProblem::Mode {
            found: found.mode,
            expected: expected.mode,
        })
    } else if expected.owner.0 != found.owner.0 {
        Some(FileProblem::Owner { found: found.owner })
    } else {
        None
    }
}

fn service_drift(container: &Container) -> Option<ServiceProblem> {
    let differs = |expected: &Option<String>, found: &str| expected.as_deref().is_some_and(|text| text != found);
    if container.expected_config_hash.is_none() {
        return Some(ServiceProblem::Unwanted);
    }
    if container.state != "running" {
        return Some(ServiceProblem::State {
            state: container.state.clone(),
            exit_code: container.exit_code,
        });
    }
    if differs(&container.expected_image_id, &container.image_id) {
        let image = container.image.clone();
        return Some(ServiceProblem::Image {
            found: image.clone(),
            expected: image,
        });
    }
    if differs(&container.expected_config_hash, &container.config_hash) {
        return Some(ServiceProblem::Configuration);
    }
    (container.health.as_deref() == Some("unhealthy")).then_some(ServiceProblem::Unhealthy)
}
