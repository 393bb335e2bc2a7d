//! The ingress: Traefik v3, with certificates from an ACME authority, before every routed service.
//!
//! What it reads at its start stands in [`static_file`]; a change there replaces the container. Routes, limits and headers
//! stand in [`live`]; a change there interrupts nobody.

pub mod config;
pub mod live;
pub mod static_file;

use std::collections::BTreeSet;

use super::description::{
    Capability, Container, Description, Exposure, FileSet, HealthCheck, LiveSet, Network, Offers, Port, Scrape, Volume,
};
use super::image::image_reference;
use super::yaml::YamlError;
use super::{Invalid, Service, StackFacts};
use crate::host::desired::{PortProtocol, ReloadMetric};
pub use config::{
    AccessLog, Acme, Challenge, Config, KeyType, LETS_ENCRYPT, REFERRER_POLICIES, RateLimit, SecurityHeaders, Timeouts,
};

/// Name of the service.
pub const NAME: &str = "ingress";

/// The image that is used unless another is asked for.
pub const IMAGE: &str = "docker.io/library/traefik:v3.7.15";

/// The port on which the ingress offers its own metrics to the metrics network.
pub(crate) const METRICS_PORT: u16 = 8082;

/// The folder of the files that Traefik reads at its start.
const FILES_AT: &str = "/etc/traefik";

/// The folder that Traefik watches.
const LIVE_AT: &str = "/etc/traefik-live";

/// The folder that keeps the account with the authority and the certificates.
const ACME_AT: &str = "/acme";

impl Service for Config {
    fn name(&self) -> &'static str {
        NAME
    }

    fn validate(&self) -> Result<(), Invalid> {
        self.check()
    }

    fn offers(&self, _stack: &StackFacts<'_>) -> Offers {
        Offers {
            routes: Vec::new(),
            scrapes: vec![Scrape {
                container: NAME.to_owned(),
                port: METRICS_PORT,
                path: "/metrics".to_owned(),
            }],
        }
    }

    fn describe(&self, stack: &StackFacts<'_>, offers: &Offers) -> Result<Description, YamlError> {
        let container = Container {
            name: NAME.to_owned(),
            image: image_reference(IMAGE, self.image.as_deref(), stack.registry),
            arguments: vec![format!("--configFile={FILES_AT}/{}", static_file::NAME)],
            networks: BTreeSet::from([Network::Web, Network::Metrics]),
            ports: [80, 443]
                .map(|port| Port {
                    exposure: Exposure::Everybody,
                    machine: port,
                    container: port,
                    protocol: PortProtocol::Tcp,
                })
                .to_vec(),
            files: Some(FileSet {
                at: FILES_AT.to_owned(),
                files: static_file::files(self)?,
            }),
            live: Some(LiveSet {
                at: LIVE_AT.to_owned(),
                files: live::files(self, &offers.routes)?,
                reload: Some(ReloadMetric {
                    port: METRICS_PORT,
                    path: "/metrics".to_owned(),
                    name: "traefik_config_last_reload_success".to_owned(),
                }),
                // Traefik takes changes at most every 2 seconds.
                settle: 5,
            }),
            volumes: vec![Volume {
                name: "acme".to_owned(),
                at: ACME_AT.to_owned(),
            }],
            capabilities: BTreeSet::from([Capability::NetBindService]),
            health: Some(HealthCheck {
                // The image has no shell for certain. The command reads no configuration unless it is told where.
                command: vec![
                    "traefik".to_owned(),
                    "healthcheck".to_owned(),
                    format!("--configFile={FILES_AT}/{}", static_file::NAME),
                ],
                interval: 15,
                timeout: 5,
                retries: 3,
                start_period: 30,
                start_interval: 1,
            }),
            memory: self.memory,
            ..Container::default()
        };
        Ok(Description {
            containers: vec![container],
            ..Description::default()
        })
    }
}
