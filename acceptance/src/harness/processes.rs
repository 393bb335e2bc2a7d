use std::{
    fs, io, thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, kill_process, kill_process_group};

pub use rustix::process::Signal;

/// Pause between two looks at a condition.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Why a process could not be found or signalled.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error("cannot read the list of processes")]
    List(#[source] io::Error),
    #[error("{0} is no process id")]
    NoId(u32),
    #[error("cannot signal process {id}")]
    Signal {
        id: u32,
        #[source]
        source: rustix::io::Errno,
    },
}

/// Ids of the processes that `parent` has started and whose command name begins with `name`. The kernel keeps only 15
/// characters of a command's name.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn children_of(parent: u32, name: &str) -> Result<Vec<u32>, ProcessError> {
    let name = name.get(..15).unwrap_or(name);
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").map_err(ProcessError::List)? {
        let entry = entry.map_err(ProcessError::List)?;
        let Some(id) = entry.file_name().to_str().and_then(|text| text.parse().ok()) else {
            continue;
        };
        // A process may end between the listing and the look at it.
        let Ok(status) = fs::read_to_string(entry.path().join("status")) else {
            continue;
        };
        if field(&status, "PPid:") == Some(&parent.to_string())
            && field(&status, "Name:").is_some_and(|found| found.starts_with(name))
        {
            found.push(id);
        }
    }
    Ok(found)
}

/// Sends a signal to one process, or to the whole group that it leads: a terminal's Ctrl-C reaches the group.
///
/// # Errors
/// When there is no such process or it may not be signalled.
pub fn signal(id: u32, whole_group: bool, signal: Signal) -> Result<(), ProcessError> {
    let pid = i32::try_from(id)
        .ok()
        .and_then(Pid::from_raw)
        .ok_or(ProcessError::NoId(id))?;
    let sent = if whole_group {
        kill_process_group(pid, signal)
    } else {
        kill_process(pid, signal)
    };
    sent.map_err(|source| ProcessError::Signal { id, source })
}

/// Looks at a condition until it gives something or the deadline has passed.
pub fn wait_until<T>(deadline: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + deadline;
    loop {
        if let Some(value) = condition() {
            return Some(value);
        }
        if Instant::now() >= end {
            return None;
        }
        thread::sleep(LOOK_AGAIN);
    }
}

fn field<'text>(status: &'text str, name: &str) -> Option<&'text str> {
    status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_child_is_found_by_its_parent_and_name() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let parent = std::process::id();
        let found = wait_until(Duration::from_secs(10), || {
            Some(children_of(parent, "sleep").unwrap()).filter(|found| !found.is_empty())
        });
        let others = children_of(parent, "no such command").unwrap();
        signal(child.id(), false, Signal::KILL).unwrap();
        child.wait().unwrap();
        assert_eq!(found, Some(vec![child.id()]));
        assert_eq!(others, Vec::<u32>::new());
    }

    #[test]
    fn a_condition_that_never_holds_ends_at_the_deadline() {
        assert_eq!(wait_until(Duration::from_millis(30), || None::<()>), None);
    }
}
