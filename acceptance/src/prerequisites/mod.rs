//! What must be on the machine before a test host can be made. On Debian and Ubuntu it is installed; elsewhere the error
//! says what is missing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::testbed::command::{as_root, run};
use crate::testbed::{Result, TestbedError};
use crate::tools::on_path;

/// Something that is needed, and the packages of Debian and Ubuntu that bring it.
struct Prerequisite {
    /// What it is for, to be read after «for».
    purpose: &'static str,
    /// All of these programs must be there.
    programs: &'static [&'static str],
    /// All of these files must be there.
    files: &'static [&'static str],
    /// Packages that bring it. A name after `?` is asked for only where the distribution has it.
    packages: &'static [&'static str],
}

const PREREQUISITES: &[Prerequisite] = &[
    Prerequisite {
        purpose: "running the test hosts (in an engine of their own, beside any that the machine has)",
        programs: &["dockerd", "containerd", "docker", "iptables"],
        files: &[],
        // The client is a package of its own from Debian 13 on.
        packages: &["docker.io", "?docker-cli", "iptables"],
    },
    Prerequisite {
        purpose: "making the hosts' root file systems",
        programs: &["mmdebstrap"],
        files: &["/usr/share/keyrings/debian-archive-keyring.gpg"],
        packages: &["mmdebstrap", "debian-archive-keyring"],
    },
    Prerequisite {
        purpose: "networks, keys and processes of test hosts",
        programs: &["ip", "sysctl", "ssh", "ssh-keygen", "openssl", "setsid"],
        files: &[],
        packages: &["iproute2", "procps", "openssh-client", "openssl", "util-linux"],
    },
    Prerequisite {
        purpose: "asking the services of a stack as their users do",
        programs: &["curl"],
        files: &[],
        packages: &["curl"],
    },
    Prerequisite {
        purpose: "building the provider with a TLS library of its own",
        programs: &["cc", "make", "perl"],
        files: &[],
        packages: &["gcc", "libc6-dev", "make", "perl"],
    },
    Prerequisite {
        purpose: "an SSH server and the shells that scripts must run in (tests on loopback)",
        programs: &["dash", "busybox"],
        files: &["/usr/sbin/sshd"],
        packages: &["openssh-server", "dash", "busybox"],
    },
    Prerequisite {
        purpose: "software from the Python package index (Traefik)",
        programs: &["python3"],
        files: &[],
        packages: &["python3", "python3-pip"],
    },
    Prerequisite {
        purpose: "software from the npm registry (Uptime Kuma)",
        programs: &["node", "npm"],
        files: &[],
        packages: &["nodejs", "npm"],
    },
];

/// What only the tests of web pages need: it is large.
const BROWSER: &[Prerequisite] = &[Prerequisite {
    purpose: "looking at status pages as their visitors do",
    programs: &["chromium"],
    files: &[],
    packages: &["chromium"],
}];

/// Makes sure that there is a browser, see [`ensure`].
pub fn ensure_browser() -> Result<()> {
    ensure_all(BROWSER)
}

/// Makes sure that everything is there. What is missing is announced on standard error and installed through `apt-get`, as
/// root or with `sudo`. On a system that is neither Debian nor Ubuntu, or made from one of them, it is an error that says
/// what to install.
pub fn ensure() -> Result<()> {
    ensure_all(PREREQUISITES)
}

fn ensure_all(prerequisites: &[Prerequisite]) -> Result<()> {
    // Tests of one process ask at the same time, and only one apt-get can be at work.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let missing: Vec<_> = prerequisites
        .iter()
        .filter(|prerequisite| !prerequisite.is_there())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !is_debian_like(&release) {
        let list: Vec<_> = missing
            .iter()
            .map(|one| format!("{} (for {})", one.words().join(", "), one.purpose))
            .collect();
        return Err(TestbedError::Machine {
            problem: format!("this machine lacks {}", list.join("; ")),
            remedy: "install it by hand, or use a machine with Debian or Ubuntu, where it is installed for you".into(),
        });
    }
    let mut packages: Vec<&str> = Vec::new();
    for prerequisite in &missing {
        crate::say(&format!(
            "needed for {}: {}",
            prerequisite.purpose,
            prerequisite.words().join(", ")
        ));
        packages.extend(prerequisite.packages);
    }
    apt_get(&["update"])?;
    packages.retain(|package| package.strip_prefix('?').is_none_or(is_known_to_apt));
    let packages: Vec<_> = packages.iter().map(|package| package.trim_start_matches('?')).collect();
    crate::say(&format!("about to install with apt-get: {}", packages.join(" ")));
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages.as_slice()].concat())?;
    match missing.iter().find(|prerequisite| !prerequisite.is_there()) {
        None => Ok(()),
        Some(still) => Err(TestbedError::Machine {
            problem: format!(
                "{} still missing after the installation of its packages",
                still.words().join(", ")
            ),
            remedy: "look at the output of apt-get above, and at PATH".into(),
        }),
    }
}

impl Prerequisite {
    fn is_there(&self) -> bool {
        self.programs.iter().all(|program| is_program(program))
            && self.files.iter().all(|file| Path::new(file).exists())
            && (!self.programs.contains(&"python3") || has_pip())
    }

    /// What a person would look for.
    fn words(&self) -> Vec<&'static str> {
        self.programs.iter().chain(self.files).copied().collect()
    }
}

/// Whether the program can be started; the folders of the administrator's programs are not on everybody's `PATH`.
fn is_program(name: &str) -> bool {
    on_path(name).is_some()
        || ["/usr/sbin", "/sbin"]
            .iter()
            .any(|folder| Path::new(folder).join(name).is_file())
}

fn has_pip() -> bool {
    run(Command::new("python3").args(["-m", "pip", "--version"])).is_ok()
}

fn is_known_to_apt(package: &str) -> bool {
    run(Command::new("apt-cache").args(["show", package])).is_ok()
}

/// Runs `apt-get` as root, with its output on standard error.
fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = as_root("env");
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"])
        .args(arguments);
    let status = command.stdin(Stdio::inherit()).stdout(std::io::stderr()).status();
    let status = status.map_err(|source| TestbedError::Start {
        program: "sudo apt-get".into(),
        source,
    })?;
    if status.success() {
        return Ok(());
    }
    Err(TestbedError::Command {
        command: format!("apt-get {}", arguments.join(" ")),
        status,
        output: "its output is above; it needs root or a working `sudo`".into(),
    })
}

/// Whether `/etc/os-release` is that of Debian, Ubuntu or one made from them.
fn is_debian_like(release: &str) -> bool {
    release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|id| id == "debian" || id == "ubuntu")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_what_is_made_from_it_are_known() {
        assert!(is_debian_like("PRETTY_NAME=\"Debian GNU/Linux 13\"\nID=debian\n"));
        assert!(is_debian_like("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(is_debian_like("ID=pop\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian_like("ID=fedora\nVERSION_ID=44\nVARIANT=\"debian\"\n"));
        assert!(!is_debian_like(""));
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        assert!(is_program("sh"));
        assert!(!is_program("no-such-program-anywhere"));
    }
}
