//! What all resources of one provider process share: the way to machines, and what was seen of them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tokio::sync::Mutex;

use super::model::{Configuration, OnUnreachable, StatusLogin};
use crate::host::address::Machine;
use crate::host::pool::{Host, Hosts};
use crate::host::probe::{ProbeRequest, SnapshotCache};
use crate::resources::status::server::Servers;

/// Shared by all resources. Empty until the provider is configured: plans of new resources need nothing of it.
#[derive(Clone, Default)]
pub struct Shared(Arc<OnceLock<Configured>>);

/// The configured provider.
pub struct Configured {
    /// What a refresh does when a machine cannot be reached.
    pub on_unreachable: OnUnreachable,
    /// Settings that are not known yet. Nothing is reached while there are any.
    pub unknown_settings: Vec<&'static str>,
    /// The servers of Uptime Kuma that resources belong to.
    pub servers: Servers,
    status_logins: Vec<StatusLogin>,
    hosts: Hosts,
    machines: Mutex<HashMap<Machine, Arc<SnapshotCache<Host>>>>,
}

impl Shared {
    /// Takes the provider's configuration. A second one in the same process is not used: core configures once.
    pub fn configure(&self, configuration: &Configuration) {
        let configured = Configured {
            on_unreachable: configuration.on_unreachable(),
            unknown_settings: configuration.unknown_settings(),
            servers: Servers::default(),
            status_logins: configuration.status_logins(),
            hosts: Hosts::new(configuration.credentials()),
            machines: Mutex::default(),
        };
        if self.0.set(configured).is_err() {
            tracing::warn!("the provider was configured before in this process; the first configuration stays");
        }
    }

    /// The configured provider, or nothing before it is configured.
    pub fn configured(&self) -> Option<&Configured> {
        self.0.get()
    }
}

impl Configured {
    /// The login that a `status` block gives for the server at an address without a slash at its end.
    pub fn status_login(&self, url: &str) -> Option<&StatusLogin> {
        self.status_logins.iter().find(|login| login.url == url)
    }

    /// The machine with what was last seen of it: one session and one probe serve everybody who asks within a run.
    pub async fn machine(&self, machine: &Machine) -> Arc<SnapshotCache<Host>> {
        let mut machines = self.machines.lock().await;
        let entry = machines
            .entry(machine.clone())
            .or_insert_with(|| Arc::new(SnapshotCache::new(self.hosts.host(machine), ProbeRequest::default())));
        Arc::clone(entry)
    }
}
