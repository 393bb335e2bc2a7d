//! What one probe saw of a machine.

use std::collections::BTreeMap;
use std::fmt;

use super::desired::PortProtocol;

/// A machine as one probe saw it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The machine itself.
    pub facts: Facts,
    /// The container engine.
    pub engine: Engine,
    /// State of each package asked for.
    pub packages: BTreeMap<String, PackageState>,
    /// State of each systemd unit asked for.
    pub units: BTreeMap<String, UnitState>,
    /// State of each path asked for.
    pub paths: BTreeMap<String, PathState>,
    /// Every image on the machine; empty where the engine did not answer.
    pub images: Vec<LocalImage>,
    /// Sockets that listen for TCP or are bound for UDP.
    pub listeners: Vec<Listener>,
    /// Every stack under `/opt/quickfra`, by its name.
    pub stacks: BTreeMap<String, StackSnapshot>,
}

/// Facts of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// `ID` of os-release, such as `debian`. Empty where the file is missing.
    pub os: String,
    /// `VERSION_ID` of os-release, such as `13`. Empty where there is none (Debian sid).
    pub os_version: String,
    /// `PRETTY_NAME` of os-release.
    pub os_name: String,
    /// `uname -m`, such as `x86_64`.
    pub architecture: String,
    /// `uname -r`.
    pub kernel: String,
    /// Processors that are online.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Size of the root file system in bytes.
    pub disk: u64,
    /// Bytes of it that are free to use.
    pub disk_free: u64,
    /// Bytes free where the engine keeps images and volumes (or would keep them).
    pub engine_disk_free: u64,
    /// `/etc/machine-id`: tells «moved» from «replaced». Empty where there is none.
    pub machine_id: String,
    /// `/proc/sys/kernel/random/boot_id`: changes with every boot.
    pub boot_id: String,
    /// Whether systemd is the init system.
    pub systemd: bool,
    /// Whether the probe ran as root. If not, nothing else here can be relied on.
    pub root: bool,
}

/// The container engine of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Engine {
    /// Whether it answers.
    pub state: EngineState,
    /// Version of the server, such as `26.1.5+dfsg1`. Empty unless it answers.
    pub version: String,
    /// Version of the Compose plugin without a leading `v`. Empty where there is none.
    pub compose: String,
    /// The package of the distribution, of Docker Inc. or of nobody that the `docker` command belongs to.
    pub package: String,
}

/// Whether the container engine answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EngineState {
    /// There is no `docker` command.
    #[default]
    Missing,
    /// The engine answers.
    Running,
    /// The command is there, but the engine does not answer. The text is the command's.
    Dead(String),
    /// The engine did not answer in time.
    Hung,
}

/// An image on the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalImage {
    /// Its id, `sha256:...`.
    pub id: String,
    /// Repository with its registry, such as `docker.io/library/traefik`.
    pub repository: String,
    /// Tag; none where the tag has moved on to another image.
    pub tag: Option<String>,
    /// Digest in the registry; none for an image that was built or loaded here.
    pub digest: Option<String>,
}

/// A package as dpkg knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageState {
    /// Installed version; none if not (fully) installed.
    pub installed: Option<String>,
    /// Version that apt would install; none where it knows none or was not asked.
    pub candidate: Option<String>,
}

/// A systemd unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitState {
    /// `LoadState`: `loaded`, `not-found`, `masked`.
    pub load: String,
    /// `ActiveState`: `active`, `inactive`, `failed`, `activating`.
    pub active: String,
    /// `UnitFileState`: `enabled`, `disabled`, `static`, or empty.
    pub enabled: String,
}

/// A path on the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathState {
    /// There is nothing.
    Absent,
    /// A folder.
    Directory(Ownership),
    /// A plain file.
    File {
        /// Mode and owner.
        ownership: Ownership,
        /// SHA-256 of its content in hexadecimal.
        sha256: String,
    },
    /// Something else: a symbolic link, a socket, a device. The word is `stat`'s.
    Other(String),
}

/// Permission bits and owner of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// Permission bits, such as `0o644`.
    pub mode: u32,
    /// Name of the owner, or its number where it has no name.
    pub owner: String,
    /// Name of the group, or its number.
    pub group: String,
}

/// A socket that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Address it is bound to; `0.0.0.0` and `::` stand for all.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// TCP or UDP.
    pub protocol: PortProtocol,
    /// The container that publishes it, or the process behind it, or nothing where neither is known.
    pub holder: Option<String>,
    /// Compose project of the container that publishes it.
    pub project: Option<String>,
}

