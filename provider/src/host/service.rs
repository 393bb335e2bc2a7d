//! Where a service of a stack listens, and a stream to it.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tfplugin::Secret;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize as _;

use super::desired::Layout;
use super::engine_error::EngineError;
use super::error::HostError;
use super::frames::{Answer, FrameError, Request};
use super::pool::Host;
use super::probe::{parse, unreadable};
use super::run::{Input, Limits, Run, Script};
use super::stream::{HostStream, Relay, StreamTarget};

pub(in crate::host) const SERVICE: Script = Script::new(concat!(
    include_str!("shell/library.sh"),
    include_str!("shell/secrets.sh"),
    include_str!("shell/service.sh"),
));

/// How long looking up may take.
const TIME: Duration = Duration::from_secs(30);

/// Where the container of a service can be reached from its machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAddress {
    /// Name of the container.
    pub container: String,
    /// Its addresses in the stack's networks, IPv4 first. Another container may have them once this one is gone.
    pub addresses: Vec<IpAddr>,
}

/// What a machine knows of a service: the answer to one run.
#[derive(Debug)]
pub struct Located {
    /// Where it listens, or why it does not.
    pub address: Result<ServiceAddress, NoService>,
    /// The generated secrets that were asked for, by name; those that are not there are left out.
    pub secrets: BTreeMap<String, Secret>,
}

/// Why a service has no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoService {
    /// The stack has no such container on the machine.
    #[error(
        "the machine has no container for the service {service} of the stack {stack}: the service is not installed, or its \
         container was removed by hand. Apply the stack"
    )]
    Missing { stack: String, service: String },
    /// There is a container, but it does not run.
    #[error("the container {container} is not running, its state is {state}. See why with: docker logs {container}")]
    NotRunning { container: String, state: String },
    /// The container runs, but in none of the stack's networks.
    #[error("the container {container} has no address in a network of its stack. Apply the stack")]
    NoAddress { container: String },
    /// The container engine did not answer, or is not there.
    #[error("the container engine of the machine does not answer: {reason}")]
    Engine { reason: String },
}

