//! A container engine of our own: containerd and dockerd with their own folders and socket, so that an engine which the
//! machine already has is neither needed nor touched.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::cache::{Cache, read_file, write_file};
use super::command::{as_root, run, run_with_input};
use super::error::{Result, TestbedError};
use super::wait::wait_until;

/// How long the engine may take to answer, and to end.
const PATIENCE: Duration = Duration::from_secs(90);

/// Starts a program that outlives this process and writes its process id first.
const DAEMON: &str = r#"umask 022; pidfile=$1 log=$2; shift 2; rm -f "$pidfile"; setsid sh -c 'echo $$ >"$0"; exec "$@"' "$pidfile" "$@" </dev/null >>"$log" 2>&1 &"#;

/// Configuration of containerd: nothing but what the engine needs, in our own folders.
const CONTAINERD: &str = r#"version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri"]
root = "ROOT/containerd"
state = "ROOT/run/containerd"
[grpc]
  address = "ROOT/containerd.sock"
  gid = GROUP
"#;

/// The private engine. The value is a handle: the engine itself runs on when it is dropped, so that the next test
/// process finds it, and ends with [`Engine::stop`].
#[derive(Debug, Clone)]
pub struct Engine {
    folder: PathBuf,
}

impl Engine {
    /// The engine of this cache, started when it does not run. Two processes that call this at once get the same one.
    pub fn start(cache: &Cache) -> Result<Self> {
        let engine = Self {
            folder: cache.folder("engine")?,
        };
        let _starter = cache.lock("engine")?;
        if !engine.answers() {
            engine.launch()?;
        }
        Ok(engine)
    }

    /// The engine of this cache if it runs.
    pub fn running(cache: &Cache) -> Result<Option<Self>> {
        let engine = Self {
            folder: cache.folder("engine")?,
        };
        Ok(engine.answers().then_some(engine))
    }

