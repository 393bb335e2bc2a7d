//! The test host, the relay before it, and the folder in which the tools run.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use acceptance::{
    harness::{Environment, Tool},
    testbed::{HostOptions, Relay, TestHost, Testbed, Traffic},
};
use tempfile::TempDir;

use crate::{Result, figures::between};

/// Round trip of the far host, above what loopback takes.
pub(crate) const ROUND_TRIP: Duration = Duration::from_millis(50);

/// How often a port is asked for again that the relay before has not yet given back.
const PORT_TRIES: u32 = 100;

/// How far away the host seems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    Near,
    Far,
}

/// Everything that the measurements on a host share.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) testbed: Testbed,
    pub(crate) host: TestHost,
    pub(crate) environment: Environment,
    relay: Relay,
    // Last: the folder goes when all else is done with it.
    folder: TempDir,
}

/// How a command went.
#[derive(Debug)]
pub(crate) struct Timed {
    pub(crate) seconds: f64,
    pub(crate) traffic: Traffic,
    pub(crate) code: Option<i32>,
    pub(crate) stderr: String,
    stdout: String,
}

impl Timed {
    /// The exit code must be this one.
    pub(crate) fn expect(self, code: i32) -> Result<Self> {
        if self.code == Some(code) {
            return Ok(self);
        }
        let Self { stdout, stderr, .. } = &self;
        Err(format!(
            "a measured command ended with {:?} in place of {code}\n{stdout}\n{stderr}",
            self.code
        )
        .into())
    }
}

impl Scene {
    pub(crate) fn set_up(provider: &Path) -> Result<Self> {
        let testbed = Testbed::shared()?;
        let host = testbed.host(HostOptions {
            engine: true,
            ..HostOptions::default()
        })?;
        host.settled()?;
        let folder = tempfile::Builder::new().prefix("qf").tempdir()?;
        let environment = Environment::create(folder.path())?;
        environment.mirror().offer(provider)?;
        let relay = Relay::start(SocketAddr::from((host.address(), 22)), Duration::ZERO, None)?;
        let scene = Self {
            testbed,
            host,
            environment,
            relay,
            folder,
        };
        fs::create_dir_all(scene.folder().join("home/.ssh"))?;
        let (key, address) = (scene.host.host_key(), scene.host.address());
        let lines = format!("[127.0.0.1]:{} {key}\n{address} {key}\n", scene.port());
        fs::write(scene.known_hosts(), lines)?;
        Ok(scene)
    }

    /// Moves the host. Its address stays the same, since another address would be another machine.
    pub(crate) fn go(&mut self, distance: Distance) -> Result<()> {
        let delay = match distance {
            Distance::Near => Duration::ZERO,
            Distance::Far => ROUND_TRIP / 2,
        };
        let (target, port) = (SocketAddr::from((self.host.address(), 22)), self.port());
        // A relay gives its port back when it is dropped.
        self.relay = Relay::start(target, delay, None)?;
        let mut tries = 0;
        self.relay = loop {
            match Relay::start(target, delay, Some(port)) {
                Err(_) if tries < PORT_TRIES => tries += 1,
                started => break started?,
            }
            thread::sleep(Duration::from_millis(10));
        };
        Ok(())
    }

    /// Port of the relay on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.relay.address().port()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn known_hosts(&self) -> PathBuf {
        self.folder().join("home/.ssh/known_hosts")
    }

    /// Runs a command with `input` on its standard input.
    pub(crate) fn timed(&self, mut command: Command, input: Option<&Path>) -> Result<Timed> {
        let input = match input {
            Some(path) => Stdio::from(fs::File::open(path)?),
            None => Stdio::null(),
        };
        let before = self.relay.traffic();
        let begun = Instant::now();
        let output = command.stdin(input).output()?;
        Ok(Timed {
            seconds: begun.elapsed().as_secs_f64(),
            traffic: between(before, self.relay.traffic()),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// The ssh client with a login at `address`; the caller adds the command.
    pub(crate) fn ssh(&self, address: &str, port: u16) -> Command {
        let mut command = Command::new("ssh");
        command
            .args(["-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o"])
            .arg(format!("UserKnownHostsFile={}", self.known_hosts().display()))
            .arg("-i")
            .arg(self.host.key_file())
            .args(["-p", &port.to_string(), &format!("root@{address}")]);
        command
    }

    /// Runs a script on the host, beside the relay, and gives its output.
    pub(crate) fn on_host(&self, script: &str) -> Result<Vec<u8>> {
        let mut command = self.ssh(&self.host.address().to_string(), 22);
        let output = command.arg(script).stdin(Stdio::null()).output()?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let text = String::from_utf8_lossy(&output.stderr);
        Err(format!("on the host `{script}` ended with {}\n{text}", output.status).into())
    }

    /// Runs terraform with the provider's log on standard error if `logged`.
    pub(crate) fn terraform(&self, arguments: &[&str], logged: bool) -> Result<Timed> {
        let mut command = self.environment.command(Tool::Terraform)?;
        command.args(arguments);
        if logged {
            command.env("TF_LOG_PROVIDER", "DEBUG");
        }
        self.timed(command, None)
    }
}
