//! A disposable machine: a container with systemd and sshd, reachable from this machine by its address.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use super::bed::{ADDRESS_LABEL, LABEL, Testbed, labels, make_ssh_key, network_name};
use super::cache::{make_folder, read_file};
use super::command::{as_root, output_with_input, run};
use super::error::{Result, TestbedError};
use super::images::Images;
use super::isolation::{ControlGroups, control_groups, isolation, start_command, without_rights};
use super::network::lowest_free_address;
use super::owner::Owner;
use super::wait::wait_until;

/// Last number of the first address that a host gets.
const FIRST_HOST: u8 = 20;
/// How long a host may take to answer by ssh; a busy machine needs its time.
const BOOT: Duration = Duration::from_mins(2);

/// The user that can log in to a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum User {
    /// `root`.
    #[default]
    Root,
    /// A user who may run everything as root through `sudo` without a password.
    Sudo(String),
    /// A user without any right to become root.
    Plain(String),
}

impl User {
    /// The user's login name.
    pub fn name(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::Sudo(name) | Self::Plain(name) => name,
        }
    }
}

/// What a host should be like. The default is a bare one for root.
#[derive(Debug, Clone, Default)]
pub struct HostOptions {
    /// Whether the container engine and Compose are installed already, from the distribution's packages.
    pub engine: bool,
    /// Address in the testbed's network, for instance that of a host that was removed; else the first free one.
    pub address: Option<Ipv4Addr>,
    /// The user that has the testbed's key.
    pub user: User,
    /// A password for that user, beside the key. sshd accepts it from every user but root.
    pub password: Option<String>,
    /// Owner; else this process.
    pub owner: Option<Owner>,
}

/// A host. It is removed when the value is dropped, unless it is kept with [`TestHost::keep`].
#[derive(Debug)]
pub struct TestHost {
    testbed: Testbed,
    name: String,
    address: Ipv4Addr,
    user: User,
    host_key: String,
    removed_on_drop: bool,
}

impl TestHost {
    pub(super) fn create(testbed: &Testbed, options: HostOptions) -> Result<Self> {
        let inner = testbed.inner();
        let image = Images::new(&inner.cache, &inner.engine).host(&inner.authority, options.engine)?;
        let files = tempfile::tempdir_in(&inner.folder).map_err(|source| TestbedError::File {
            action: "cannot make a folder in",
            path: inner.folder.clone(),
            source,
        })?;
        let host_key = prepare_files(files.path(), &testbed.key_file())?;
        let owner = options.owner.unwrap_or_else(Owner::this_process);
        let host = {
            // Held until the engine knows the container: then the next host sees its address as taken.
            let _allocator = inner.cache.lock(&format!("addresses-{}", testbed.id()))?;
            let address = free_address(testbed, options.address)?;
            let [.., last] = address.octets();
            let name = format!("{}-host{last}", testbed.id());
            let mut create = inner
                .engine
                .docker(["create", "--name", &name, "--hostname", &format!("host{last}")]);
            create.args(["--network", &network_name(testbed.id()), "--ip", &address.to_string()]);
            for label in labels(testbed.id(), &owner) {
                create.args(["--label", &label]);
            }
            create.args(["--label", &format!("{ADDRESS_LABEL}={address}")]);
            create
                .args(isolation(&inner.folder.join("resolv.conf"), control_groups()?))
                .arg(&image);
            create.args(start_command(control_groups()?));
            run(&mut create)?;
            Self {
                testbed: testbed.clone(),
                name,
                address,
                user: options.user,
                host_key,
                removed_on_drop: true,
            }
        };
        host.engine().run([
            "cp",
            &format!("{}/.", files.path().display()),
            &format!("{}:/", host.name),
        ])?;
        host.start()?;
        host.add_user(options.password.as_deref())?;
        Ok(host)
    }

    /// Name of the host's container in the testbed's engine.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host's address, reachable from this machine. It stays when the host restarts.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// The user that can log in.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The host's public key as in `known_hosts`, without the address: `ssh-ed25519 AAAA...`.
    pub fn host_key(&self) -> &str {
        &self.host_key
    }

    /// File with the private key that opens the host.
    pub fn key_file(&self) -> PathBuf {
        self.testbed.key_file()
    }

    /// The testbed the host is in.
    pub fn testbed(&self) -> &Testbed {
        &self.testbed
    }

