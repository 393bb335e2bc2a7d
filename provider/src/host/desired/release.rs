//! A release: everything a stack consists of on its host, in neutral terms and without any secret. Rendered from the
//! configuration (pure), compared with what the host holds (pure), and brought there by one transaction.

use std::collections::BTreeSet;

use super::layout::{ContentHasher, Layout, file_set_hash};

/// In place of a service's name: a file that belongs to the stack as a whole, and that no container mounts.
pub const OF_STACK: &str = "stack";

/// A complete, checked-by-[`Release::check`] description of what one stack should be on its host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Release {
    /// Name of the stack: `[a-z][a-z0-9-]{0,30}`.
    pub stack: String,
    /// Text of `compose.yaml`. Its project name is [`Layout::project`]; it refers to files by the paths of [`Layout`].
    pub compose: String,
    /// Files that containers mount read-only, content-addressed for each service ([`Layout::files`]).
    pub files: Vec<ConfigFile>,
    /// Files that a service watches or reloads ([`Layout::live`]); changing one recreates no container.
    pub live: Vec<ConfigFile>,
    /// How to tell that a service has taken its live files. A service without an entry is not waited for.
    pub reloads: Vec<LiveReload>,
    /// Secrets that the host generates when they are missing, and that never leave it on their own.
    pub secrets: Vec<GeneratedSecret>,
    /// What must run when the release is in force: one entry for each service of the compose file.
    pub services: Vec<ServiceExpectation>,
    /// What is run once inside a container when its service is healthy for the first time, before live files (routes)
    /// are switched.
    pub steps: Vec<FirstRun>,
    /// Ports that the release publishes: each must be free or already ours before anything changes.
    pub ports: Vec<PublishedPort>,
    /// Certificates that the ingress should get. Waited for a bounded time; a missing one is a warning, no failure.
    pub certificates: Vec<ExpectedCertificate>,
}

/// One configuration file. Owned by root.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// The service whose file it is.
    pub service: String,
    /// Path below the service's folder, such as `dynamic/routes.yaml`: relative, of segments `[A-Za-z0-9_.@+-]`.
    pub path: String,
    /// Permission bits, such as `0o644`.
    pub mode: u32,
    /// The bytes of the file. Not secret: they are shown in plans.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for ConfigFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{}/{} ({:o}, {} bytes)",
            self.service,
            self.path,
            self.mode,
            self.content.len()
        )
    }
}

/// How to see that a service has taken its live files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveReload {
    /// The service that watches its live files.
    pub service: String,
    /// A Prometheus gauge that holds the Unix time of the last successful reload. Asked for at the container's own
    /// address, from the host, with curl where the host has it.
    pub metric: Option<ReloadMetric>,
    /// Seconds to wait where the gauge cannot be read, and the longest wait where it can.
    pub settle_seconds: u32,
}

/// Where a reload gauge is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReloadMetric {
    /// Port inside the container.
    pub port: u16,
    /// Path of the metrics page, such as `/metrics`.
    pub path: String,
    /// Name of the gauge, such as `traefik_config_last_reload_success`.
    pub name: String,
}

/// A secret of letters and digits that the host makes when it is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedSecret {
    /// The service whose secret it is.
    pub service: String,
    /// Name of the secret's file, `[a-z][a-z0-9-]*`.
    pub name: String,
    /// Number of characters out of `A-Za-z0-9` (5.95 bits each).
    pub length: usize,
    /// Permission bits of the file. The folder above it is closed to all but root; a container sees the file by mount.
    pub mode: u32,
    /// Numeric owner of the file: the user inside the container that reads it.
    pub owner: u32,
    /// Numeric group of the file.
    pub group: u32,
}

/// What must be seen of a service when the release is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceExpectation {
    /// Name of the service in the compose file.
    pub name: String,
    /// Image reference exactly as in the compose file.
    pub image: String,
    /// Whether it has a health check: then it must become healthy, else it must keep running.
    pub has_health_check: bool,
    /// Host names that the ingress routes to it.
    pub hosts: Vec<String>,
}

