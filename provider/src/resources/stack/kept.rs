//! What a machine keeps for a stack beside its release: generated secrets, and the marks of first-run steps. Pure.

use tfplugin::Diagnostic;

use super::model::Stack;
use super::observe::add_drift;
use crate::diagnose;
use crate::host::desired::{GeneratedSecret, Release};
use crate::host::snapshot::StackSnapshot;

/// The end of the sentence about a secret that no apply can bring back.
const LOST: &str = "is missing and cannot be made anew: its service was set up with it";

/// Writes into the drift of a state what a machine has lost of what `release` needs there.
pub(super) fn observe(found: &StackSnapshot, release: &Release, state: &mut Stack) {
    if found.release.is_none() {
        return;
    }
    let mut drift = Vec::new();
    for secret in &release.secrets {
        let label = secret.label();
        if found.secrets.contains(&label) {
            continue;
        }
        let what = if is_lost(found, release, secret) {
            LOST
        } else {
            "is missing"
        };
        drift.push(format!("the generated secret {label} {what}"));
    }
    for step in &release.steps {
        let label = format!("{}/{}", step.service, step.name);
        if !found.steps.contains(&label) {
            drift.push(format!("the first-run step {label} is not marked as done"));
        }
    }
    add_drift(state, drift);
}

/// Whether a step has given the secret to a service whose data is still there: a new value would not be the one that the
/// service knows.
fn is_lost(found: &StackSnapshot, release: &Release, secret: &GeneratedSecret) -> bool {
    let given = release.steps.iter().any(|step| {
        step.service == secret.service
            && step.secrets.contains(&secret.name)
            && found.steps.contains(&format!("{}/{}", step.service, step.name))
    });
    let prefix = release.layout().volume(&secret.service, "");
    given && found.volumes.iter().any(|volume| volume.starts_with(&prefix))
}

/// What a plan warns of, if the last refresh found a secret that no apply can bring back.
pub(super) fn warning(prior: &Stack) -> Option<Diagnostic> {
    let sentences = prior.drift.known().into_iter().flatten();
    let lost: Vec<&str> = sentences
        .map(String::as_str)
        .filter(|sentence| sentence.ends_with(LOST))
        .collect();
    let name = prior.name.known()?;
    (!lost.is_empty()).then(|| {
        Diagnostic::warning(
            "A generated secret is gone, and an apply cannot bring it back",
            format!(
                "On the machine, {}.\n\nAn apply neither makes another one nor sets one in the service, and stops before it \
                 changes anything. Write the value that the service knows to /opt/quickfra/{name}/secrets/<service>/<name>, \
                 or set a new one in the service by its own means and write that.",
                lost.join("; ")
            ),
        )
        .at(diagnose::host())
    })
}