    /// Runs a script as root inside the host, beside ssh, and returns what it printed. A failure is an error.
    pub fn exec(&self, script: &str) -> Result<String> {
        run(&mut self.exec_command(script)?)
    }

    /// As [`TestHost::exec`]; how it ended is the caller's to judge. `input` is the script's standard input.
    pub fn exec_output(&self, script: &str, input: &[u8]) -> Result<Output> {
        output_with_input(&mut self.exec_command(script)?, input)
    }

    /// Waits until systemd has started everything, and returns its word for the state: `running` or `degraded`.
    pub fn settled(&self) -> Result<String> {
        let output = self.exec_output("systemctl is-system-running --wait", &[])?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Starts the host after [`TestHost::stop`] or [`TestHost::kill`] and waits until it answers by ssh.
    pub fn start(&self) -> Result<()> {
        self.engine().run(["start", &self.name])?;
        self.reachable()
    }

    /// Shuts the host down in order.
    pub fn stop(&self) -> Result<()> {
        self.engine().run(["stop", "--time", "30", &self.name]).map(drop)
    }

    /// Ends the host at once, as if its power was cut.
    pub fn kill(&self) -> Result<()> {
        self.engine().run(["kill", &self.name]).map(drop)
    }

    /// Shuts the host down and starts it again. Files stay; /run and /tmp are new, and so is the boot id.
    pub fn restart(&self) -> Result<()> {
        self.stop()?;
        self.start()
    }

    /// Cuts the host's link: packets in both directions are lost without a word, as with a pulled cable.
    pub fn cut_link(&self) -> Result<()> {
        self.set_link("down")
    }

    /// Puts the link back. Connections that did not give up meanwhile go on.
    pub fn restore_link(&self) -> Result<()> {
        self.set_link("up")
    }

    /// Waits until sshd greets.
    pub fn reachable(&self) -> Result<()> {
        let greets = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect_timeout(&(self.address, 22).into(), Duration::from_secs(1))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let mut greeting = [0; 4];
            stream.read_exact(&mut greeting)?;
            Ok(&greeting == b"SSH-")
        };
        let ready = || Ok(greets().unwrap_or(false).then_some(()));
        wait_until(&format!("ssh on {}", self.address), BOOT, ready, || self.last_words())
    }

    /// Lets the host live on when the value is dropped, until its testbed is removed or its owner has ended.
    pub fn keep(mut self) {
        self.removed_on_drop = false;
    }

    /// Removes the host with its disks.
    pub fn remove(mut self) -> Result<()> {
        self.removed_on_drop = false;
        self.delete()
    }

    fn delete(&self) -> Result<()> {
        self.engine().run(["rm", "--force", "--volumes", &self.name]).map(drop)
    }

    fn engine(&self) -> &super::engine::Engine {
        &self.testbed.inner().engine
    }

    /// A command that runs the script inside the host, by the way that works with this machine's control groups.
    fn exec_command(&self, script: &str) -> Result<std::process::Command> {
        if control_groups()? == ControlGroups::Unified {
            let mut docker = self.engine().docker(["exec", "--interactive", &self.name]);
            docker.args(["sh", "-c", script]);
            return Ok(docker);
        }
        // There, the engine would put the process into the host's topmost group, which takes none as soon as an inner
        // engine hands a controller down from it: «device or resource busy».
        let process = self
            .engine()
            .run(["inspect", "--format", "{{.State.Pid}}", &self.name])?;
        let mut enter = as_root("nsenter");
        enter
            .args(["--target", process.trim()])
            .args(["--mount", "--uts", "--ipc", "--net", "--pid", "--"])
            .args(["setpriv", &format!("--bounding-set={}", without_rights()), "env", "-i"])
            .args([
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
            ])
            .args(["sh", "-c", script]);
        Ok(enter)
    }

    /// Makes the user, with the testbed's key and the password.
    fn add_user(&self, password: Option<&str>) -> Result<()> {
        let name = self.user.name();
        if self.user != User::Root {
            let sudo = matches!(self.user, User::Sudo(_));
            let script = "useradd --create-home --shell /bin/bash \"$1\" && cp -r /root/.ssh /home/$1/ && chown -R \"$1:\" /home/$1/.ssh\n\
                          [ \"$2\" != true ] || echo \"$1 ALL=(ALL) NOPASSWD: ALL\" > \"/etc/sudoers.d/$1\"\n\
                          rm -rf /root/.ssh";
            self.engine()
                .run(["exec", &self.name, "sh", "-ec", script, "sh", name, &sudo.to_string()])?;
        }
        if let Some(password) = password {
            self.engine().run_with_input(
                ["exec", "--interactive", &self.name, "chpasswd"],
                format!("{name}:{password}\n").as_bytes(),
            )?;
        }
        Ok(())
    }

