//! The one place that turns errors of the layers below into what a person reads: a short summary, and a detail that says
//! what was tried, where, what came back, and what to do next.

mod cut;
mod failed;
pub(crate) mod status;
mod task;

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};

use crate::catalog::Invalid;
use crate::host::address::Machine;
use crate::host::engine_error::EngineError;
use crate::host::error::HostError;
use crate::render::RenderError;
use cut::cut;
use failed::failed;
pub use task::{Doing, Task};

/// An error of the machine or of what runs there, at the attribute `host`.
pub fn engine_error(task: &Task<'_>, error: &EngineError) -> Diagnostics {
    let place = task.place();
    match error {
        EngineError::Host(error) => host_error(task, error),
        EngineError::Preflight(problems) => problems
            .iter()
            .map(|problem| {
                Diagnostic::error(
                    preflight_summary(&problem.kind),
                    format!("{place}: {problem}\n\nNothing was changed on the machine."),
                )
                .at(host())
            })
            .collect(),
        EngineError::Busy(_) => Diagnostic::error(
            "Another apply is at work on this stack",
            format!("{place}: {error}.\n\nNothing was changed. Wait until it is done, then apply again."),
        )
        .into(),
        EngineError::Failed(failure) => failed(task, failure).into(),
        EngineError::Cut { step, status, stderr } => cut(task, step.as_deref(), status, stderr),
        EngineError::Answer { .. } => Diagnostic::error(
            "The machine's answer cannot be read",
            format!(
                "{place}: {error}: {}.\n\nNothing was concluded from it. Try again; if it comes back, please report it \
                 with the log of TF_LOG=TRACE.",
                std::error::Error::source(error).map_or_else(|| "cut off".to_owned(), ToString::to_string),
            ),
        )
        .at(host())
        .into(),
        _ => Diagnostic::error(
            "The stack cannot be brought to the machine",
            format!("{place}: {error}.\n\nThis is a mistake of the provider: please report it."),
        )
        .into(),
    }
}

/// An error on the way to the machine, at the attribute `host`.
pub fn host_error(task: &Task<'_>, error: &HostError) -> Diagnostics {
    let (summary, next) = match error {
        HostError::Resolve { .. } => ("The machine's name cannot be resolved", REACH),
        HostError::Unreachable { .. } => ("The machine cannot be reached", REACH),
        HostError::Handshake { .. } => ("No SSH session with the machine", REACH),
        // These two say themselves how to go on.
        HostError::HostKey { .. } => ("The machine's host key is not trusted", ""),
        HostError::Configuration { .. } => ("The SSH settings cannot be used", "Mend the setting, then try again."),
        HostError::Authentication { .. } => ("The machine refused the login", LOGIN),
        HostError::Bastion { .. } => ("The bastion does not connect to the machine", REACH),
        HostError::Privilege { .. } => ("The user may not become root", ""),
        HostError::Lost { sent: true, .. } => ("The connection was lost", LOST),
        HostError::Deadline { sent: true, .. } => ("The machine did not answer in time", LOST),
        HostError::Lost { .. } | HostError::Deadline { .. } => ("The machine did not answer", REACH),
        HostError::NoStream { .. } => (
            "The service does not accept a connection",
            "See on the machine whether its container runs and is well: docker ps, docker logs. Then try again.",
        ),
        HostError::StreamLost { .. } => (
            "The connection to the service was lost",
            "Plan again to see where it stands.",
        ),
        HostError::Cancelled { .. } => (
            "Stopped on request",
            "What had begun on the machine ends by itself. Plan again to see where it stands.",
        ),
        HostError::OutputLimit { .. } => (
            "The machine's answer is too long",
            "Please report it with the log of TF_LOG=TRACE.",
        ),
        _ => (
            "The script on the machine did not run",
            "Try again with TF_LOG=TRACE and read its log.",
        ),
    };
    let next = match task.doing {
        Doing::Reading if error.unreachable() => format!("{next}\n\n{GONE}"),
        Doing::Reading if next == LOST => "Nothing was changed, and nothing concluded from it. Try again.".to_owned(),
        // Streams serve work of many steps, of which some may be done.
        _ if matches!(error, HostError::NoStream { .. }) => next.to_owned(),
        Doing::Changing | Doing::Removing | Doing::Restarting if !error.sent() => {
            format!("Nothing was changed. {next}")
        }
        _ if next == LOST => format!("{} was under way. {LOST}", capitalise(&task.work())),
        _ => next.to_owned(),
    };
    Diagnostic::error(
        summary,
        format!("{}.\n\n{next}", error.to_string().trim_end_matches('.'))
            .trim_end()
            .to_owned(),
    )
    .at(host())
    .into()
}

