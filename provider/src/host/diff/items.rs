//! Single items against what was seen.

use super::Change;
use crate::host::desired::layout::sha256;
use crate::host::desired::{Item, PortProtocol};
use crate::host::probe::image_is_here;
use crate::host::snapshot::{Listener, Ownership, PathState, Snapshot};

/// What must change so that the items are as desired. Empty: nothing. What was not asked of the machine counts as
/// missing: ask for the same items.
pub fn diff(desired: &[Item], observed: &Snapshot) -> Vec<Change> {
    desired.iter().filter_map(|item| item_diff(item, observed)).collect()
}

fn item_diff(item: &Item, observed: &Snapshot) -> Option<Change> {
    match item {
        Item::Package { name } => {
            let state = observed.packages.get(name);
            let installed = state.is_some_and(|state| state.installed.is_some());
            let candidate = state.and_then(|state| state.candidate.clone());
            (!installed).then(|| Change::Package {
                name: name.clone(),
                candidate,
            })
        }
        Item::Directory { path, mode, owner } => {
            let what = match observed.paths.get(path) {
                None | Some(PathState::Absent) => "is created".to_owned(),
                Some(PathState::Directory(found)) => ownership_diff(found, *mode, owner)?,
                Some(_) => "is not a folder".to_owned(),
            };
            Some(Change::Path {
                path: path.clone(),
                what,
            })
        }
        Item::File {
            path,
            mode,
            owner,
            content,
        } => {
            let what = match observed.paths.get(path) {
                None | Some(PathState::Absent) => "is created".to_owned(),
                Some(PathState::File { sha256: found, .. }) if *found != sha256(content) => "is changed".to_owned(),
                Some(PathState::File { ownership, .. }) => ownership_diff(ownership, *mode, owner)?,
                Some(_) => "is not a plain file".to_owned(),
            };
            Some(Change::Path {
                path: path.clone(),
                what,
            })
        }
        Item::Unit { name, enabled, active } => {
            let state = observed.units.get(name).cloned().unwrap_or_default();
            let mut what = Vec::new();
            let is_enabled = matches!(
                state.enabled.as_str(),
                "enabled" | "static" | "indirect" | "generated" | "alias"
            );
            if *enabled && !is_enabled {
                what.push("is enabled");
            }
            if *active && state.active != "active" {
                what.push("is started");
            }
            (!what.is_empty()).then(|| Change::Unit {
                name: name.clone(),
                what: what.join(" and "),
            })
        }
        Item::Image { reference } => (!image_is_here(reference, &observed.images)).then(|| Change::Image {
            reference: reference.clone(),
        }),
        Item::PortFree {
            address,
            port,
            protocol,
            project,
        } => {
            let taken = observed.listeners.iter().filter(|listener| {
                listener.port == *port && listener.protocol == *protocol && overlap(address, &listener.address)
            });
            port_diff(&taken.collect::<Vec<_>>(), *port, *protocol, project.as_deref())
        }
        Item::DiskFree { bytes } => {
            let free = observed.facts.engine_disk_free;
            (free < *bytes).then_some(Change::Disk { free, needed: *bytes })
        }
    }
}

fn port_diff(taken: &[&Listener], port: u16, protocol: PortProtocol, project: Option<&str>) -> Option<Change> {
    let ours = |listener: &&Listener| project.is_some() && listener.project.as_deref() == project;
    // The proxies of one container listen on several addresses; one of them being ours says that all are.
    if taken.is_empty() || taken.iter().any(ours) {
        return None;
    }
    let holder = taken.iter().find_map(|listener| listener.holder.clone());
    Some(Change::Port { port, protocol, holder })
}

fn overlap(one: &str, other: &str) -> bool {
    let any = |address: &str| matches!(address, "0.0.0.0" | "::" | "*");
    any(one) || any(other) || one == other
}

fn ownership_diff(found: &Ownership, mode: u32, owner: &(String, String)) -> Option<String> {
    if found.mode != mode {
        return Some(format!("gets the mode {mode:o} instead of {:o}", found.mode));
    }
    let (user, group) = owner;
    (found.owner != *user || found.group != *group)
        .then(|| format!("is given to {user}:{group} instead of {}:{}", found.owner, found.group))
}