/// One stack as it is on the machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackSnapshot {
    /// Name of the stack.
    pub name: String,
    /// Hash of the release that is in force; none before the first success and after a destroy that kept data.
    pub release: Option<String>,
    /// Who installed it, when, and with what.
    pub installed: Option<Installed>,
    /// A transaction that was begun and neither finished nor taken back, and is not running now.
    pub unfinished: Option<Unfinished>,
    /// Who is at work on the stack right now.
    pub holder: Option<Holder>,
    /// Whether the release in force has lost its list of files, so that nothing can be told of them.
    pub manifest_missing: bool,
    /// Every file of the release in force, and every file that lies beside them and should not.
    pub files: Vec<ManagedFile>,
    /// Names of the services that ran when the release in force was brought.
    pub services: Vec<String>,
    /// Containers of the compose project, by the name of their service. Usually one each.
    pub containers: Vec<Container>,
    /// Data volumes of the compose project.
    pub volumes: Vec<String>,
    /// Names of generated secrets on the machine, `<service>/<name>`. Never their values.
    pub secrets: Vec<String>,
    /// First-run steps that are done, `<service>/<name>`.
    pub steps: Vec<String>,
    /// Whether containers and volumes could be read. If not, both lists are empty because nothing is known of them.
    pub engine_answered: bool,
}

/// Who installed a release.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default)]
pub struct Installed {
    /// Hash of the release.
    pub release: String,
    /// User and machine that Terraform ran as and on.
    pub by: String,
    /// When, by the host's clock, in RFC 3339.
    pub at: String,
    /// Version of the provider.
    pub provider: String,
}

/// A transaction that was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The release it was bringing; none for a destroy.
    pub release: Option<String>,
    /// The release in force before.
    pub previous: Option<String>,
    /// The step it was in.
    pub step: String,
}

/// Who holds a stack's lock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holder {
    /// User and machine that Terraform runs as and on.
    pub who: String,
    /// Where the connection comes from; empty for a local run.
    pub from: String,
    /// Since when, in RFC 3339, by the host's clock.
    pub since: String,
    /// The step it is in.
    pub step: String,
    /// Its process on the host.
    pub process: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            who,
            from,
            since,
            step,
            process,
        } = self;
        write!(formatter, "{who}")?;
        if !from.is_empty() {
            write!(formatter, " from {from}")?;
        }
        write!(
            formatter,
            ", since {since}, now in the step {step} (process {process} on the host)"
        )
    }
}

/// One file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedFile {
    /// What the file is.
    pub place: FilePlace,
    /// Path below the service's folder, as in `ConfigFile::path`; `compose.yaml` for the compose file.
    pub path: String,
    /// What it should be by the manifest of the release in force; none for a file that does not belong there.
    pub expected: Option<FileFacts>,
    /// What it is; none if it is missing.
    pub found: Option<FileFacts>,
    /// What it holds; only where that differs from the manifest or was asked for, and the file is not too big.
    pub content: Option<Vec<u8>>,
}

/// Where a managed file lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilePlace {
    /// The compose file of the release.
    Compose,
    /// A read-only file of a service.
    Files {
        /// The service.
        service: String,
        /// The hash in its path.
        hash: String,
    },
    /// A live file of a service.
    Live {
        /// The service.
        service: String,
    },
}

/// What can be told of a file without reading it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Permission bits.
    pub mode: u32,
    /// Numeric owner and group. Managed files belong to root, `(0, 0)`.
    pub owner: (u32, u32),
}

/// A container of a stack.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Container {
    /// Name of its service, from the label of Compose.
    pub service: String,
    /// Full id.
    pub id: String,
    /// Name without the leading slash.
    pub name: String,
    /// Image reference it was made from.
    pub image: String,
    /// Id of the image it runs.
    pub image_id: String,
    /// Digest of that image in its registry, `name@sha256:...`; none for an image that was never pulled.
    #[serde(default)]
    pub digest: Option<String>,
    /// Id of the image that it ran when the release in force was brought; none where it was not noted.
    #[serde(default)]
    pub expected_image_id: Option<String>,
    /// `running`, `exited`, `created`, `restarting`, `paused`, `dead`, `removing`.
    pub state: String,
    /// `healthy`, `unhealthy`, `starting`; none without a health check.
    pub health: Option<String>,
    /// Exit status of the last run.
    pub exit_code: i64,
    /// How often the engine has restarted it.
    pub restarts: u64,
    /// When it was started, RFC 3339.
    pub started_at: String,
    /// Compose's hash of the service's configuration.
    pub config_hash: String,
    /// What that hash was when the release in force was brought; none where it was not noted.
    #[serde(default)]
    pub expected_config_hash: Option<String>,
}

impl Container {
    /// Whether it runs and nothing speaks against its health.
    pub fn well(&self) -> bool {
        self.state == "running" && self.health.as_deref().is_none_or(|health| health == "healthy")
    }
}
