//! A real OpenSSH server, agent and keys, all in a temporary directory and gone with it.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use quickfra::host::address::{Machine, SshAddress};
use quickfra::host::credentials::Credentials;
use tempfile::TempDir;
use tfplugin::Secret;

const SSHD: &str = "/usr/sbin/sshd";

/// Runs a command to its end and returns its output.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The user who runs the tests: a server that is not root's can serve nobody else.
pub(crate) fn user() -> String {
    output(Command::new("id").arg("-un")).trim().to_owned()
}

/// A key pair in a directory.
pub(crate) struct Key(PathBuf);

impl Key {
    pub(crate) fn generate(directory: &Path, name: &str, kind: &str) -> Self {
        Self::protected(directory, name, kind, "", &[])
    }

    /// A key that a passphrase protects; more arguments of ssh-keygen choose another form than OpenSSH's own.
    pub(crate) fn protected(directory: &Path, name: &str, kind: &str, passphrase: &str, form: &[&str]) -> Self {
        let path = directory.join(name);
        let mut command = Command::new("ssh-keygen");
        command
            .args(["-q", "-N", passphrase, "-C", name, "-t", kind])
            .args(form);
        output(command.arg("-f").arg(&path));
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn private(&self) -> Secret {
        Secret::from(std::fs::read_to_string(&self.0).unwrap())
    }

    /// Type and base64.
    pub(crate) fn public(&self) -> String {
        let text = std::fs::read_to_string(self.0.with_extension("pub")).unwrap();
        text.split(' ').take(2).collect::<Vec<_>>().join(" ")
    }
}

/// A server on a loopback port, with an ed25519 and an ECDSA host key and one key that may log in.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    pub(crate) host_key: Key,
    pub(crate) ecdsa_host_key: Key,
    pub(crate) user_key: Key,
    pub(crate) directory: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with("")
    }

    /// A server with more lines in its configuration.
    pub(crate) fn with(options: &str) -> Self {
        assert!(
            Path::new(SSHD).exists(),
            "{SSHD} is missing. The tests need a real OpenSSH server: apt-get install openssh-server"
        );
        if user() == "root" {
            // Where sshd parks its unprivileged half; the service's unit makes it on a machine that runs one.
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let host_key = Key::generate(directory.path(), "host_ed25519", "ed25519");
        let ecdsa_host_key = Key::generate(directory.path(), "host_ecdsa", "ecdsa");
        let user_key = Key::generate(directory.path(), "user", "ed25519");
        std::fs::write(at("authorized_keys"), user_key.public()).unwrap();
        // Another process may take the port before sshd does; then sshd says so and ends.
        let (child, port) = (0..5)
            .find_map(|_| Self::listen(directory.path(), options))
            .expect("no free port for sshd");
        Self {
            child,
            port,
            host_key,
            ecdsa_host_key,
            user_key,
            directory,
        }
    }

    fn listen(directory: &Path, options: &str) -> Option<(Child, u16)> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = directory.join("sshd_config");
        let at = |name: &str| directory.join(name).display().to_string();
        let text = format!(
            "{options}\nPort {port}\nListenAddress 127.0.0.1\nHostKey {}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\n\
             UsePAM no\nUseDNS no\nStrictModes no\nPermitRootLogin yes\nKbdInteractiveAuthentication no\nLogLevel VERBOSE\n",
            at("host_ed25519"),
            at("host_ecdsa"),
            at("authorized_keys"),
        );
        std::fs::write(&config, text).unwrap();
        let mut child = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(&config)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("Server listening on") {
            if log.read_line(&mut said).unwrap() == 0 {
                child.wait().unwrap();
                assert!(said.contains("Address already in use"), "sshd does not start: {said}");
                return None;
            }
        }
        // sshd would end at a closed pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Some((child, port))
    }

    /// How to reach it, with its key pinned.
    pub(crate) fn address(&self) -> SshAddress {
        SshAddress {
            port: self.port,
            user: user(),
            host_key: Some(self.host_key.public()),
            ..SshAddress::new("127.0.0.1")
        }
    }

    pub(crate) fn machine(&self) -> Machine {
        Machine::Ssh(self.address())
    }

    /// Its key, and nothing of the machine the tests run on.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials {
            private_keys: vec![self.user_key.private()],
            ..self.no_credentials()
        }
    }

    /// Nothing to log in with, and an empty file of known hosts.
    pub(crate) fn no_credentials(&self) -> Credentials {
        let known_hosts = self.directory.path().join("known_hosts");
        if !known_hosts.exists() {
            std::fs::write(&known_hosts, "").unwrap();
        }
        Credentials {
            agent: false,
            known_hosts: vec![known_hosts],
            ..Credentials::default()
        }
    }

    /// Replaces the file of known hosts.
    pub(crate) fn know(&self, text: &str) {
        std::fs::write(self.directory.path().join("known_hosts"), text).unwrap();
    }

    /// Its name among the known hosts.
    pub(crate) fn name(&self) -> String {
        format!("[127.0.0.1]:{}", self.port)
    }

    /// Stops listening. Sessions go on.
    pub(crate) fn stop(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An agent of its own.
pub(crate) struct Agent {
    child: Child,
    pub(crate) socket: PathBuf,
}

impl Agent {
    pub(crate) fn start(directory: &Path) -> Self {
        let socket = directory.join("agent");
        let mut child = Command::new("ssh-agent")
            .arg("-D")
            .arg("-a")
            .arg(&socket)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // It speaks when it listens.
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        Self { child, socket }
    }

    pub(crate) fn add(&self, key: &Key) {
        output(
            Command::new("ssh-add")
                .arg("-q")
                .arg(key.path())
                .env("SSH_AUTH_SOCK", &self.socket),
        );
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
