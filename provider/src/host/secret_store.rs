//! Keeping secrets on a machine beside those that are generated there: what a service shows only once.

use std::time::{Duration, Instant};

use tfplugin::Secret;
use tokio_util::sync::CancellationToken;

use super::desired::check::{check_secret_label, check_stack_name};
use super::engine_error::{EngineError, Problem};
use super::frames::Request;
use super::probe::{parse, unreadable};
use super::run::{Input, Limits, Run, Script};

pub(in crate::host) const SECRET_STORE: Script = Script::new(concat!(
    include_str!("shell/library.sh"),
    include_str!("shell/secret_store.sh")
));

/// How long keeping or removing may take.
const TIME: Duration = Duration::from_secs(30);

/// What becomes of a secret of the same name that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and keeping another one fails.
    Stays,
    /// It is replaced.
    IsReplaced,
}

/// Keeps a secret named `<service>/<name>` in `/opt/quickfra/<stack>/secrets`, readable for root alone. It is there whole
/// or not at all. `root` is a folder that stands for `/`, empty but in tests.
///
/// Fails with [`EngineError::Preflight`], and nothing changed, where the stack is not on the machine, where there is one
/// already that is to stay, and where the disk takes no more.
pub async fn keep_secret<R: Run>(
    host: &R,
    stack: &str,
    name: &str,
    value: &Secret,
    existing: Existing,
    root: &str,
    cancel: &CancellationToken,
) -> Result<(), EngineError> {
    let mut request = begin(stack, name, root)?;
    if existing == Existing::IsReplaced {
        request.line("replace", [""; 0]);
    }
    request.line("keep", [name, value.expose()]);
    match run(host, &request, cancel).await? {
        State::Done => Ok(()),
        State::Gone => Err(problem(
            format!("The stack {stack} is not on the machine"),
            "Apply the stack first",
        )),
        State::Exists => Err(problem(
            format!("There is a secret {name} on the machine already"),
            "Look whether it is still needed, and remove its file if not",
        )),
        State::Failed(reason) => Err(not_done(&format!("The secret {name} cannot be kept"), &reason)),
    }
}

/// Removes a secret; no error if it is gone. The arguments are those of [`keep_secret`].
pub async fn remove_secret<R: Run>(
    host: &R,
    stack: &str,
    name: &str,
    root: &str,
    cancel: &CancellationToken,
) -> Result<(), EngineError> {
    let mut request = begin(stack, name, root)?;
    request.line("remove", [name]);
    match run(host, &request, cancel).await? {
        State::Done | State::Gone | State::Exists => Ok(()),
        State::Failed(reason) => Err(not_done(&format!("The secret {name} cannot be removed"), &reason)),
    }
}

/// How it went on the machine.
enum State {
    Done,
    Gone,
    Exists,
    Failed(String),
}

fn begin(stack: &str, name: &str, root: &str) -> Result<Request, EngineError> {
    check_stack_name(stack)?;
    check_secret_label(name)?;
    let mut request = Request::new();
    if !root.is_empty() {
        request.line("root", [root]);
    }
    request.line("stack", [stack]);
    Ok(request)
}

async fn run<R: Run>(host: &R, request: &Request, cancel: &CancellationToken) -> Result<State, EngineError> {
    let input = Input::from(request.finish()?);
    let limits = Limits::until(Instant::now() + TIME);
    let output = host.run(&SECRET_STORE, input, limits, cancel, |_| {}).await?;
    let answer = parse(&output)?;
    let read = || {
        let record = answer.first("store")?;
        Ok(match record.text("state")?.as_str() {
            "kept" | "removed" => State::Done,
            "gone" => State::Gone,
            "exists" => State::Exists,
            "failed" => State::Failed(record.text("reason")?),
            _ => return Err(record.unreadable("state")),
        })
    };
    read().map_err(|source| unreadable(&output, source))
}

fn not_done(what: &str, reason: &str) -> EngineError {
    problem(
        format!("{what}: {reason}"),
        "Look at the disk and the folder on the machine",
    )
}

fn problem(summary: String, remedy: &str) -> EngineError {
    EngineError::Preflight(vec![Problem {
        kind: "secret".to_owned(),
        summary,
        remedy: remedy.to_owned(),
    }])
}