    /// Folder with everything the engine writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The engine's socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("docker.sock")
    }

    /// A call of the `docker` client against this engine.
    pub fn docker<I: IntoIterator<Item: AsRef<std::ffi::OsStr>>>(&self, arguments: I) -> Command {
        let mut command = Command::new("docker");
        // The classic builder: it needs no plug-in, and the machine may have none.
        command
            .env("DOCKER_BUILDKIT", "0")
            .env_remove("DOCKER_HOST")
            .env_remove("DOCKER_CONTEXT");
        command
            .arg("--host")
            .arg(format!("unix://{}", self.socket().display()))
            .args(arguments);
        command
    }

    /// Runs the `docker` client and returns what it printed.
    pub fn run<I: IntoIterator<Item: AsRef<std::ffi::OsStr>>>(&self, arguments: I) -> Result<String> {
        run(&mut self.docker(arguments))
    }

    /// As [`Engine::run`], with `input` on the standard input.
    pub fn run_with_input<I: IntoIterator<Item: AsRef<std::ffi::OsStr>>>(
        &self,
        arguments: I,
        input: &[u8],
    ) -> Result<String> {
        run_with_input(&mut self.docker(arguments), input)
    }

    /// Ends the engine and all its containers, by the process ids that were written at its start.
    pub fn stop(&self, cache: &Cache) -> Result<()> {
        let _starter = cache.lock("engine")?;
        self.end_daemons()
    }

    fn launch(&self) -> Result<()> {
        // A half that was left alone, because the other one died, is ended first: neither can take the other's place.
        self.end_daemons()?;
        let group = rustix::process::getegid().as_raw().to_string();
        let root = self.folder.display().to_string();
        let configuration = self.path("containerd.toml");
        write_file(
            Path::new(&configuration),
            CONTAINERD.replace("ROOT", &root).replace("GROUP", &group),
        )?;
        self.daemon("containerd", &["--config", &configuration])?;
        let answers = || Ok(UnixStream::connect(self.folder.join("containerd.sock")).ok().map(drop));
        self.wait_for("containerd", answers)?;

        // Not the machine's own configuration in /etc/docker.
        let configuration = self.path("dockerd.json");
        write_file(Path::new(&configuration), "{}\n")?;
        let socket = format!("unix://{}", self.socket().display());
        let containerd = self.path("containerd.sock");
        let (data, execution, pidfile) = (self.path("data"), self.path("run/docker"), self.path("engine.pid"));
        // dockerd refuses to start when its old process id is in use again, by whatever process.
        drop(std::fs::remove_file(&pidfile));
        self.daemon(
            "dockerd",
            &[
                "--config-file",
                &configuration,
                "--data-root",
                &data,
                "--exec-root",
                &execution,
                "--pidfile",
                &pidfile,
                "--host",
                &socket,
                "--group",
                &group,
                "--containerd",
                &containerd,
                // No default bridge and no rules in the machine's firewall by the engine: two engines would overwrite
                // each other's. The networks of a testbed bring their own few rules, see `network`.
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false",
                "--insecure-registry=172.31.0.0/16",
            ],
        )?;
        self.wait_for("dockerd", || Ok(self.answers().then_some(())))
    }

    /// Waits until a daemon is ready, or has ended before it was.
    fn wait_for(&self, name: &str, ready: impl Fn() -> Result<Option<()>>) -> Result<()> {
        let alive = || {
            if self.has_ended(name) {
                return Err(TestbedError::Machine {
                    problem: format!("{name} ended at once"),
                    remedy: self.log_end(name),
                });
            }
            ready()
        };
        wait_until(name, PATIENCE, alive, || self.log_end(name))
    }

    /// Ends what runs of the two daemons, in order.
    fn end_daemons(&self) -> Result<()> {
        for name in ["dockerd", "containerd"] {
            let Some(pid) = self.process(name) else { continue };
            run(as_root("kill").args(["-TERM", &pid.to_string()]))?;
            let ended = || Ok(self.process(name).is_none().then_some(()));
            wait_until(&format!("the end of {name}"), PATIENCE, ended, || self.log_end(name))?;
        }
        Ok(())
    }

    fn daemon(&self, name: &str, arguments: &[&str]) -> Result<()> {
        let (pidfile, log) = (self.path(&format!("{name}.pid")), self.path(&format!("{name}.log")));
        run(as_root("sh")
            .args(["-c", DAEMON, "sh", &pidfile, &log, name])
            .args(arguments))
        .map(drop)
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Whether a daemon wrote its process id and is gone.
    fn has_ended(&self, name: &str) -> bool {
        self.pid(name).is_some_and(|pid| command_line(pid).is_none())
    }

    /// Process id of one of our two daemons, if it lives and is really ours: ids are used again by other processes.
    fn process(&self, name: &str) -> Option<u32> {
        let pid = self.pid(name)?;
        let words = command_line(pid)?;
        let ours = words
            .iter()
            .any(|word| word.starts_with(self.folder.to_string_lossy().as_ref()));
        (ours && words.first()?.ends_with(name)).then_some(pid)
    }

    /// The process id that a daemon wrote at its start.
    fn pid(&self, name: &str) -> Option<u32> {
        read_file(&self.folder.join(format!("{name}.pid")))
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// Whether the engine answers a ping on its socket.
    fn answers(&self) -> bool {
        let ping = || -> std::io::Result<bool> {
            let mut stream = UnixStream::connect(self.socket())?;
            stream.set_read_timeout(Some(Duration::from_secs(20)))?;
            stream.write_all(b"GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer.lines().next().is_some_and(|status| status.contains(" 200 ")))
        };
        ping().unwrap_or(false)
    }

    fn log_end(&self, name: &str) -> String {
        let log = read_file(&self.folder.join(format!("{name}.log"))).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let last = lines[lines.len().saturating_sub(12)..].join("\n");
        format!("; the end of its log:\n{last}")
    }
}

/// The words of a process's command line. A process that has ended and still waits for its parent has none.
fn command_line(pid: u32) -> Option<Vec<String>> {
    let command = std::fs::read(format!("/proc/{pid}/cmdline"))
        .ok()
        .filter(|command| !command.is_empty())?;
    Some(
        command
            .split(|byte| *byte == 0)
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect(),
    )
}
