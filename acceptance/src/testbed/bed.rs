//! A testbed: a network with an image registry, an ACME server and a DNS server, and room for hosts.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::authority::Authority;
use super::cache::{Cache, Lock, make_folder, read_file, write_file};
use super::command::run;
use super::engine::Engine;
use super::error::{Result, TestbedError};
use super::host::{HostOptions, TestHost};
use super::images::Images;
use super::network::{self, Subnet};
use super::owner::Owner;
use super::wait::wait_until;
use super::{names, prune, registry};

/// Environment variable with the id of a testbed that tests use together instead of making their own.
pub const SHARED_VARIABLE: &str = "QUICKFRA_TESTBED";
/// Label with the id of the testbed that a container or network belongs to.
pub(super) const LABEL: &str = "quickfra.testbed";
/// Label with the owner of a container or network.
pub(super) const OWNER_LABEL: &str = "quickfra.owner";
/// Label with the address of a host, which it has also while it is stopped.
pub(super) const ADDRESS_LABEL: &str = "quickfra.address";

/// Last numbers of the addresses of the services. Hosts come behind them.
const DNS: u8 = 2;
const REGISTRY: u8 = 3;
const PEBBLE: u8 = 4;
/// Hosts that at most install at once on one machine: what they do is unpacking, so they wait for the processor.
const INSTALLING_AT_ONCE: usize = 2;

/// How long a service of the testbed may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is written down about a testbed, for processes that did not make it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) subnet: Subnet,
    pub(super) services_image: String,
    pub(super) owner: String,
}

/// A container of a testbed.
#[derive(Debug, Clone)]
pub struct Status {
    /// Id of the testbed.
    pub testbed: String,
    /// Name of the container.
    pub name: String,
    /// Address, for hosts.
    pub address: Option<Ipv4Addr>,
    /// Who it belongs to.
    pub owner: Owner,
    /// The engine's words for how it is.
    pub state: String,
}

/// A testbed. Cloning gives another handle to the same one.
///
/// A testbed that was made with an owner is removed, with all its hosts, when the last handle in that process is
/// dropped; when the process dies before, by the next testbed that is made or by `cargo testbed prune`.
#[derive(Debug, Clone)]
pub struct Testbed {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) cache: Cache,
    pub(super) engine: Engine,
    pub(super) record: Record,
    pub(super) folder: PathBuf,
    authority: Authority,
    removed_on_drop: bool,
}

impl Testbed {
    /// The testbed that the tests of this process use together: the one that `QUICKFRA_TESTBED` names, which lives on, or
    /// one of this process, which is removed when the last test drops it.
    ///
    /// One ACME server serves all of them: when it restarts it forgets the accounts that hosts hold.
    pub fn shared() -> Result<Self> {
        static SHARED: Mutex<Weak<Inner>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(inner) = shared.upgrade() {
            return Ok(Self { inner });
        }
        let testbed = match std::env::var(SHARED_VARIABLE) {
            Ok(id) if !id.is_empty() => Self::attach(&Cache::of_user()?, &id)?,
            _ => Self::create(&Cache::of_user()?, Owner::this_process())?,
        };
        *shared = Arc::downgrade(&testbed.inner);
        Ok(testbed)
    }

