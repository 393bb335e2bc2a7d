//! What a service consists of, in terms that both Compose and Kubernetes can honour.

use std::collections::{BTreeMap, BTreeSet};

use crate::host::desired::{PortProtocol, ReloadMetric};

/// All that one service consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// Its containers; the first one carries the service's name.
    pub containers: Vec<Container>,
    /// Secrets that the host generates for it.
    pub secrets: Vec<Secret>,
    /// What runs once, inside its main container, before anybody can reach it.
    pub first_run: Vec<FirstRunStep>,
    /// The login that it has from the start, with a generated password.
    pub login: Option<Login>,
}

/// What services offer to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// Names that the ingress routes.
    pub routes: Vec<Route>,
    /// Pages of metrics in the Prometheus format.
    pub scrapes: Vec<Scrape>,
}

/// One program with its file system, its limits and its reach. What is not asked for here is not there: no capability, no
/// port, no network, no writable path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name, unique in the stack: the service's, or the service's with a hyphen and a suffix.
    pub name: String,
    /// Complete image reference.
    pub image: String,
    /// Arguments for the image's entry point; none means the image's own.
    pub arguments: Vec<String>,
    /// Environment variables. Nothing secret.
    pub environment: BTreeMap<String, String>,
    /// Networks by function.
    pub networks: BTreeSet<Network>,
    /// Ports of the machine that lead to it.
    pub ports: Vec<Port>,
    /// Files that it reads at its start; a change of one replaces the container.
    pub files: Option<FileSet>,
    /// Files that it watches; a change of one does not touch the container.
    pub live: Option<LiveSet>,
    /// Folders whose data outlives it.
    pub volumes: Vec<Volume>,
    /// Folders in memory for what need not outlive it.
    pub scratch: Vec<Scratch>,
    /// Folders of the machine, always read-only.
    pub machine_paths: Vec<MachinePath>,
    /// Whether it may write to the root of its file system. Most need not.
    pub writable_root: bool,
    /// Capabilities it keeps of the full set.
    pub capabilities: BTreeSet<Capability>,
    /// How to tell that it works.
    pub health: Option<HealthCheck>,
    /// Most memory it may take, in MiB.
    pub memory: u32,
}

/// A network, named by what goes over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Network {
    /// From the ingress to what it routes to. Leads to the outside.
    Web,
    /// From the metrics store to what it scrapes. Leads nowhere else.
    Metrics,
    /// For a container that publishes a port on the machine without being routed. Leads to the outside.
    Machine,
}

impl Network {
    /// Its name in paths, compose files and docs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Metrics => "metrics",
            Self::Machine => "machine",
        }
    }

    /// Whether it leads nowhere but to its other members.
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::Metrics)
    }
}

/// A port of the machine that leads to a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port {
    /// Who can reach it.
    pub exposure: Exposure,
    /// Port of the machine.
    pub machine: u16,
    /// Port inside the container.
    pub container: u16,
    /// TCP or UDP.
    pub protocol: PortProtocol,
}

/// Who can reach a published port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// Everybody who can reach the machine.
    Everybody,
    /// Only programs on the machine itself.
    Loopback,
}

/// Files in one read-only folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSet {
    /// The folder inside the container.
    pub at: String,
    /// Its files by name.
    pub files: BTreeMap<String, String>,
}

/// Files in one folder that the service watches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveSet {
    /// The folder inside the container.
    pub at: String,
    /// Its files by name. None of them may be needed for the container to start: they come after the first-run steps.
    pub files: BTreeMap<String, String>,
    /// A gauge with the Unix time of the last successful reload.
    pub reload: Option<ReloadMetric>,
    /// The longest that a reload takes, in seconds.
    pub settle: u32,
}

/// A folder whose data outlives its container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Its name, unique in the service.
    pub name: String,
    /// The folder inside the container.
    pub at: String,
}

/// A folder in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scratch {
    /// The folder inside the container.
    pub at: String,
    /// Its size in MiB.
    pub size: u32,
}

/// A folder of the machine that a container sees read-only, with all that is mounted below it now and later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachinePath {
    /// The folder on the machine.
    pub path: String,
    /// The folder inside the container.
    pub at: String,
}

/// A Linux capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Reading and writing files whatever their permissions.
    DacOverride,
    /// Binding ports below 1024.
    NetBindService,
    /// Raw sockets: ping.
    NetRaw,
}

impl Capability {
    /// Its name without `CAP_`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DacOverride => "DAC_OVERRIDE",
            Self::NetBindService => "NET_BIND_SERVICE",
            Self::NetRaw => "NET_RAW",
        }
    }
}

/// How to tell that a container works: a command inside it that ends with 0. All times in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Program and arguments; no shell is involved.
    pub command: Vec<String>,
    /// Time between two checks.
    pub interval: u32,
    /// Longest that a check may take.
    pub timeout: u32,
    /// Failures in a row that make it sick.
    pub retries: u32,
    /// Time from its start in which failures do not count.
    pub start_period: u32,
    /// Time between two checks until it is healthy for the first time.
    pub start_interval: u32,
}

/// A secret of letters and digits, generated on the host, readable there by root only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name, unique in the service.
    pub name: String,
    /// Number of characters.
    pub length: usize,
}

/// A login that a service has from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Who logs in.
    pub username: String,
    /// Name of the service's secret that is the password.
    pub secret: String,
    /// Name of the secret that one-time codes are made of, if the service may ask for them. It need not be there.
    pub totp_secret: Option<String>,
}

/// A program that runs once inside the service's main container, before the service is routed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRunStep {
    /// Its name.
    pub name: String,
    /// Program and arguments. Nothing secret.
    pub command: Vec<String>,
    /// Standard input, after one line for each secret.
    pub script: String,
    /// Names of the service's secrets that it is given, in this order.
    pub secrets: Vec<String>,
}

/// A host name that the ingress routes to a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The service that is reached.
    pub service: String,
    /// The container that answers.
    pub container: String,
    /// Its port, plain HTTP.
    pub port: u16,
    /// The host name.
    pub host: String,
}

impl Route {
    /// The address that people open.
    pub fn url(&self) -> String {
        format!("https://{}", self.host)
    }
}

/// A page of metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrape {
    /// The container that answers.
    pub container: String,
    /// Its port, plain HTTP.
    pub port: u16,
    /// Path of the page.
    pub path: String,
}
