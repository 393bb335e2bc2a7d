//! Metrics: VictoriaMetrics (one node) and the node exporter, reachable only from inside the stack.
//!
//! The exporter sees the machine's file systems, `/proc` and `/sys` read-only, and shares neither its process numbers nor
//! its network: in the machine's network its port would stand open to the machine's neighbours. The price is that traffic,
//! sockets and connections of the machine are not measured; the collectors that would tell the container's own numbers
//! instead are switched off, so that no number is a lie. `/proc` and `/sys` of the machine tell the rest whatever the
//! process namespace.

mod scrape;

use std::collections::BTreeSet;

use super::description::{
    Container, Description, Exposure, FileSet, HealthCheck, LiveSet, MachinePath, Network, Offers, Port, Scrape, Volume,
};
use super::image::image_reference;
use super::yaml::YamlError;
use super::{Invalid, Service, StackFacts, at, image, validate};
use crate::host::desired::{PortProtocol, ReloadMetric};

/// Name of the service.
pub const NAME: &str = "metrics";

/// Name of the container that measures the machine.
pub const NODE: &str = "metrics-node";

/// The image of the store that is used unless another is asked for.
pub const IMAGE: &str = "docker.io/victoriametrics/victoria-metrics:v1.112.0";

/// The image of the exporter that is used unless another is asked for.
pub const NODE_IMAGE: &str = "docker.io/prom/node-exporter:v1.9.1";

/// The port that VictoriaMetrics listens on.
const PORT: u16 = 8428;

/// The port that the node exporter listens on.
const NODE_PORT: u16 = 9100;

/// Memory of the exporter in MiB.
const NODE_MEMORY: u32 = 64;

/// The folder of the file that VictoriaMetrics reads at its start.
const FILES_AT: &str = "/etc/metrics";

/// The folder that VictoriaMetrics looks into again and again.
const LIVE_AT: &str = "/etc/metrics-live";

/// Seconds between two looks.
const CHECK_SECONDS: u32 = 1;

/// Configuration of metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The image of the store to use. Default: [`IMAGE`].
    pub image: Option<String>,
    /// The image of the exporter to use. Default: [`NODE_IMAGE`].
    pub node_exporter_image: Option<String>,
    /// Days for which measurements are kept. Default: 90.
    pub retention_days: u32,
    /// Seconds between two measurements. Default: 15.
    pub interval_seconds: u32,
    /// Port of the machine's loopback on which the store answers, from 1024. Default: none.
    pub port: Option<u16>,
    /// Most memory the store may take, in MiB. Default: 512.
    pub memory: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            image: None,
            node_exporter_image: None,
            retention_days: 90,
            interval_seconds: 15,
            port: None,
            memory: 512,
        }
    }
}

impl Service for Config {
    fn name(&self) -> &'static str {
        NAME
    }

    fn validate(&self) -> Result<(), Invalid> {
        if let Some(reference) = &self.image {
            at("metrics.image", image::reference(reference))?;
        }
        if let Some(reference) = &self.node_exporter_image {
            at("metrics.node_exporter_image", image::reference(reference))?;
        }
        at(
            "metrics.retention_days",
            validate::within("the retention in days", self.retention_days, 1, 36_500),
        )?;
        at(
            "metrics.interval_seconds",
            validate::within("the interval in seconds", self.interval_seconds, 1, 3_600),
        )?;
        if let Some(port) = self.port {
            at(
                "metrics.port",
                validate::within("the port", u32::from(port), 1_024, 65_535),
            )?;
        }
        at(
            "metrics.memory",
            validate::within("the memory in MiB", self.memory, 128, 1 << 20),
        )
    }

    fn offers(&self, _stack: &StackFacts<'_>) -> Offers {
        let scrape = |container: &str, port| Scrape {
            container: container.to_owned(),
            port,
            path: "/metrics".to_owned(),
        };
        Offers {
            routes: Vec::new(),
            scrapes: vec![scrape(NAME, PORT), scrape(NODE, NODE_PORT)],
        }
    }

    fn describe(&self, stack: &StackFacts<'_>, offers: &Offers) -> Result<Description, YamlError> {
        Ok(Description {
            containers: vec![self.store(stack, offers)?, self.exporter(stack)],
            ..Description::default()
        })
    }
}