    /// Makes a testbed: starts the engine, makes the images that are missing (the first time takes minutes), and starts the
    /// services. Removes first what belongs to processes that have ended.
    pub fn create(cache: &Cache, owner: Owner) -> Result<Self> {
        let engine = Engine::start(cache)?;
        prune::dead(cache, &engine)?;
        let authority = Authority::of(cache)?;
        let images = Images::new(cache, &engine);
        let services_image = images.services()?;
        let content = registry::filled(cache, &engine, &images)?;

        let id = new_id()?;
        let labels = labels(&id, &owner);
        let subnet = network::create(&engine, cache, &network_name(&id), &labels)?;
        let record = Record {
            id: id.clone(),
            subnet,
            services_image,
            owner: owner.to_string(),
        };
        let folder = cache.folder(format!("testbeds/{id}"))?;
        // From here on a failure removes what was made, by dropping it.
        let mut inner = Inner {
            cache: cache.clone(),
            engine,
            record,
            folder,
            authority,
            removed_on_drop: true,
        };
        inner.write_files()?;
        inner.start_services(&content, &labels)?;
        // Only now it is one that others may attach to.
        let text = serde_json::to_string_pretty(&inner.record);
        let file = inner.folder.join("testbed.json");
        let text = text.map_err(|source| TestbedError::State {
            path: file.clone(),
            source,
        })?;
        write_file(&file, text)?;
        inner.removed_on_drop = owner != Owner::Nobody;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A testbed that exists. It is not removed when the handle is dropped.
    pub fn attach(cache: &Cache, id: &str) -> Result<Self> {
        let folder = cache.root().join("testbeds").join(id);
        let file = folder.join("testbed.json");
        if !file.exists() {
            return Err(TestbedError::Usage(format!(
                "there is no testbed `{id}`; `cargo testbed status` lists them"
            )));
        }
        let record: Record =
            serde_json::from_str(&read_file(&file)?).map_err(|source| TestbedError::State { path: file, source })?;
        let engine = Engine::start(cache)?;
        // The rules do not outlive a restart of the machine, but the testbed does.
        network::allow(record.subnet)?;
        let authority = Authority::of(cache)?;
        Ok(Self {
            inner: Arc::new(Inner {
                cache: cache.clone(),
                engine,
                record,
                folder,
                authority,
                removed_on_drop: false,
            }),
        })
    }

    /// Removes the testbed of that id with everything in it.
    pub fn remove(cache: &Cache, id: &str) -> Result<()> {
        prune::testbed(cache, &Engine::start(cache)?, id)
    }

    /// Removes every testbed and host whose owner has ended; returns their names. With `all`, removes every testbed and
    /// ends the engine. Images and tools stay in the cache.
    pub fn prune(cache: &Cache, all: bool) -> Result<Vec<String>> {
        let Some(engine) = Engine::running(cache)? else {
            return Ok(Vec::new());
        };
        if all {
            prune::everything(cache, &engine)
        } else {
            prune::dead(cache, &engine)
        }
    }

    /// The containers of all testbeds. Empty when the engine does not run.
    pub fn status(cache: &Cache) -> Result<Vec<Status>> {
        let Some(engine) = Engine::running(cache)? else {
            return Ok(Vec::new());
        };
        let containers = prune::containers(&engine)?;
        Ok(containers
            .into_iter()
            .map(|container| Status {
                testbed: container.testbed,
                name: container.name,
                address: container.address.parse().ok(),
                owner: container.owner,
                state: container.status,
            })
            .collect())
    }

    /// The testbed's id.
    pub fn id(&self) -> &str {
        &self.inner.record.id
    }

    /// The testbed's network.
    pub fn subnet(&self) -> Subnet {
        self.inner.record.subnet
    }

    /// Makes a host and waits until it can be reached by ssh.
    pub fn host(&self, options: HostOptions) -> Result<TestHost> {
        TestHost::create(self.clone(), options)
    }

    /// Waits until fewer than two hosts of this machine install something. Hold the value while a host installs.
    pub fn installing(&self) -> Result<Lock> {
        self.inner.cache.lock_one_of("installing", INSTALLING_AT_ONCE)
    }

    /// Address of the DNS server, which every host asks. It knows `*.test` and forwards other names.
    pub fn dns_server(&self) -> Ipv4Addr {
        self.subnet().address(DNS)
    }

    /// Gives a name below `test` an address, for hosts, containers in them and the ACME server alike. Returns when the DNS
    /// server answers so. A name that has an address gets the new one instead.
    pub fn add_name(&self, name: &str, address: Ipv4Addr) -> Result<()> {
        self.inner.add_name(name, address)
    }

    /// Takes a name away again.
    pub fn remove_name(&self, name: &str) -> Result<()> {
        let path = self.inner.folder.join("names").join(name);
        std::fs::remove_file(&path).map_err(|source| TestbedError::File {
            action: "cannot remove",
            path,
            source,
        })?;
        let gone = || Ok(names::addresses(self.dns_server(), name).is_empty().then_some(()));
        wait_until(&format!("the end of the name {name}"), PATIENCE, gone, String::new)
    }

    /// Name of the registry, as it stands before the path of an image. It offers the catalog's images under the official
    /// paths and tags, each also as `TAG-r2` (the same software in another image) and `TAG-sick` (starts, never becomes
    /// healthy). It answers as Docker Hub too, so that references without a registry lead to it.
    pub fn registry(&self) -> &'static str {
        "registry.test"
    }

