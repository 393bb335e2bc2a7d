//! Bringing single items (packages, units, files) to a host.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::options::{Origin, TransactionId};
use super::outcome::Progress;
use super::request::{common, write_tar};
use super::transaction::{Name, run};
use crate::host::desired::Item;
use crate::host::engine_error::{EngineError, Problem};
use crate::host::frames::Request;
use crate::host::probe::{decode_snapshot, encode_items};
use crate::host::run::{Input, Run, Script};
use crate::host::snapshot::Snapshot;

pub(in crate::host) const ITEMS: Script = Script::new(concat!(
    include_str!("../shell/library.sh"),
    include_str!("../shell/snapshot.sh"),
    include_str!("../shell/facts.sh"),
    include_str!("../shell/transaction.sh"),
    include_str!("../shell/items.sh"),
));

/// The lock of the machine itself: no stack can have this name.
const MACHINE: &str = ".machine";

/// What bringing items did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemsApplied {
    /// What was changed, in words.
    pub changed: Vec<String>,
    /// The machine as it is now, with the state of the same items.
    pub snapshot: Snapshot,
    /// How long the script ran.
    pub elapsed: Duration,
}

/// How items are brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemsOptions {
    /// Who asks.
    pub origin: Origin,
    /// The time for all of it.
    pub time: Duration,
    /// A folder that stands for `/` on the machine: empty but in tests.
    pub root: String,
}

impl ItemsOptions {
    /// Usual options: 15 minutes, since packages come over the network.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            time: Duration::from_mins(15),
            root: String::new(),
        }
    }
}

/// Brings the items to the machine in their order (packages first), in one exec, and reads the machine again in the same
/// exec. Items that only ask ([`Item::PortFree`], [`Item::DiskFree`]) are not brought: compare them before.
pub async fn apply_items<R: Run>(
    host: &R,
    items: &[Item],
    options: &ItemsOptions,
    cancel: &CancellationToken,
    progress: impl FnMut(Progress) + Send,
) -> Result<ItemsApplied, EngineError> {
    let id = TransactionId::new();
    let mut request = common(MACHINE, &id, &options.origin, options.time.as_secs(), &options.root);
    encode_items(items, &mut request);
    let mut members = Vec::new();
    for item in items {
        check(item)?;
        bring(item, &mut request, &mut members);
    }
    let mut input = request.finish()?;
    write_tar(&members, &mut input).map_err(|error| EngineError::Archive(error.to_string()))?;
    let name = Name {
        stack: MACHINE,
        id: &id,
        root: &options.root,
    };
    let success = run(host, &ITEMS, Input::from(input), options.time, &name, cancel, progress).await?;
    let snapshot = success.read(decode_snapshot)?;
    Ok(ItemsApplied {
        changed: success.changes,
        snapshot,
        elapsed: success.elapsed,
    })
}

fn bring<'a>(item: &'a Item, request: &mut Request, members: &mut Vec<(String, u32, &'a [u8])>) {
    let flag = |value: bool| if value { "yes" } else { "no" };
    match item {
        Item::Directory {
            path,
            mode,
            owner: (user, group),
        } => {
            request.line("bring", ["directory", path, &format!("{mode:o}"), user, group]);
        }
        Item::File {
            path,
            mode,
            owner: (user, group),
            content,
        } => {
            let member = format!("{}", members.len());
            request.line("bring", ["file", path, &format!("{mode:o}"), user, group, &member]);
            members.push((member, 0o600, content));
        }
        Item::Unit { name, enabled, active } => {
            request.line("bring", ["unit", name, flag(*enabled), flag(*active)]);
        }
        Item::Image { reference } => {
            request.line("bring", ["image", reference]);
        }
        // Packages are known by their own line.
        Item::Package { .. } | Item::PortFree { .. } | Item::DiskFree { .. } => {}
    }
}

/// Refuses names that would not be one word, or would be taken for an option.
fn check(item: &Item) -> Result<(), EngineError> {
    let (text, path) = match item {
        Item::Package { name } | Item::Unit { name, .. } => (name, false),
        Item::Image { reference } => (reference, false),
        Item::Directory { path, .. } | Item::File { path, .. } => (path, true),
        Item::PortFree { .. } | Item::DiskFree { .. } => return Ok(()),
    };
    let sound = if path {
        text.starts_with('/') && !text.contains(char::is_control) && !text.split('/').any(|part| part == "..")
    } else {
        !text.is_empty() && !text.starts_with('-') && !text.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    if sound {
        return Ok(());
    }
    Err(EngineError::Preflight(vec![Problem {
        kind: "item".to_owned(),
        summary: format!("{text:?} cannot name anything on a machine"),
        remedy: "Write another name".to_owned(),
    }]))
}
