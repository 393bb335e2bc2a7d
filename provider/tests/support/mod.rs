//! Running the engine's scripts on this machine, in a folder that stands for `/`, with a double of docker.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use quickfra::host::address::Machine;
use quickfra::host::apply::{Applied, ApplyOptions, DestroyOptions, Origin, apply};
use quickfra::host::apply::{Data, Destroyed, destroy};
use quickfra::host::desired::{ConfigFile, FirstRun, GeneratedSecret, LiveReload, Release, ServiceExpectation};
use quickfra::host::engine_error::EngineError;
use quickfra::host::error::{HostError, Peer};
use quickfra::host::probe::{ProbeRequest, probe};
use quickfra::host::run::{Exit, Input, Limits, Output, Run, Script};
use quickfra::host::snapshot::{Snapshot, StackSnapshot};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

/// The shells that every script must run in.
pub const SHELLS: [&[&str]; 2] = [&["dash"], &["busybox", "sh"]];

/// The steps of a transaction that succeeds, in their order, as its script begins them.
pub static STEPS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let script = include_str!("../../src/host/shell/release.sh");
    script.lines().filter_map(|line| line.strip_prefix("begin ")).collect()
});

/// A folder that stands for a machine.
pub struct Sandbox {
    folder: tempfile::TempDir,
    shell: &'static [&'static str],
    pub runs: AtomicUsize,
}

impl Sandbox {
    pub fn new(shell: &'static [&'static str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["etc", "run", "tmp", "double"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        fs::write(
            folder.path().join("etc/os-release"),
            "ID=debian\nVERSION_ID=\"13\"\nPRETTY_NAME='Test 13'\n",
        )
        .unwrap();
        fs::write(
            folder.path().join("double/images"),
            "example/web:1\nexample/ingress:1\n",
        )
        .unwrap();
        Self {
            folder,
            shell,
            runs: AtomicUsize::new(0),
        }
    }

    pub fn root(&self) -> String {
        self.folder.path().to_str().unwrap().to_owned()
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// A path of the stack `test`.
    pub fn stack(&self, below: &str) -> PathBuf {
        self.path("opt/quickfra/test").join(below)
    }

    pub fn fault(&self, name: &str) {
        fs::write(self.path("double").join(name), "").unwrap();
    }

    pub fn mend(&self, name: &str) {
        fs::remove_file(self.path("double").join(name)).unwrap();
    }

    /// What docker was asked since the last time, only verbs that change something.
    pub fn changes(&self) -> Vec<String> {
        let calls = self.path("double/calls");
        let text = fs::read_to_string(&calls).unwrap_or_default();
        let _ = fs::remove_file(calls);
        let changing = |line: &&str| {
            let words: Vec<&str> = line.split(' ').collect();
            let verb = if words[0] == "compose" {
                words.get(5)
            } else {
                words.first()
            };
            verb.is_some_and(|verb| ["up", "pull", "stop", "restart", "rm", "exec", "unpause"].contains(verb))
                || matches!(words.as_slice(), ["volume" | "network", "rm", ..])
        };
        let short = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            if words[0] == "compose" {
                let release = words[4].rsplit('/').nth(1).unwrap_or_default();
                format!("{} {release}", words[5])
            } else {
                words[0].to_owned()
            }
        };
        text.lines().filter(changing).map(short).collect()
    }

    pub fn options(&self) -> ApplyOptions {
        ApplyOptions {
            root: self.root(),
            ..ApplyOptions::new(origin())
        }
    }

    pub async fn apply(&self, release: &Release) -> Result<Applied, EngineError> {
        self.apply_with(release, &self.options()).await
    }

    pub async fn apply_with(&self, release: &Release, options: &ApplyOptions) -> Result<Applied, EngineError> {
        apply(self, release, options, &CancellationToken::new(), |_| {}).await
    }

    pub async fn destroy(&self, data: Data) -> Result<Destroyed, EngineError> {
        let options = DestroyOptions {
            root: self.root(),
            ..DestroyOptions::new(origin(), data)
        };
        destroy(self, "test", &options, &CancellationToken::new(), |_| {}).await
    }

    pub async fn probe(&self) -> Snapshot {
        self.try_probe().await.unwrap()
    }

    pub async fn try_probe(&self) -> Result<Snapshot, EngineError> {
        let request = ProbeRequest {
            root: self.root(),
            ..ProbeRequest::default()
        };
        probe(self, &request, &CancellationToken::new()).await
    }

    pub async fn stack_snapshot(&self) -> StackSnapshot {
        self.probe().await.stacks.remove("test").expect("the stack is there")
    }

    /// Everything below the stack's folder, with content and mode; secrets by name only.
    pub fn tree(&self) -> Vec<String> {
        let mut lines = Vec::new();
        walk(&self.stack(""), &self.stack(""), &mut lines);
        lines.sort();
        lines
    }
}

fn walk(root: &Path, folder: &Path, lines: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if path.is_symlink() {
            lines.push(format!("{name} -> {}", fs::read_link(&path).unwrap().display()));
        } else if path.is_dir() {
            walk(root, &path, lines);
        } else {
            lines.push(name);
        }
    }
}