    /// Directory URL of the ACME server (Pebble), which validates on the real ports 80 and 443.
    pub fn acme_directory(&self) -> &'static str {
        "https://pebble.test:14000/dir"
    }

    /// File with the certificate of the authority that signed the registry and the ACME server's API; PEM. Hosts trust it.
    pub fn authority_file(&self) -> PathBuf {
        self.inner.authority.certificate_file()
    }

    /// The root certificate under which the ACME server issues, PEM. Every testbed has its own.
    pub fn acme_root(&self) -> Result<String> {
        self.inner.engine.run([
            "exec",
            &self.inner.service("pebble"),
            "curl",
            "--silent",
            "--show-error",
            "--fail",
            "--cacert",
            "/testbed/authority.pem",
            "--resolve",
            "pebble.test:15000:127.0.0.1",
            "https://pebble.test:15000/roots/0",
        ])
    }

    /// File with the private key that opens every host of this testbed, in OpenSSH's form.
    pub fn key_file(&self) -> PathBuf {
        self.inner.folder.join("keys/client")
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }
}

impl Inner {
    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Name of the container of a service.
    fn service(&self, name: &str) -> String {
        format!("{}-{name}", self.record.id)
    }

    /// Puts everything that the services and hosts read into the testbed's folder.
    fn write_files(&self) -> Result<()> {
        let subnet = self.record.subnet;
        for folder in ["keys", "names", "services"] {
            make_folder(&self.folder.join(folder))?;
        }
        make_ssh_key(&self.folder.join("keys/client"), "quickfra-testbed")?;
        write_file(
            &self.folder.join("resolv.conf"),
            format!("nameserver {}\n", subnet.address(DNS)),
        )?;

        let services = self.folder.join("services");
        let names = ["registry.test", "pebble.test", "registry-1.docker.io"];
        let leaf = self.authority.sign(
            &names,
            &[subnet.address(REGISTRY), subnet.address(PEBBLE), Ipv4Addr::LOCALHOST],
        )?;
        write_file(&services.join("services.pem"), leaf.certificate)?;
        write_file(&services.join("services.key"), leaf.key)?;
        write_file(
            &services.join("authority.pem"),
            read_file(&self.authority.certificate_file())?,
        )?;
        write_file(&services.join("registry.yml"), registry::CONFIGURATION)?;
        let pebble = serde_json::json!({"pebble": {
            "listenAddress": "0.0.0.0:14000", "managementListenAddress": "0.0.0.0:15000",
            "certificate": "/testbed/services.pem", "privateKey": "/testbed/services.key",
            // The ports that the validation connects to.
            "httpPort": 80, "tlsPort": 443,
            "ocspResponderURL": "", "externalAccountBindingRequired": false,
        }});
        write_file(&services.join("pebble.json"), pebble.to_string())?;
        for (name, last) in [("registry.test", REGISTRY), ("pebble.test", PEBBLE)] {
            write_file(
                &self.folder.join("names").join(name),
                host_line(name, subnet.address(last)),
            )?;
        }
        Ok(())
    }