/// A step that is run once for the life of the stack's data, inside a running container: `docker exec -i` with the
/// secrets' values and the script on its standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRun {
    /// The service in whose container it runs.
    pub service: String,
    /// Name of the step, `[a-z][a-z0-9-]*`: also of the marker that tells that it is done.
    pub name: String,
    /// Program and arguments inside the container. Nothing secret: arguments are visible to others.
    pub command: Vec<String>,
    /// What follows the secrets on standard input. The step must be idempotent: it may be cut and run again.
    pub script: String,
    /// Names of the service's generated secrets: the value of each, in this order, on a line of its own before the
    /// script.
    pub secrets: Vec<String>,
}

/// A port of the host that the release publishes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublishedPort {
    /// The service that publishes it.
    pub service: String,
    /// Address it is bound to: `0.0.0.0` and `::` stand for every address.
    pub address: String,
    /// Port on the host.
    pub port: u16,
    /// TCP or UDP.
    pub protocol: PortProtocol,
}

/// Transport protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortProtocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl PortProtocol {
    /// `tcp` or `udp`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl std::fmt::Display for PortProtocol {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A certificate that the ingress should present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedCertificate {
    /// The host name that the certificate must name.
    pub name: String,
    /// The port of the host that speaks TLS, asked on loopback.
    pub port: u16,
}

impl Release {
    /// The hash that names the release: 12 hexadecimal digits over all of its content, independent of the order in which
    /// files, secrets, services and ports are listed.
    pub fn hash(&self) -> String {
        let mut hasher = ContentHasher::default();
        hasher.field(self.stack.as_bytes());
        hasher.field(self.compose.as_bytes());
        for files in [&self.files, &self.live] {
            let services: BTreeSet<&str> = files.iter().map(|file| file.service.as_str()).collect();
            hasher.count(services.len());
            for service in services {
                hasher.field(service.as_bytes());
                hasher.field(file_set_hash(files.iter().filter(|file| file.service == service)).as_bytes());
            }
        }
        // Everything else is hashed by its debug text: it is complete by construction, and a change of a field's name
        // costs no more than one release that changes nothing on the host.
        hasher.field(format!("{:?}", sorted(&self.reloads, |reload| reload.service.clone())).as_bytes());
        hasher.field(format!("{:?}", sorted(&self.secrets, GeneratedSecret::label)).as_bytes());
        hasher.field(format!("{:?}", sorted(&self.services, |service| service.name.clone())).as_bytes());
        hasher.field(format!("{:?}", self.steps).as_bytes());
        hasher.field(format!("{:?}", sorted(&self.ports, Clone::clone)).as_bytes());
        hasher.field(
            format!(
                "{:?}",
                sorted(&self.certificates, |certificate| certificate.name.clone())
            )
            .as_bytes(),
        );
        hasher.finish()
    }

    /// Paths and names of this release's stack.
    pub fn layout(&self) -> Layout<'_> {
        Layout::new(&self.stack)
    }

    /// The folder that the containers of `service` mount for their read-only files.
    pub fn mount_path(&self, service: &str) -> String {
        self.layout().files(service, &self.file_set(service))
    }

    /// The hash of the read-only files of `service`.
    pub fn file_set(&self, service: &str) -> String {
        file_set_hash(self.files.iter().filter(|file| file.service == service))
    }
}

impl GeneratedSecret {
    /// `<service>/<name>`, the path below the folder of secrets.
    pub fn label(&self) -> String {
        format!("{}/{}", self.service, self.name)
    }
}

fn sorted<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut list: Vec<&T> = list.iter().collect();
    list.sort_by_key(|item| key(item));
    list
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::host::desired) fn release() -> Release {
        Release {
            stack: "platform".into(),
            compose: "services: {}\n".into(),
            services: vec![ServiceExpectation {
                name: "status".into(),
                image: "example/status:1".into(),
                has_health_check: true,
                hosts: vec![],
            }],
            ..Release::default()
        }
    }

    pub(in crate::host::desired) fn file(path: &str) -> ConfigFile {
        ConfigFile {
            service: "status".into(),
            path: path.into(),
            mode: 0o644,
            content: b"x".to_vec(),
        }
    }

    #[test]
    fn the_hash_sees_content_and_not_order() {
        let mut one = release();
        one.files = vec![file("a"), file("b")];
        let mut two = one.clone();
        two.files.reverse();
        assert_eq!(one.hash(), two.hash());
        two.live = std::mem::take(&mut two.files);
        assert_ne!(one.hash(), two.hash());
        let mut three = one.clone();
        three.compose.push('\n');
        assert_ne!(one.hash(), three.hash());
    }
}
