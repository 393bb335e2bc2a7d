//! Descriptions of services -> the text of `compose.yaml`.
//!
//! Source of the format: the Compose specification, as Docker Compose 2.26 reads it. `start_interval` asks for Docker
//! Engine 25.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::description::{Container, Description, Exposure, HealthCheck, Network, Port, Scratch};
use crate::catalog::yaml::{YamlError, to_yaml};
use crate::host::desired::{Layout, Release};

/// Label with the stack's name on all that is made for it.
const STACK_LABEL: &str = "quickfra.stack";

/// Label with the service's name on containers and volumes.
const SERVICE_LABEL: &str = "quickfra.service";

/// A text that Compose takes as it is: a dollar sign would start the name of a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Text(String);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.replace('$', "$$"))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

fn texts<T>(list: impl IntoIterator<Item = T>) -> Vec<Text>
where
    Text: From<T>,
{
    list.into_iter().map(Text::from).collect()
}

#[derive(Serialize)]
struct File {
    name: Text,
    services: BTreeMap<String, Service>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    networks: BTreeMap<&'static str, TopLevelNetwork>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    volumes: BTreeMap<String, TopLevelVolume>,
}

#[derive(Serialize)]
struct Service {
    image: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    command: Vec<Text>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    environment: BTreeMap<String, Text>,
    restart: &'static str,
    networks: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ports: Vec<PublishedPort>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    volumes: Vec<Mount>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tmpfs: Vec<Text>,
    read_only: bool,
    cap_drop: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cap_add: Vec<&'static str>,
    security_opt: [&'static str; 1],
    mem_limit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    healthcheck: Option<Health>,
    logging: Logging,
    labels: BTreeMap<&'static str, Text>,
}

#[derive(Serialize)]
struct PublishedPort {
    target: u16,
    published: String,
    protocol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_ip: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Mount {
    Bind {
        source: Text,
        target: Text,
        read_only: bool,
        bind: Bind,
    },
    Volume {
        source: String,
        target: Text,
    },
}

#[derive(Serialize)]
struct Bind {
    create_host_path: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    propagation: Option<&'static str>,
}

#[derive(Serialize)]
struct Health {
    test: Vec<Text>,
    interval: String,
    timeout: String,
    retries: u32,
    start_period: String,
    start_interval: String,
}

#[derive(Serialize)]
struct Logging {
    driver: &'static str,
    options: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct TopLevelNetwork {
    name: Text,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    internal: bool,
    labels: BTreeMap<&'static str, Text>,
}

#[derive(Serialize)]
struct TopLevelVolume {
    name: Text,
    labels: BTreeMap<&'static str, Text>,
}

/// The text of `compose.yaml`. The files of `release` must be complete, since mount paths are made of their hashes.
pub(super) fn text(release: &Release, described: &[(&str, Description)]) -> Result<String, YamlError> {
    let layout = release.layout();
    let mut file = File {
        name: layout.project().into(),
        services: BTreeMap::new(),
        networks: BTreeMap::new(),
        volumes: BTreeMap::new(),
    };
    for (service, description) in described {
        let labels = BTreeMap::from([
            (STACK_LABEL, Text::from(&release.stack)),
            (SERVICE_LABEL, Text::from(*service)),
        ]);
        for container in &description.containers {
            for network in &container.networks {
                file.networks
                    .entry(network.name())
                    .or_insert_with(|| top_level_network(release, *network));
            }
            for volume in &container.volumes {
                file.volumes.insert(
                    volume_key(&container.name, &volume.name),
                    TopLevelVolume {
                        name: layout.volume(service, &volume.name).into(),
                        labels: labels.clone(),
                    },
                );
            }
            file.services.insert(
                container.name.clone(),
                compose_service(release, container, labels.clone()),
            );
        }
    }
    to_yaml(&file)
}

fn top_level_network(release: &Release, network: Network) -> TopLevelNetwork {
    TopLevelNetwork {
        name: format!("{}_{}", release.layout().project(), network.name()).into(),
        internal: network.is_internal(),
        labels: BTreeMap::from([(STACK_LABEL, Text::from(&release.stack))]),
    }
}

fn compose_service(release: &Release, container: &Container, labels: BTreeMap<&'static str, Text>) -> Service {
    Service {
        image: (&container.image).into(),
        command: texts(&container.arguments),
        environment: container
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), value.into()))
            .collect(),
        restart: "unless-stopped",
        networks: container.networks.iter().map(|network| network.name()).collect(),
        ports: container.ports.iter().copied().map(published_port).collect(),
        volumes: mounts(&release.layout(), release, container),
        tmpfs: texts(container.scratch.iter().map(scratch)),
        read_only: !container.writable_root,
        cap_drop: ["ALL"],
        cap_add: container
            .capabilities
            .iter()
            .map(|capability| capability.name())
            .collect(),
        security_opt: ["no-new-privileges:true"],
        mem_limit: format!("{}m", container.memory),
        healthcheck: container.health.as_ref().map(health),
        logging: Logging {
            driver: "local",
            options: BTreeMap::from([("max-size", "10m"), ("max-file", "3")]),
        },
        labels,
    }
}

fn published_port(port: Port) -> PublishedPort {
    PublishedPort {
        target: port.container,
        published: port.machine.to_string(),
        protocol: port.protocol.name(),
        host_ip: match port.exposure {
            // Left out, it means every address of both families.
            Exposure::Everybody => None,
            Exposure::Loopback => Some("127.0.0.1"),
        },
    }
}

fn mounts(layout: &Layout<'_>, release: &Release, container: &Container) -> Vec<Mount> {
    let bind = |source: String, target: &str, create_host_path: bool| Mount::Bind {
        source: source.into(),
        target: target.into(),
        read_only: true,
        bind: Bind {
            create_host_path,
            propagation: None,
        },
    };
    let files = container
        .files
        .iter()
        // A folder that is missing is a mistake: an empty one in its place would only hide it.
        .map(|set| bind(release.mount_path(&container.name), &set.at, false));
    let live = container
        .live
        .iter()
        .map(|set| bind(layout.live(&container.name), &set.at, true));
    let machine = container.machine_paths.iter().map(|path| Mount::Bind {
        source: (&path.path).into(),
        target: (&path.at).into(),
        read_only: true,
        bind: Bind {
            create_host_path: false,
            // Disks that the machine mounts later are seen, and those that it takes away are let go.
            propagation: Some("rslave"),
        },
    });
    let volumes = container.volumes.iter().map(|volume| Mount::Volume {
        source: volume_key(&container.name, &volume.name),
        target: (&volume.at).into(),
    });
    files.chain(live).chain(machine).chain(volumes).collect()
}

fn scratch(scratch: &Scratch) -> String {
    format!("{}:size={}m,mode=1777", scratch.at, scratch.size)
}

fn health(health: &HealthCheck) -> Health {
    let seconds = |number: u32| format!("{number}s");
    Health {
        test: std::iter::once("CMD".into()).chain(texts(&health.command)).collect(),
        interval: seconds(health.interval),
        timeout: seconds(health.timeout),
        retries: health.retries,
        start_period: seconds(health.start_period),
        start_interval: seconds(health.start_interval),
    }
}

/// The name of a volume inside the file.
fn volume_key(container: &str, volume: &str) -> String {
    format!("{container}-{volume}")
}