impl Run for Sandbox {
    async fn run(
        &self,
        script: &Script,
        input: Input,
        limits: Limits,
        cancel: &CancellationToken,
        mut on_line: impl FnMut(&str) + Send,
    ) -> Result<Output, HostError> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let double = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/double");
        let mut child = tokio::process::Command::new(self.shell[0])
            .args(&self.shell[1..])
            .arg("-c")
            .arg(script.text())
            .env("PATH", format!("{double}:{}", std::env::var("PATH").unwrap()))
            .env("DOUBLE", self.path("double"))
            .env("SSH_CONNECTION", "192.0.2.9 4711 192.0.2.1 22")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be started ({error}): install it", self.shell[0]));
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let peer = Peer::of(&Machine::Local);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let write = async {
            // The script may end before it has read everything.
            let _ = stdin.write_all(input.as_bytes()).await;
            drop(stdin);
        };
        let read = async {
            let mut buffer = vec![0; 4096];
            let mut told = 0;
            loop {
                let count = stdout.read(&mut buffer).await.unwrap();
                if count == 0 {
                    return;
                }
                out.extend_from_slice(&buffer[..count]);
                while let Some(length) = out[told..].iter().position(|&byte| byte == b'\n') {
                    on_line(&String::from_utf8_lossy(&out[told..told + length]));
                    told += length + 1;
                }
            }
        };
        let all = async { tokio::join!(write, read, stderr.read_to_end(&mut err)) };
        let until = limits
            .deadline
            .map_or(std::time::Duration::from_mins(10), |end| end - Instant::now());
        tokio::select! {
            _ = all => {}
            () = tokio::time::sleep(until) => return Err(HostError::Deadline { peer, sent: true, after: until }),
            () = cancel.cancelled() => return Err(HostError::Cancelled { peer, sent: true }),
        }
        let status = child.wait().await.unwrap();
        let status = status
            .code()
            .map_or_else(|| Exit::Signal("KILL".to_owned()), Exit::Code);
        Ok(Output {
            status,
            stdout: out,
            stderr: err,
        })
    }
}

pub fn origin() -> Origin {
    Origin {
        who: "ada@laptop \"x\"".to_owned(),
        provider: "0.1.0".to_owned(),
    }
}

/// A release of two services, whose configuration hash and health the double takes from comments.
pub fn release(web: &str, health: &str) -> Release {
    let service = |name: &str| ServiceExpectation {
        name: name.to_owned(),
        image: format!("example/{name}:1"),
        has_health_check: true,
        hosts: Vec::new(),
    };
    Release {
        stack: "test".to_owned(),
        compose: format!(
            "# service web example/web:1 {web} {health}\n# service ingress example/ingress:1 fixed healthy\nservices: {{}}\n"
        ),
        files: vec![
            file("web", "app.conf", "listen 80\n"),
            file("web", "sub/more.conf", "more\n"),
        ],
        live: vec![file("ingress", "routes.yaml", "routes: []\n")],
        reloads: vec![LiveReload {
            service: "ingress".to_owned(),
            metric: None,
            settle_seconds: 0,
        }],
        secrets: vec![GeneratedSecret {
            service: "web".to_owned(),
            name: "password".to_owned(),
            length: 32,
            mode: 0o400,
            owner: 0,
            group: 0,
        }],
        services: vec![service("web"), service("ingress")],
        steps: vec![FirstRun {
            service: "web".to_owned(),
            name: "administrator".to_owned(),
            command: vec!["sh".to_owned(), "-c".to_owned(), "it's $(id) `id` \"\\n\" *".to_owned()],
            script: "the script\n".to_owned(),
            secrets: vec!["password".to_owned()],
        }],
        ..Release::default()
    }
}

pub fn file(service: &str, path: &str, content: &str) -> ConfigFile {
    ConfigFile {
        service: service.to_owned(),
        path: path.to_owned(),
        mode: 0o644,
        content: content.into(),
    }
}
