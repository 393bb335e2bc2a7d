//! The machine Terraform runs on: scripts are child processes.

use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, geteuid, kill_process_group};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::host::error::{HostError, Peer};
use crate::host::run::{Exit, Input, Limits, Output, Script};

use super::collector::Collector;
use super::{Counters, Given, loader};

/// Runs a script here, as root.
pub(in crate::host) async fn run(
    counters: &Counters,
    script: Script,
    input: Input,
    limits: Limits,
    cancel: &CancellationToken,
    on_line: &mut (impl FnMut(&str) + Send),
) -> Result<Output, HostError> {
    let peer = Peer::local();
    let given = Given::new(peer.clone(), limits.deadline);
    if cancel.is_cancelled() {
        return Err(given.cancelled(false));
    }
    let failed = |what: &'static str, error: std::io::Error| HostError::Local {
        peer: peer.clone(),
        what,
        reason: error.to_string(),
    };
    let head = loader::head(script);
    let mut child = command(head.len())
        .spawn()
        .map_err(|error| failed("start a shell", error))?;
    counters.exec();
    let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let output = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(given.cancelled(true)),
        () = given.passed() => Err(given.deadline(true)),
        output = converse(&mut child, &head, &input, limits, counters, &peer, on_line) => output,
    };
    if output.is_ok() {
        group.ended();
    }
    output
}

pub(super) fn command(head_length: usize) -> Command {
    let text = loader::text(head_length);
    let mut command = if geteuid().is_root() {
        Command::new("sh")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "--", "sh"]);
        sudo
    };
    command.arg("-c").arg(text);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    command
}

/// The process group of a script, killed when dropped: also when the caller gives up waiting.
pub(super) struct Group(pub(super) Option<Pid>);

impl Group {
    /// The script has ended by itself; its number may soon be another's.
    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It may be gone already, or belong to root behind sudo: then it ends when its pipes do.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

async fn converse(
    child: &mut Child,
    head: &[u8],
    input: &Input,
    limits: Limits,
    counters: &Counters,
    peer: &Peer,
    on_line: &mut (impl FnMut(&str) + Send),
) -> Result<Output, HostError> {
    let failed = |what: &'static str, reason: &str| HostError::Local {
        peer: peer.clone(),
        what,
        reason: reason.to_owned(),
    };
    let (Some(mut stdin), Some(mut stdout), Some(mut stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(failed("reach the shell", "it has no pipes"));
    };
    let feed = async move {
        // A script that does not read all of its input is not at fault.
        if stdin.write_all(head).await.is_ok() && stdin.write_all(input.as_bytes()).await.is_ok() {
            counters.sent(head.len() + input.as_bytes().len());
        }
    };
    tokio::pin!(feed);
    let mut collector = Collector::default();
    let (mut feeding, mut out_open, mut err_open) = (true, true, true);
    let (mut out_buffer, mut err_buffer) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut total = 0;
    while out_open || err_open {
        let read = tokio::select! {
            () = &mut feed, if feeding => { feeding = false; continue }
            read = stdout.read(&mut out_buffer), if out_open => read.inspect(|length| {
                out_open = *length > 0;
                collector.stdout(&out_buffer[..*length], on_line);
            }),
            read = stderr.read(&mut err_buffer), if err_open => read.inspect(|length| {
                err_open = *length > 0;
                collector.stderr(&err_buffer[..*length]);
            }),
        };
        let length = read.map_err(|error| failed("read the script's output", &error.to_string()))?;
        counters.received(length);
        total += length;
        if total > limits.output_limit.saturating_add(2 * loader::START.len()) {
            return Err(HostError::OutputLimit {
                peer: peer.clone(),
                limit: limits.output_limit,
            });
        }
    }
    let status = child
        .wait()
        .await
        .map_err(|error| failed("wait for the script", &error.to_string()))?;
    let user = if geteuid().is_root() {
        "root".to_owned()
    } else {
        std::env::var("USER").unwrap_or_else(|_| "this".to_owned())
    };
    collector.finish(exit(status), peer, &user, on_line)
}

pub(super) fn exit(status: ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(9)) => Exit::Signal("KILL".to_owned()),
        (None, Some(15)) => Exit::Signal("TERM".to_owned()),
        (None, number) => Exit::Signal(format!("{}", number.unwrap_or_default())),
    }
}