    fn start_services(&self, registry_content: &Path, labels: &[String]) -> Result<()> {
        let subnet = self.record.subnet;
        let dns = subnet.address(DNS).to_string();
        let names = self.folder.join("names");
        let as_hub = format!("--address=/registry-1.docker.io/{}", subnet.address(REGISTRY));
        self.start_service(
            "dns",
            DNS,
            labels,
            &["--volume", &format!("{}:/names:ro", names.display())],
            // `local`: what is not known below `test` does not exist; nobody else is asked.
            &[
                "dnsmasq",
                "--keep-in-foreground",
                "--user=root",
                "--no-hosts",
                "--hostsdir=/names",
                "--local=/test/",
                &as_hub,
            ],
        )?;
        self.start_service(
            "registry",
            REGISTRY,
            labels,
            &["--volume", &format!("{}:/registry:ro", registry_content.display())],
            &["docker-registry", "serve", "/testbed/registry.yml"],
        )?;
        self.start_service(
            "pebble",
            PEBBLE,
            labels,
            // No artificial waits and no artificial errors; the validation itself is real.
            &["--env", "PEBBLE_VA_NOSLEEP=1", "--env", "PEBBLE_WFE_NONCEREJECT=0"],
            &[
                "pebble",
                "-config",
                "/testbed/pebble.json",
                "-dnsserver",
                &format!("{dns}:53"),
            ],
        )?;
        for (name, last, port) in [("registry", REGISTRY, 443), ("pebble", PEBBLE, 14000)] {
            let address = (subnet.address(last), port).into();
            let reachable = || {
                Ok(std::net::TcpStream::connect_timeout(&address, Duration::from_secs(1))
                    .ok()
                    .map(drop))
            };
            wait_until(name, PATIENCE, reachable, || self.log_end(name))?;
        }
        let known =
            || Ok((names::addresses(subnet.address(DNS), "pebble.test") == [subnet.address(PEBBLE)]).then_some(()));
        wait_until("the DNS server", PATIENCE, known, || self.log_end("dns"))
    }

    fn start_service(&self, name: &str, last: u8, labels: &[String], options: &[&str], command: &[&str]) -> Result<()> {
        let mut run = self.engine.docker([
            "run",
            "--detach",
            "--restart",
            "on-failure",
            "--name",
            &self.service(name),
        ]);
        run.args([
            "--network",
            &network_name(&self.record.id),
            "--ip",
            &self.record.subnet.address(last).to_string(),
        ]);
        for label in labels {
            run.args(["--label", label]);
        }
        run.args([
            "--volume",
            &format!("{}:/testbed:ro", self.folder.join("services").display()),
        ]);
        super::command::run(run.args(options).arg(&self.record.services_image).args(command)).map(drop)
    }

    fn add_name(&self, name: &str, address: Ipv4Addr) -> Result<()> {
        if !name.ends_with(".test") || name.contains('/') || name.contains(char::is_whitespace) {
            return Err(TestbedError::Usage(format!("`{name}` is not a name below `test`")));
        }
        // Written beside and renamed: the server reads a file as soon as it is there.
        let (new, path) = (self.folder.join("new-name"), self.folder.join("names").join(name));
        write_file(&new, host_line(name, address))?;
        std::fs::rename(&new, &path).map_err(|source| TestbedError::File {
            action: "cannot write",
            path,
            source,
        })?;
        let dns = self.record.subnet.address(DNS);
        let known = || Ok((names::addresses(dns, name) == [address]).then_some(()));
        wait_until(&format!("the name {name}"), PATIENCE, known, || self.log_end("dns"))
    }

    fn log_end(&self, service: &str) -> String {
        let logs = super::command::output_with_input(
            &mut self.engine.docker(["logs", "--tail", "12", &self.service(service)]),
            &[],
        );
        let text = logs
            .map(|output| [output.stdout, output.stderr].concat())
            .unwrap_or_default();
        format!("; the end of its log:\n{}", String::from_utf8_lossy(&text))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.removed_on_drop
            && let Err(error) = prune::testbed(&self.cache, &self.engine, &self.record.id)
        {
            crate::say(&format!("testbed {} could not be removed: {error}", self.record.id));
        }
    }
}

/// Name of the testbed's network in the engine.
pub(super) fn network_name(id: &str) -> String {
    format!("{id}-net")
}

/// Labels of everything that belongs to the testbed.
pub(super) fn labels(id: &str, owner: &Owner) -> Vec<String> {
    vec![format!("{LABEL}={id}"), format!("{OWNER_LABEL}={owner}")]
}

/// Makes an ed25519 key pair without a passphrase: `path` and `path.pub`.
pub(super) fn make_ssh_key(path: &Path, comment: &str) -> Result<()> {
    let mut make = std::process::Command::new("ssh-keygen");
    run(make
        .args(["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f"])
        .arg(path))
    .map(drop)
}

/// A line of a hosts file.
fn host_line(name: &str, address: Ipv4Addr) -> String {
    format!("{address} {name}\n")
}

/// An id that no other testbed has.
fn new_id() -> Result<String> {
    let uuid = read_file(Path::new("/proc/sys/kernel/random/uuid"))?;
    Ok(format!("tb{}", uuid.get(..8).unwrap_or_default()))
}