    /// Switches the machine's end of the host's network cable.
    fn set_link(&self, state: &str) -> Result<()> {
        let index = self.exec("cat /sys/class/net/eth0/iflink")?;
        let link = link_of_index(Path::new("/sys/class/net"), index.trim())
            .ok_or_else(|| TestbedError::Usage(format!("{} has no link on this machine", self.name)))?;
        run(as_root("ip").args(["link", "set", "dev", &link, state])).map(drop)
    }

    fn last_words(&self) -> String {
        let log = self.exec_output("journalctl --no-pager --lines 12 2>&1 || true", &[]);
        let text = log
            .map(|output| [output.stdout, output.stderr].concat())
            .unwrap_or_default();
        format!("; the end of its journal:\n{}", String::from_utf8_lossy(&text))
    }
}

impl Drop for TestHost {
    fn drop(&mut self) {
        if self.removed_on_drop
            && let Err(error) = self.delete()
        {
            crate::say(&format!("host {} could not be removed: {error}", self.name));
        }
    }
}

/// Lays out the files that a host gets before its first start; returns its public key.
fn prepare_files(root: &Path, client_key: &Path) -> Result<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path, mode| {
        let changed = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
        changed.map_err(|source| TestbedError::File {
            action: "cannot change",
            path: path.into(),
            source,
        })
    };
    make_folder(&root.join("etc/ssh"))?;
    make_folder(&root.join("root/.ssh"))?;
    mode(root, 0o755)?;
    mode(&root.join("root"), 0o700)?;
    mode(&root.join("root/.ssh"), 0o700)?;
    let key = root.join("etc/ssh/ssh_host_ed25519_key");
    make_ssh_key(&key, "")?;
    let authorized = root.join("root/.ssh/authorized_keys");
    super::cache::write_file(&authorized, read_file(&client_key.with_extension("pub"))?)?;
    mode(&authorized, 0o600)?;
    Ok(read_file(&key.with_extension("pub"))?.trim().to_owned())
}

/// The address asked for, or the first free one.
pub(super) fn free_address(testbed: &Testbed, wanted: Option<Ipv4Addr>) -> Result<Ipv4Addr> {
    let filter = format!("label={LABEL}={}", testbed.id());
    let format = format!("{{{{.Label \"{ADDRESS_LABEL}\"}}}}");
    let list = testbed
        .inner()
        .engine
        .run(["ps", "--all", "--filter", &filter, "--format", &format])?;
    let taken: BTreeSet<Ipv4Addr> = list.lines().filter_map(|line| line.trim().parse().ok()).collect();
    match wanted {
        Some(address) if !testbed.subnet().contains(address) || address.octets()[3] < FIRST_HOST => Err(
            TestbedError::Usage(format!("{address} is not a host's address in {}", testbed.subnet())),
        ),
        Some(address) if taken.contains(&address) => Err(TestbedError::Usage(format!("{address} is another host's"))),
        Some(address) => Ok(address),
        None => lowest_free_address(testbed.subnet(), &taken, FIRST_HOST)
            .ok_or_else(|| TestbedError::Usage(format!("{} is full", testbed.subnet()))),
    }
}

/// Name of the link with this index; `links` is the folder with one folder for each.
fn link_of_index(links: &Path, index: &str) -> Option<String> {
    let mut names = std::fs::read_dir(links).ok()?.flatten();
    let link = names.find(|link| read_file(&link.path().join("ifindex")).is_ok_and(|number| number.trim() == index))?;
    Some(link.file_name().to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_by_its_index() {
        let links = tempfile::tempdir().unwrap();
        for (name, index) in [("veth12", "17"), ("veth9", "7")] {
            make_folder(&links.path().join(name)).unwrap();
            super::super::cache::write_file(&links.path().join(name).join("ifindex"), format!("{index}\n")).unwrap();
        }
        assert_eq!(link_of_index(links.path(), "7").as_deref(), Some("veth9"));
        assert_eq!(link_of_index(links.path(), "17").as_deref(), Some("veth12"));
        assert_eq!(link_of_index(links.path(), "1"), None);
    }
}
