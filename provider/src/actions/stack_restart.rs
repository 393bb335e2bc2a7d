//! `quickfra_stack_restart`: containers of a stack, one after the other.

use std::time::Duration;

use tfplugin::schema::validators::{duration, parse_duration};
use tfplugin::server::{Action, Call, Progress};
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};
use tokio::sync::mpsc;

use crate::configuration::Shared;
use crate::diagnose::{self, Doing, Task};
use crate::host::apply::{Progress as Step, ProgressState, RestartOptions, restart};
use crate::host::snapshot::StackSnapshot;
use crate::resources::origin::origin;
use crate::resources::stack_reference::{self, StackReference};
use crate::suggest;

/// Restarts the containers of a stack, or those of one service, one after the other: each is stopped, started, and waited
/// for until it is well, before the next one's turn comes. Nothing of the release changes.
///
/// Run it with `terraform apply -invoke=action.quickfra_stack_restart.<name>`, or let a resource's
/// `lifecycle { action_trigger { ... } }` do so. It needs Terraform 1.14.
#[derive(Debug, Clone, Default, PartialEq, Model)]
pub struct Restart {
    /// The stack: `quickfra_stack.<name>`, of which only the attributes below are taken.
    #[attribute(required)]
    pub stack: Field<StackReference>,
    /// The container that is restarted, by the name of its service as in the stack's `services`: `status`. All of them
    /// without it.
    #[attribute(optional)]
    pub service: Field<String>,
    /// How long all of it may take, such as `5m`. A container that is being restarted when the time is over is started
    /// all the same.
    #[attribute(optional, default = "10m", validate = duration)]
    pub timeout: Field<String>,
}

/// The action `quickfra_stack_restart`.
pub struct RestartAction {
    shared: Shared,
}

impl RestartAction {
    /// The action over what the provider shares.
    pub fn new(shared: Shared) -> Self {
        Self { shared }
    }
}

/// What the machine may take beyond its time to tell the end.
const MARGIN: Duration = Duration::from_secs(30);

impl Action for RestartAction {
    type Config = Restart;
    const NAME: &'static str = "quickfra_stack_restart";

    fn validate(&self, config: &Restart, diagnostics: &mut Diagnostics) {
        StackReference::validate(&config.stack, diagnostics);
    }

    async fn invoke(&self, call: &Call, config: Restart, progress: &Progress) -> Result<(), Diagnostics> {
        let Field::Known(stack) = &config.stack else {
            return Ok(());
        };
        let found = stack.find(&self.shared, call).await?;
        let asked = config.service.known().map(String::as_str);
        let options = RestartOptions {
            origin: origin(),
            services: services(&found.snapshot, asked)?,
            time: time(&config),
            root: String::new(),
        };
        let (host, name) = (found.machine.host(), found.name.as_str());
        let task = Task::of_stack(Doing::Restarting, host.machine(), name);
        let (steps, mut told) = mpsc::unbounded_channel();
        // A step is only noted: a slow reader must not hold the machine back. The end of its notes ends the telling.
        let note = move |step: Step| drop(steps.send(step));
        let restarting = restart(host, name, &options, &call.cancel, note);
        let telling = async {
            while let Some(step) = told.recv().await {
                if let Some(line) = line(&step) {
                    progress.tell(line).await;
                }
            }
        };
        let (outcome, ()) = tokio::join!(restarting, telling);
        found.machine.invalidate().await;
        outcome
            .map(drop)
            .map_err(|error| stack_reference::below(diagnose::engine_error(&task, &error)))
    }

    fn time_limit(&self, config: &Restart) -> Option<Duration> {
        Some(time(config) + MARGIN)
    }
}

fn time(config: &Restart) -> Duration {
    const USUAL: Duration = Duration::from_mins(10);
    let written = config.timeout.known().and_then(|text| parse_duration(text));
    written.unwrap_or(USUAL)
}

/// The services to restart, in the order of their names: that which is asked for, or all.
fn services(found: &StackSnapshot, asked: Option<&str>) -> Result<Vec<String>, Diagnostic> {
    let mut all = found.services.clone();
    all.sort();
    let Some(asked) = asked else { return Ok(all) };
    if all.iter().any(|service| service == asked) {
        return Ok(vec![asked.to_owned()]);
    }
    let meant = suggest::question(asked, all.iter().map(String::as_str));
    let detail = format!(
        "The stack {} has no service {asked}. It has: {}.{meant}\n\nNothing was restarted.",
        found.name,
        all.join(", ")
    );
    Err(Diagnostic::error("The stack has no such service", detail).at(Path::root().attribute("service")))
}

/// What a person reads of a step; nothing for those that say nothing.
fn line(step: &Step) -> Option<String> {
    let (verb, service) = step.step.split_once('/')?;
    let seconds = step.elapsed.as_secs();
    let what = match (verb, step.state) {
        ("stop", ProgressState::Started) => "stopping",
        ("stop", ProgressState::Done) => "stopped",
        ("start", ProgressState::Done) => "started, waiting for its health",
        ("health", ProgressState::Done) => "healthy",
        (_, ProgressState::Failed) => "failed",
        _ => return None,
    };
    Some(format!("{service}: {what} ({seconds}s)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> StackSnapshot {
        StackSnapshot {
            name: "platform".to_owned(),
            services: ["status", "ingress"].map(str::to_owned).to_vec(),
            ..StackSnapshot::default()
        }
    }

    #[test]
    fn one_service_or_all() {
        assert_eq!(services(&found(), None).unwrap(), ["ingress", "status"]);
        assert_eq!(services(&found(), Some("status")).unwrap(), ["status"]);
        let refused = services(&found(), Some("statsu")).unwrap_err();
        assert_eq!(refused.path, Some(Path::root().attribute("service")));
        assert!(
            refused.detail.contains("has: ingress, status. Did you mean status?"),
            "{}",
            refused.detail
        );
    }

    #[test]
    fn steps_are_told_in_words() {
        let told = |step: &str, state| {
            line(&Step {
                step: step.to_owned(),
                state,
                elapsed: Duration::from_millis(2900),
            })
        };
        assert_eq!(
            told("stop/status", ProgressState::Started).unwrap(),
            "status: stopping (2s)"
        );
        assert_eq!(
            told("health/status", ProgressState::Done).unwrap(),
            "status: healthy (2s)"
        );
        assert_eq!(told("start/a-b", ProgressState::Failed).unwrap(), "a-b: failed (2s)");
        assert_eq!(told("lock", ProgressState::Done), None);
    }

    #[test]
    fn the_time_is_the_configured_one() {
        let action = RestartAction::new(Shared::default());
        let config = Restart {
            timeout: Field::Known("90s".to_owned()),
            ..Restart::default()
        };
        assert_eq!(action.time_limit(&config), Some(Duration::from_mins(2)));
    }
}
