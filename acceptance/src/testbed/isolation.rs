//! How a host is run so that it behaves like a machine and cannot change the one it runs on.

use std::path::Path;

use super::error::{Result, TestbedError};

/// How the machine's control groups are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ControlGroups {
    /// Version 2 alone, as on every current distribution.
    Unified,
    /// Version 1 with an empty version 2 beside it.
    Hybrid,
}

/// Looks how they are on this machine.
pub(super) fn control_groups() -> Result<ControlGroups> {
    if Path::new("/sys/fs/cgroup/cgroup.controllers").exists() {
        Ok(ControlGroups::Unified)
    } else if Path::new("/sys/fs/cgroup/unified/cgroup.procs").exists() {
        Ok(ControlGroups::Hybrid)
    } else {
        Err(TestbedError::Machine {
            problem: "this machine has no control groups of version 2".into(),
            remedy: "boot it with `systemd.unified_cgroup_hierarchy=1`".into(),
        })
    }
}

/// Rights that a host does not have (capabilities(7)). `SYS_TIME`: setting the time zone inside would move the machine's
/// clock. `SYSLOG`: `dmesg -n` would change the machine's console.
const DROPPED: [&str; 4] = ["SYS_RESOURCE", "SYS_TIME", "SYSLOG", "SYS_MODULE"];

/// The same for `setpriv --bounding-set`, for what enters a host from outside.
pub(super) fn without_rights() -> String {
    DROPPED.map(|right| format!("-{}", right.to_lowercase())).join(",")
}

/// What lets systemd and an inner engine run, and what keeps them from changing the machine.
pub(super) fn isolation(resolver: &Path, groups: ControlGroups) -> Vec<String> {
    let mut arguments: Vec<String> = [
        // A reboot inside ends the container with a code other than 0, and it starts again.
        "--restart=on-failure",
        // systemd's word for an orderly shutdown.
        "--stop-signal=SIGRTMIN+3",
        "--cap-add=ALL",
        "--security-opt=seccomp=unconfined",
        "--security-opt=apparmor=unconfined",
        "--security-opt=systempaths=unconfined",
        "--env=container=docker",
        "--tmpfs=/run:exec",
        "--tmpfs=/tmp:exec",
        // The inner engine's file system cannot lie on the outer engine's.
        "--volume=/var/lib/docker",
    ]
    .map(str::to_owned)
    .into();
    arguments.extend(DROPPED.map(|right| format!("--cap-drop={right}")));
    arguments.push(format!("--volume={}:/etc/resolv.conf:ro", resolver.display()));
    arguments.push(match groups {
        // Not the whole of /sys/fs/cgroup: systemd inside would remount the machine's.
        ControlGroups::Hybrid => "--volume=/sys/fs/cgroup/unified:/sys/fs/cgroup:rw".into(),
        ControlGroups::Unified => "--cgroupns=private".into(),
    });
    arguments
}

/// What the container runs. With a control group name space of its own the mount inside is read-only at first.
pub(super) fn start_command(groups: ControlGroups) -> &'static [&'static str] {
    match groups {
        ControlGroups::Hybrid => &["/lib/systemd/systemd"],
        ControlGroups::Unified => &[
            "/bin/sh",
            "-c",
            "mount -o remount,bind,rw /sys/fs/cgroup; exec /lib/systemd/systemd",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_cannot_change_the_machine() {
        for groups in [ControlGroups::Unified, ControlGroups::Hybrid] {
            let arguments = isolation(Path::new("/r"), groups);
            for dropped in ["SYS_TIME", "SYSLOG", "SYS_MODULE"] {
                assert!(arguments.contains(&format!("--cap-drop={dropped}")));
            }
            assert!(
                !arguments
                    .iter()
                    .any(|argument| argument.contains("/sys/fs/cgroup:/sys/fs/cgroup"))
            );
            assert!(!arguments.iter().any(|argument| argument.contains("privileged")));
        }
    }
}
