//! What the figures were taken on.

use std::{fs, process::Command};

use acceptance::tools;

use crate::{Result, scene::Scene};

/// The machine and the versions.
#[derive(Debug)]
pub(crate) struct Description {
    /// Name and value, in the order of the page.
    pub(crate) facts: Vec<(&'static str, String)>,
}

impl Description {
    /// Those of a page about a test host.
    pub(crate) fn of(scene: &Scene, load_before: &str) -> Result<Self> {
        let host = scene.on_host(
            ". /etc/os-release; printf '%s, docker %s, Compose %s, %s' \"$PRETTY_NAME\" \
             \"$(docker version --format '{{.Server.Version}}')\" \"$(docker compose version --short)\" \
             \"$(ssh -V 2>&1)\"",
        )?;
        let mut facts = common(load_before)?;
        facts.push(("test host", String::from_utf8(host)?));
        facts.push(("ssh client", output(Command::new("sh").args(["-c", "ssh -V 2>&1"]))));
        Ok(Self { facts })
    }
}

/// What every page says.
pub(crate) fn common(load_before: &str) -> Result<Vec<(&'static str, String)>> {
    let processors = std::thread::available_parallelism()?;
    let model = field("/proc/cpuinfo", "model name")?;
    let memory = field("/proc/meminfo", "MemTotal")?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned();
    let terraform = output(Command::new(tools::terraform()?).arg("version"));
    Ok(vec![
        ("day", output(Command::new("date").args(["-u", "+%Y-%m-%d"]))),
        (
            "commit",
            output(Command::new("git").args(["rev-parse", "--short=12", "HEAD"])),
        ),
        (
            "machine",
            format!("{processors} processors ({model}), {memory} of memory, Linux {kernel}"),
        ),
        (
            "load average (1, 5 and 15 minutes)",
            format!("{load_before} at the start, {} at the end", load()?),
        ),
        ("terraform", terraform.lines().next().unwrap_or_default().to_owned()),
        ("rustc", output(Command::new("rustc").arg("--version"))),
    ])
}

/// The three load averages.
pub(crate) fn load() -> Result<String> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

/// The first line of `file` that begins with `name`: what follows the colon.
fn field(file: &str, name: &str) -> Result<String> {
    let text = fs::read_to_string(file)?;
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line
        .and_then(|line| line.split_once(':'))
        .map(|(_, value)| value.trim());
    Ok(value.unwrap_or("unknown").to_owned())
}

/// A kind of a process's memory in MiB, by its name in `/proc/PID/status`: `VmRSS`.
pub(crate) fn memory(process: u32, kind: &str) -> Result<f64> {
    let kibibytes = field(&format!("/proc/{process}/status"), kind)?;
    let kibibytes: f64 = kibibytes.trim_end_matches(" kB").trim().parse()?;
    Ok(kibibytes / 1024.0)
}

/// What a program prints, or that it could not be asked: a page without a version is better than none.
fn output(command: &mut Command) -> String {
    let printed = command.output().ok().filter(|output| output.status.success());
    printed.map_or_else(
        || "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
