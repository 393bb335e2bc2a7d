//! Running the script of a transaction: progress while it runs, a cancel beside it, and what it says at its end.

use std::pin::pin;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::cancel::cancel;
use super::options::TransactionId;
use super::outcome::{Progress, ProgressState};
use crate::host::engine_error::{Cause, EngineError, Failure, Left, Problem};
use crate::host::error::HostError;
use crate::host::frames::{Answer, FrameError, Record, Watcher};
use crate::host::probe::{decode_holder, parse, unreadable};
use crate::host::run::{Input, Limits, Output, Run, Script};

/// How long a transaction may take beyond its own time: to take itself back and to tell the end.
const GRACE: Duration = Duration::from_mins(2);

/// A transaction that succeeded.
pub(super) struct Success {
    pub(super) answer: Answer,
    pub(super) output: Output,
    pub(super) elapsed: Duration,
    pub(super) warnings: Vec<String>,
    pub(super) changes: Vec<String>,
}

impl Success {
    /// Reads something out of the answer.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Answer) -> Result<T, FrameError>) -> Result<T, EngineError> {
        read(&self.answer).map_err(|source| unreadable(&self.output, source))
    }
}

/// What names a transaction to its cancel.
pub(super) struct Name<'a> {
    pub(super) stack: &'a str,
    pub(super) id: &'a TransactionId,
    pub(super) root: &'a str,
}

/// Runs the script, and takes its answer apart. A cancel reaches it through a second exec, and its end is waited for.
pub(super) async fn run<R: Run>(
    host: &R,
    script: &Script,
    input: Input,
    time: Duration,
    name: &Name<'_>,
    token: &CancellationToken,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Success, EngineError> {
    if token.is_cancelled() {
        return Err(cancelled_before());
    }
    // The script itself is given up only when it has had time to end by itself.
    let never = CancellationToken::new();
    let limits = Limits::until(Instant::now() + time + GRACE);
    let mut watcher = Watcher::default();
    let mut last_step = None;
    let on_line = |line: &str| {
        if let Some(step) = watcher.line(line).and_then(|words| decode_progress(&words)) {
            last_step = Some(step.step.clone());
            progress(step);
        }
    };
    let ended = {
        let mut running = pin!(host.run(script, input, limits, &never, on_line));
        tokio::select! {
            output = &mut running => output,
            () = token.cancelled() => {
                // Whatever comes of the cancel, the transaction's own end is what counts.
                tokio::join!(&mut running, cancel(host, name.stack, name.id, name.root)).0
            }
        }
    };
    let output = match (ended, &last_step) {
        (Ok(output), _) => output,
        (Err(HostError::Lost { peer, sent, reason }), Some(step)) => {
            let reason = format!("{reason} (in the step {step})");
            return Err(HostError::Lost { peer, sent, reason }.into());
        }
        (Err(error), _) => return Err(error.into()),
    };
    let answer = parse(&output).map_err(|error| cut(error, last_step))?;
    judge(answer, output)
}

/// An answer without its end is that of a script that was ended: it had told its steps until then.
fn cut(error: EngineError, step: Option<String>) -> EngineError {
    match error {
        EngineError::Answer {
            status,
            stderr,
            source: FrameError::Truncated,
        } => EngineError::Cut { step, status, stderr },
        other => other,
    }
}

fn cancelled_before() -> EngineError {
    EngineError::Failed(Box::new(Failure {
        cause: Cause::Cancelled,
        step: "lock".to_owned(),
        elapsed: Duration::ZERO,
        reason: "cancelled before it began".to_owned(),
        service: None,
        log: Vec::new(),
        left: Left::Untouched,
    }))
}

/// What the answer of a transaction says of its end.
fn judge(answer: Answer, output: Output) -> Result<Success, EngineError> {
    match ending(&answer) {
        Ok(Some(error)) => return Err(error),
        Ok(None) => {}
        Err(source) => return Err(unreadable(&output, source)),
    }
    let read = || {
        let result = answer.first("result")?;
        Ok((
            milliseconds(result, "elapsed")?,
            result.lines("warnings")?,
            result.lines("changes")?,
        ))
    };
    match read() {
        Ok((elapsed, warnings, changes)) => Ok(Success {
            answer,
            output,
            elapsed,
            warnings,
            changes,
        }),
        Err(source) => Err(unreadable(&output, source)),
    }
}

/// The error that the answer tells of, if it does.
fn ending(answer: &Answer) -> Result<Option<EngineError>, FrameError> {
    if let Some(busy) = answer.all("busy").next() {
        return Ok(Some(EngineError::Busy(decode_holder(&busy.text("holder")?))));
    }
    let problems: Vec<Problem> = answer.all("problem").map(decode_problem).collect::<Result<_, _>>()?;
    if !problems.is_empty() {
        return Ok(Some(EngineError::Preflight(problems)));
    }
    match answer.all("failure").next() {
        Some(failure) => Ok(Some(EngineError::Failed(Box::new(decode_failure(failure)?)))),
        None => Ok(None),
    }
}

fn decode_progress(words: &[&str]) -> Option<Progress> {
    let [step, state, elapsed] = words else { return None };
    let state = match *state {
        "started" => ProgressState::Started,
        "done" => ProgressState::Done,
        "failed" => ProgressState::Failed,
        _ => return None,
    };
    Some(Progress {
        step: (*step).to_owned(),
        state,
        elapsed: Duration::from_millis(elapsed.parse().ok()?),
    })
}

fn milliseconds(record: &Record, field: &'static str) -> Result<Duration, FrameError> {
    record.parsed(field).map(Duration::from_millis)
}

fn decode_problem(record: &Record) -> Result<Problem, FrameError> {
    Ok(Problem {
        kind: record.text("kind")?,
        summary: record.text("summary")?,
        remedy: record.text("remedy")?,
    })
}

fn decode_failure(record: &Record) -> Result<Failure, FrameError> {
    let cause = match record.bytes("cause")? {
        b"failed" => Cause::Failed,
        b"deadline" => Cause::Deadline,
        b"cancelled" => Cause::Cancelled,
        _ => return Err(record.unreadable("cause")),
    };
    let left = match record.bytes("left")? {
        b"untouched" => Left::Untouched,
        b"previous" => Left::Previous,
        b"previous_unwell" => Left::PreviousUnwell,
        b"stopped" => Left::Stopped,
        b"same" => Left::Same,
        b"unfinished" => Left::Unfinished,
        _ => return Err(record.unreadable("left")),
    };
    Ok(Failure {
        cause,
        step: record.text("step")?,
        elapsed: milliseconds(record, "elapsed")?,
        reason: record.text("reason")?,
        service: record.optional("service")?,
        log: record.lines("log")?,
        left,
    })
}

/// Whether the machine may have been changed although the call failed: then what is known of it is old.
pub fn may_have_changed(error: &EngineError) -> bool {
    match error {
        EngineError::Host(error) => HostError::sent(error),
        EngineError::Answer { .. } | EngineError::Cut { .. } => true,
        EngineError::Failed(failure) => failure.left != Left::Untouched,
        _ => false,
    }
}
