//! Who a testbed or a host belongs to. What belongs to a process that has ended may be removed by anybody.

use std::fmt;
use std::str::FromStr;

/// A process, or nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Kept until it is removed by its id.
    Nobody,
    /// Removed with the process, at the latest by the next testbed or `cargo testbed prune`.
    Process {
        /// Process id.
        pid: u32,
        /// Start of the process in clock ticks after the machine's: ids are used again.
        started: u64,
        /// The machine's boot id.
        boot: String,
    },
}

impl Owner {
    /// This process.
    pub fn this_process() -> Self {
        // Without /proc there is no way to tell later whether the process still lives.
        Self::process(std::process::id()).unwrap_or(Self::Nobody)
    }

    /// The process with this id, if it lives.
    pub fn process(pid: u32) -> Option<Self> {
        Some(Self::Process {
            pid,
            started: start_of(pid)?,
            boot: boot_id()?,
        })
    }

    /// Whether the process has ended. Nobody never ends.
    pub fn is_gone(&self) -> bool {
        match self {
            Self::Nobody => false,
            Self::Process { pid, started, boot } => {
                boot_id().as_ref() != Some(boot) || start_of(*pid) != Some(*started)
            }
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => formatter.write_str("nobody"),
            Self::Process { pid, started, boot } => write!(formatter, "{pid}:{started}:{boot}"),
        }
    }
}

impl FromStr for Owner {
    type Err = std::convert::Infallible;

    /// What was written by `Display`. Anything else is nobody: what cannot be understood is not removed by accident.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':');
        let process = (|| {
            let (pid, started) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            Some(Self::Process {
                pid,
                started,
                boot: parts.next()?.to_owned(),
            })
        })();
        Ok(process.unwrap_or(Self::Nobody))
    }
}

fn boot_id() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .ok()
        .map(|id| id.trim().to_owned())
}

/// Field 22 of `/proc/PID/stat`. The second field is the program's name in brackets and may contain anything.
fn start_of(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_being_written_as_text() {
        for owner in [Owner::this_process(), Owner::Nobody] {
            assert_eq!(owner.to_string().parse(), Ok(owner.clone()));
        }
    }

    #[test]
    fn this_process_is_alive() {
        assert!(matches!(Owner::this_process(), Owner::Process { .. }));
        assert!(!Owner::this_process().is_gone());
        assert!(!Owner::Nobody.is_gone());
    }

    #[test]
    fn an_ended_process_is_gone() {
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let owner = Owner::process(child.id()).unwrap();
        assert!(!owner.is_gone());
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(owner.is_gone());
    }

    #[test]
    fn a_pid_that_was_used_again_is_gone() {
        let Owner::Process { pid, started, boot } = Owner::this_process() else {
            panic!("no /proc")
        };
        assert!(
            Owner::Process {
                pid,
                started: started + 1,
                boot: boot.clone()
            }
            .is_gone()
        );
        assert!(
            Owner::Process {
                pid,
                started,
                boot: "another".into()
            }
            .is_gone()
        );
    }
}