const REACH: &str = "Check the address, the port and the firewall in between, then try again. Terraform does not refuse \
     misspelt names inside the host object: the values above are the ones that were used.";
const LOGIN: &str = "Check the user above, and the keys of the provider's ssh block against the machine's \
     authorized_keys.";
const LOST: &str = "The machine goes on without the connection: it brings this to its end, or takes it back. A release that \
     was in force stays so until the new one is well. Plan again to see where it stands; the next run heals what is left.";
const GONE: &str = "If the machine is gone for good: plan with on_unreachable = \"warn\" in the provider block, which keeps \
     what the state holds, so that the apply can install on the machine that takes its place. To plan without looking at \
     any machine: -refresh=false.";

fn preflight_summary(kind: &str) -> &'static str {
    match kind {
        "port" => "A port that the stack needs is taken",
        "disk" => "The machine has too little free disk space",
        "engine" => "The machine has no container engine that can be used",
        "compose" => "The machine has no Compose that can be used",
        "root" => "The user is not root on the machine",
        "secret" => "A generated secret is gone, and cannot be made anew",
        "os" => "The machine's operating system is not supported",
        _ => "The machine is not ready",
    }
}

/// A refused value of the configuration, at its attribute.
pub fn invalid(invalid: &Invalid) -> Diagnostic {
    let path = path(&invalid.path);
    Diagnostic::error(
        "Invalid configuration of a service",
        format!("{}.", capitalise(&invalid.reason)),
    )
    .at(path)
}

/// The path of a place as the catalog writes it: `ingress.trusted_proxies[0]`.
fn path(place: &str) -> Path {
    place.split('.').fold(Path::root(), |path, step| {
        let mut parts = step.split(['[', ']']);
        let path = path.attribute(parts.next().unwrap_or_default());
        parts
            .filter_map(|part| part.parse().ok())
            .fold(path, |path, position| path.index(position))
    })
}

/// A configuration that cannot be rendered.
pub fn render_error(error: &RenderError) -> Diagnostics {
    match error {
        RenderError::Invalid(refused) => invalid(refused).into(),
        other => Diagnostic::error(
            "The stack cannot be rendered",
            format!(
                "{}: {}.\n\nThis is a mistake of the provider: please report it.",
                capitalise(&other.to_string()),
                std::error::Error::source(other).map_or_else(|| "no more is known".to_owned(), ToString::to_string),
            ),
        )
        .into(),
    }
}

/// The attribute that says which machine is meant.
pub fn host() -> Path {
    Path::root().attribute("host")
}

/// How a person would name the machine.
pub fn machine_name(machine: &Machine) -> String {
    match machine {
        Machine::Local => "this machine".to_owned(),
        Machine::Ssh(address) => address.address.clone(),
    }
}

/// As [`capitalise`], but for the way to a machine, which begins with the user's name as it is.
fn capitalise_unless_login(text: &str) -> String {
    if text.contains('@') {
        text.to_owned()
    } else {
        capitalise(text)
    }
}

fn capitalise(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + characters.as_str()
    })
}

#[cfg(test)]
mod tests;
