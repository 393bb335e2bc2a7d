//! From the start of the process to the handshake line, as the tool sees it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Result, figures::Sample, machine::memory};

/// What go-plugin sets for every provider, from its source and Terraform's `plugin` package.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);
const CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";

/// After the handshake line, before the process counts as idle.
const SETTLE: Duration = Duration::from_millis(200);

/// What starting costs.
#[derive(Debug, Default)]
pub(crate) struct Startup {
    /// Bytes of the binary.
    pub(crate) size: u64,
    /// Milliseconds to the handshake line.
    pub(crate) plain: Sample,
    /// The same with a client certificate, as Terraform and OpenTofu start providers.
    pub(crate) mutual_tls: Sample,
    /// MiB of resident memory while idle, with mutual TLS.
    pub(crate) memory: Sample,
    /// What of it is no page of a file, and so not shared with other processes.
    pub(crate) own: Sample,
}

/// One start.
struct Start {
    milliseconds: f64,
    memory: f64,
    own: f64,
}

pub(crate) fn measure(provider: &Path, runs: usize) -> Result<Startup> {
    let certificate = client_certificate()?;
    let mut startup = Startup {
        size: fs::metadata(provider)?.len(),
        ..Startup::default()
    };
    // Once without counting, so that the file is in memory.
    start(provider, None)?;
    for _ in 0..runs {
        startup.plain.add(start(provider, None)?.milliseconds);
        let Start {
            milliseconds,
            memory,
            own,
        } = start(provider, Some(&certificate))?;
        startup.mutual_tls.add(milliseconds);
        startup.memory.add(memory);
        startup.own.add(own);
    }
    Ok(startup)
}

/// Starts the provider, reads its handshake line, and a moment later its memory.
fn start(provider: &Path, certificate: Option<&str>) -> Result<Start> {
    // A process that is killed leaves its socket.
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(provider);
    command
        .env(COOKIE.0, COOKIE.1)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env_remove(CERTIFICATE)
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some(certificate) = certificate {
        command.env(CERTIFICATE, certificate);
    }
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut line)?;
    }
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    thread::sleep(SETTLE);
    let (resident, own) = (memory(child.id(), "VmRSS"), memory(child.id(), "RssAnon"));
    child.kill()?;
    child.wait()?;
    // Other published providers speak version 5.
    if !line.starts_with("1|6|") && !line.starts_with("1|5|") {
        return Err(format!("{} printed {line:?} in place of a handshake", provider.display()).into());
    }
    Ok(Start {
        milliseconds,
        memory: resident?,
        own: own?,
    })
}

/// A self-signed P-521 certificate, such as go-plugin makes.
fn client_certificate() -> Result<String> {
    let key = tempfile::NamedTempFile::new()?;
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:secp521r1",
            "-nodes",
        ])
        .args([
            "-sha512",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "basicConstraints=critical,CA:TRUE",
        ])
        .arg("-keyout")
        .arg(key.path())
        .output()?;
    if !made.status.success() {
        return Err(format!("openssl: {}", String::from_utf8_lossy(&made.stderr)).into());
    }
    Ok(String::from_utf8(made.stdout)?)
}
