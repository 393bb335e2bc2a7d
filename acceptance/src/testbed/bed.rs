//! A testbed: a network with an image registry, an ACME server and a DNS server, and room for hosts.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde::{Deserialize, Serialize};

use super::authority::Authority;
use super::cache::{Cache, Lock, read_file, write_file};
use super::command::run;
use super::engine::Engine;
use super::error::{Result, TestbedError};
use super::host::{HostOptions, TestHost};
use super::images::Images;
use super::network::{self, Subnet};
use super::owner::Owner;
use super::services::DNS;
use super::status_server::StatusServer;
use super::{prune, registry};

/// Environment variable with the id of a testbed that tests use together instead of making their own.
pub const SHARED_VARIABLE: &str = "QUICKFRA_TESTBED";
/// Label with the id of the testbed that a container or network belongs to.
pub(super) const LABEL: &str = "quickfra.testbed";
/// Label with the owner of a container or network.
pub(super) const OWNER_LABEL: &str = "quickfra.owner";
/// Label with the address of a host, which it has also while it is stopped.
pub(super) const ADDRESS_LABEL: &str = "quickfra.address";

/// Hosts that at most install at once on one machine: what they do is unpacking, so they wait for the processor.
const INSTALLING_AT_ONCE: usize = 2;

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
    pub(super) authority: Authority,
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
            _ => Self::create(&Cache::of_user()?, &Owner::this_process())?,
        };
        *shared = Arc::downgrade(&testbed.inner);
        Ok(testbed)
    }

    /// Makes a testbed: starts the engine, makes the images that are missing (the first time takes minutes), and starts the
    /// services. Removes first what belongs to processes that have ended.
    pub fn create(cache: &Cache, owner: &Owner) -> Result<Self> {
        let engine = Engine::start(cache)?;
        prune::dead(cache, &engine)?;
        let authority = Authority::of(cache)?;
        let images = Images::new(cache, &engine);
        let services_image = images.services()?;
        let content = registry::filled(cache, &engine, &images)?;

        let id = new_id()?;
        let labels = labels(&id, owner);
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
        inner.removed_on_drop = *owner != Owner::Nobody;
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
        TestHost::create(self, options)
    }

    /// Makes an Uptime Kuma without a user, and waits until it takes connections.
    pub fn status_server(&self) -> Result<StatusServer> {
        StatusServer::create(self)
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
        self.inner.remove_name(name)
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

/// An id that no other testbed has.
fn new_id() -> Result<String> {
    let uuid = read_file(Path::new("/proc/sys/kernel/random/uuid"))?;
    Ok(format!("tb{}", uuid.get(..8).unwrap_or_default()))
}