impl Config {
    fn store(&self, stack: &StackFacts<'_>, offers: &Offers) -> Result<Container, YamlError> {
        let mut networks = BTreeSet::from([Network::Metrics]);
        if self.port.is_some() {
            // A port of the machine cannot lead into a network that is closed.
            networks.insert(Network::Machine);
        }
        Ok(Container {
            name: NAME.to_owned(),
            image: image_reference(IMAGE, self.image.as_deref(), stack.registry),
            arguments: vec![
                "-storageDataPath=/storage".to_owned(),
                format!("-retentionPeriod={}d", self.retention_days),
                format!("-httpListenAddr=:{PORT}"),
                format!("-promscrape.config={FILES_AT}/{}", scrape::MAIN),
                format!("-promscrape.configCheckInterval={CHECK_SECONDS}s"),
            ],
            networks,
            ports: self
                .port
                .map(|machine| Port {
                    exposure: Exposure::Loopback,
                    machine,
                    container: PORT,
                    protocol: PortProtocol::Tcp,
                })
                .into_iter()
                .collect(),
            files: Some(FileSet {
                at: FILES_AT.to_owned(),
                files: scrape::main_file(LIVE_AT)?,
            }),
            live: Some(LiveSet {
                at: LIVE_AT.to_owned(),
                files: scrape::live_file(stack, self.interval_seconds, &offers.scrapes)?,
                reload: Some(ReloadMetric {
                    port: PORT,
                    path: "/metrics".to_owned(),
                    name: "vm_promscrape_config_last_reload_success_timestamp_seconds".to_owned(),
                }),
                settle: CHECK_SECONDS + 3,
            }),
            volumes: vec![Volume {
                name: "data".to_owned(),
                at: "/storage".to_owned(),
            }],
            health: Some(health(PORT, "/health")),
            memory: self.memory,
            ..Container::default()
        })
    }

    fn exporter(&self, stack: &StackFacts<'_>) -> Container {
        // They would tell the numbers of the container's own network.
        const OWN_NETWORK: [&str; 7] = [
            "arp",
            "conntrack",
            "ipvs",
            "netdev",
            "netstat",
            "sockstat",
            "udp_queues",
        ];
        let mut arguments = vec![
            "--path.rootfs=/machine".to_owned(),
            "--path.procfs=/machine/proc".to_owned(),
            "--path.sysfs=/machine/sys".to_owned(),
            "--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|var/lib/(docker|containers)/.+)($|/)"
                .to_owned(),
        ];
        arguments.extend(OWN_NETWORK.map(|collector| format!("--no-collector.{collector}")));
        Container {
            name: NODE.to_owned(),
            image: image_reference(NODE_IMAGE, self.node_exporter_image.as_deref(), stack.registry),
            arguments,
            networks: BTreeSet::from([Network::Metrics]),
            machine_paths: vec![MachinePath {
                path: "/".to_owned(),
                at: "/machine".to_owned(),
            }],
            health: Some(health(NODE_PORT, "/")),
            memory: NODE_MEMORY,
            ..Container::default()
        }
    }
}

/// Both images bring the `wget` of `BusyBox`.
fn health(port: u16, path: &str) -> HealthCheck {
    HealthCheck {
        command: ["wget", "-q", "-O", "/dev/null", "-T", "4"]
            .map(str::to_owned)
            .into_iter()
            .chain([format!("http://127.0.0.1:{port}{path}")])
            .collect(),
        interval: 15,
        timeout: 5,
        retries: 3,
        start_period: 60,
        start_interval: 1,
    }
}
