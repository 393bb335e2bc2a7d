//! Reading a machine: one script, one exec, everything.

mod cache;
mod decode;
mod listeners;
mod stack;

pub use cache::SnapshotCache;
pub(crate) use decode::{decode_snapshot, decode_stacks, image_is_here};
pub(crate) use stack::decode_holder;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::desired::Item;
use super::engine_error::EngineError;
use super::frames::{Answer, Request};
use super::run::{Input, Limits, Output, Run, Script};
use super::snapshot::Snapshot;

pub(in crate::host) const PROBE: Script = Script::new(concat!(
    include_str!("../shell/library.sh"),
    include_str!("../shell/snapshot.sh"),
    include_str!("../shell/facts.sh"),
    include_str!("../shell/probe.sh"),
));

/// What a probe is asked beyond what it always tells (facts, engine, images, listeners, every stack).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeRequest {
    /// Items whose state is asked.
    pub items: Vec<Item>,
    /// Packages whose installed and candidate versions are asked.
    pub packages: BTreeSet<String>,
    /// Whether the content of every managed file is asked, also of those that are as they should be (import).
    pub contents: bool,
    /// The biggest file whose content is sent, in bytes.
    pub content_limit: usize,
    /// How long the whole probe may take, connecting included.
    pub time: Duration,
    /// How long the engine may take for an answer before it counts as hung.
    pub engine_time: Duration,
    /// A folder that stands for `/` on the machine: empty but in tests.
    pub root: String,
}

impl Default for ProbeRequest {
    /// Nothing beyond the usual, contents up to 256 KiB, 60 s, 8 s for the engine.
    fn default() -> Self {
        Self {
            items: Vec::new(),
            packages: BTreeSet::new(),
            contents: false,
            content_limit: 256 * 1024,
            time: Duration::from_mins(1),
            engine_time: Duration::from_secs(8),
            root: String::new(),
        }
    }
}

impl ProbeRequest {
    /// The usual, and the content of every managed file.
    pub fn with_contents() -> Self {
        Self {
            contents: true,
            ..Self::default()
        }
    }
}

/// Reads the machine. Changes nothing there. An answer that is cut off is an error, never an absence.
pub async fn probe<R: Run>(
    host: &R,
    request: &ProbeRequest,
    cancel: &CancellationToken,
) -> Result<Snapshot, EngineError> {
    let input = Input::from(encode(request).finish()?);
    let limits = Limits::until(Instant::now() + request.time);
    let output = host.run(&PROBE, input, limits, cancel, |_| {}).await?;
    let answer = parse(&output)?;
    decode_snapshot(&answer).map_err(|source| unreadable(&output, source))
}

fn encode(request: &ProbeRequest) -> Request {
    let mut lines = Request::new();
    if !request.root.is_empty() {
        lines.line("root", [&request.root]);
    }
    if request.contents {
        lines.line("contents", [""; 0]);
    }
    lines.line("limit", [request.content_limit.to_string()]);
    lines.line("engine_seconds", [request.engine_time.as_secs().max(1).to_string()]);
    for name in &request.packages {
        lines.line("package", [name]);
        lines.line("candidate", [name]);
    }
    encode_items(&request.items, &mut lines);
    lines
}

/// The lines that ask for the state of items.
pub(crate) fn encode_items(items: &[Item], lines: &mut Request) {
    for item in items {
        match item {
            Item::Package { name } => lines.line("package", [name]),
            Item::Directory { path, .. } | Item::File { path, .. } => lines.line("path", [path]),
            Item::Unit { name, .. } => lines.line("unit", [name]),
            // Told by every probe.
            Item::Image { .. } | Item::PortFree { .. } | Item::DiskFree { .. } => continue,
        };
    }
}

/// Reads what a script left as an answer.
pub(crate) fn parse(output: &Output) -> Result<Answer, EngineError> {
    Answer::parse(&output.stdout).map_err(|source| unreadable(output, source))
}

/// The error for an answer that cannot be read.
pub(crate) fn unreadable(output: &Output, source: super::frames::FrameError) -> EngineError {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stderr = stderr.trim();
    let start = stderr.char_indices().rev().nth(1000).map_or(0, |(at, _)| at);
    EngineError::Answer {
        status: output.status.clone(),
        stderr: stderr[start..].to_owned(),
        source,
    }
}