/// Why there is no stream to a service.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The machine could not be asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The service does not run there.
    #[error(transparent)]
    NoService(#[from] NoService),
    /// It runs, but no connection came about.
    #[error(transparent)]
    Stream(#[from] HostError),
}

impl From<ServiceError> for io::Error {
    fn from(error: ServiceError) -> Self {
        Self::other(error)
    }
}

/// Asks a machine where a service listens, and for secrets of the stack, each named `<service>/<name>`: one run. `root`
/// is a folder that stands for `/`, empty but in tests.
pub async fn locate_service<R: Run>(
    host: &R,
    stack: &str,
    service: &str,
    secrets: impl IntoIterator<Item = &str>,
    root: &str,
    cancel: &CancellationToken,
) -> Result<Located, EngineError> {
    super::desired::check::check_stack_name(stack)?;
    let mut request = Request::new();
    if !root.is_empty() {
        request.line("root", [root]);
    }
    request.line("stack", [stack]).line("service", [service]);
    for name in secrets {
        request.line("secret", [name]);
    }
    let input = Input::from(request.finish()?);
    let limits = Limits::until(Instant::now() + TIME);
    let mut output = host.run(&SERVICE, input, limits, cancel, |_| {}).await?;
    let answer = parse(&output)?;
    output.stdout.zeroize();
    decode(&answer, stack, service).map_err(|source| unreadable(&output, source))
}

/// A container as the engine describes it.
#[derive(Deserialize)]
struct Described {
    name: String,
    state: String,
    networks: Option<BTreeMap<String, Attachment>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment {
    #[serde(rename = "IPAddress", default)]
    ip_address: String,
    #[serde(rename = "GlobalIPv6Address", default)]
    global_ipv6_address: String,
}

fn decode(answer: &Answer, stack: &str, service: &str) -> Result<Located, FrameError> {
    let secrets = super::secrets::decode(answer)?;
    let record = answer.first("service")?;
    let reason = record.text("problem")?;
    if !reason.is_empty() {
        let address = Err(NoService::Engine { reason });
        return Ok(Located { address, secrets });
    }
    let containers: Vec<Described> = record
        .lines("containers")?
        .iter()
        .map(|line| serde_json::from_str(line).map_err(|_| record.unreadable("containers")))
        .collect::<Result<_, _>>()?;
    let address = address(containers, stack, service);
    Ok(Located { address, secrets })
}

/// The address of the container that runs.
fn address(mut containers: Vec<Described>, stack: &str, service: &str) -> Result<ServiceAddress, NoService> {
    // One of an interrupted recreation may stand beside it.
    containers.sort_by_key(|container| container.state != "running");
    let Some(described) = containers.into_iter().next() else {
        return Err(NoService::Missing {
            stack: stack.to_owned(),
            service: service.to_owned(),
        });
    };
    let container = described.name.trim_start_matches('/').to_owned();
    if described.state != "running" {
        return Err(NoService::NotRunning {
            container,
            state: described.state,
        });
    }
    let prefix = format!("{}_", Layout::new(stack).project());
    let networks = described.networks.unwrap_or_default();
    let own = networks.iter().filter(|(name, _)| name.starts_with(&prefix));
    let mut addresses: Vec<IpAddr> = own
        .flat_map(|(_, attachment)| [&attachment.ip_address, &attachment.global_ipv6_address])
        // A family that the network does not have is an empty text.
        .filter_map(|text| text.parse().ok())
        .collect();
    addresses.sort_by_key(IpAddr::is_ipv6);
    if addresses.is_empty() {
        return Err(NoService::NoAddress { container });
    }
    Ok(ServiceAddress { container, addresses })
}

/// A TCP port of a service, to which streams are made as often as needed. Cheap to clone.
#[derive(Clone)]
pub struct ServicePort(Arc<Way>);

struct Way {
    host: Host,
    stack: String,
    service: String,
    port: u16,
    relay: Option<Relay>,
    known: Mutex<Option<ServiceAddress>>,
}

impl ServicePort {
    /// The port of that number inside the container of a service.
    pub fn new(host: Host, stack: &str, service: &str, port: u16, relay: Option<Relay>) -> Self {
        Self(Arc::new(Way {
            host,
            stack: stack.to_owned(),
            service: service.to_owned(),
            port,
            relay,
            known: Mutex::default(),
        }))
    }

    /// Asks the machine where the service listens, and for secrets of the stack: one run. The address is kept for the
    /// streams.
    pub async fn locate(
        &self,
        secrets: impl IntoIterator<Item = &str>,
        cancel: &CancellationToken,
    ) -> Result<Located, EngineError> {
        let Way {
            host, stack, service, ..
        } = &*self.0;
        let located = locate_service(host, stack, service, secrets, "", cancel).await?;
        *self.known() = located.address.clone().ok();
        Ok(located)
    }

    /// Opens a stream to the port. Asks the machine for the address only if it is not known yet or does not answer any
    /// more, as after the container was recreated.
    pub async fn connect(&self, cancel: &CancellationToken) -> Result<HostStream, ServiceError> {
        let known = self.known().clone();
        if let Some(address) = known {
            match self.stream(address, cancel).await {
                Err(HostError::NoStream { .. }) => {}
                streamed => return Ok(streamed?),
            }
        }
        let address = self.locate([], cancel).await?.address?;
        Ok(self.stream(address, cancel).await?)
    }

    async fn stream(&self, address: ServiceAddress, cancel: &CancellationToken) -> Result<HostStream, HostError> {
        let target = StreamTarget {
            container: address.container,
            addresses: address.addresses,
            port: self.0.port,
            relay: self.0.relay,
        };
        self.0.host.stream(&target, cancel).await
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<ServiceAddress>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(name: &str, state: &str, networks: &str) -> Described {
        let text = format!(r#"{{"name":"/{name}","state":"{state}","networks":{networks}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    fn addresses(networks: &str) -> Result<Vec<String>, NoService> {
        let found = address(vec![described("web", "running", networks)], "test", "web")?;
        Ok(found.addresses.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn addresses_are_those_of_the_stack_s_networks_ipv4_first() {
        let several = r#"{
            "quickfra_test_edge": {"IPAddress": "172.18.0.2", "GlobalIPv6Address": "fd00::2", "Gateway": "172.18.0.1"},
            "quickfra_test_inner": {"IPAddress": "172.19.0.2", "GlobalIPv6Address": ""},
            "quickfra_testing_edge": {"IPAddress": "172.20.0.2"},
            "bridge": {"IPAddress": "172.17.0.2"}
        }"#;
        assert_eq!(addresses(several).unwrap(), ["172.18.0.2", "172.19.0.2", "fd00::2"]);
        // As engines print an address that is not there.
        let none = r#"{"quickfra_test_edge": {"IPAddress": "invalid IP", "GlobalIPv6Address": ""}}"#;
        let no_address = Err(NoService::NoAddress {
            container: "web".to_owned(),
        });
        assert_eq!(addresses(none), no_address);
        assert_eq!(addresses("null"), no_address);
    }

    #[test]
    fn the_container_that_runs_counts() {
        let networks = r#"{"quickfra_test_edge": {"IPAddress": "172.18.0.2"}}"#;
        let old = || described("0123456789ab_web", "exited", "{}");
        let both = vec![old(), described("web", "running", networks)];
        assert_eq!(address(both, "test", "web").unwrap().container, "web");
        let stopped = address(vec![old()], "test", "web");
        assert!(matches!(stopped, Err(NoService::NotRunning { state, .. }) if state == "exited"));
    }
}
