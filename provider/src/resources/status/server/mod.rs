//! The servers that resources belong to: one login and one list of everything for each of them in a run, whoever asks.

mod connect;
mod dial;
mod identity;
mod name;
mod reference;
mod refresh;
mod single;
mod store;
mod tags;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tfplugin::server::Call;
use tfplugin::{Diagnostics, Field};
use tokio::sync::Mutex;

pub use identity::{NumberIdentity, Numbered};
pub(crate) use identity::{Place, numbered};
pub(crate) use name::ServerName;
pub use reference::ServerStack;
pub(crate) use reference::check_endpoint;
pub(crate) use reference::{OnServer, Relation, on_server, refer, relate, server_name, validate};
pub(crate) use refresh::{gone, refresh};
pub use single::ServerIdentity;
pub use store::{SecretPlace, Store};
use tags::SeenTags;

use crate::api::uptime_kuma::Session;
use crate::api::uptime_kuma::session::Version;
use crate::configuration::Shared;
use crate::resources::machine;

/// How long a failure is told again without another try: many resources ask at once.
const FAILURE: Duration = Duration::from_secs(5);

/// A server that is logged in to.
#[derive(Debug)]
pub struct Server {
    name: ServerName,
    session: Session,
    facts: ServerFacts,
    store: Option<Store>,
    machine_id: String,
    tags: SeenTags,
}

/// What is known of a server without asking it again.
#[derive(Debug, Clone)]
pub struct ServerFacts {
    /// The address that people reach it at, without a slash at its end; none for one that is not routed.
    pub url: Option<String>,
    /// Its version.
    pub version: Version,
}

impl Server {
    /// Which one it is.
    pub(crate) fn name(&self) -> &ServerName {
        &self.name
    }

    /// The login, with all calls.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// Where secrets of it are kept: on the machine of its stack. None for a server that stands elsewhere.
    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// Id of the installation of the stack's machine, empty for a server that stands elsewhere.
    pub(crate) fn machine_id(&self) -> &str {
        &self.machine_id
    }

    /// Its tags, as they were seen last.
    pub(crate) fn tags(&self) -> &SeenTags {
        &self.tags
    }

    /// What is known of it.
    pub(crate) fn facts(&self) -> &ServerFacts {
        &self.facts
    }
}

/// All servers of a run.
#[derive(Default)]
pub struct Servers(Mutex<HashMap<ServerName, Arc<Slot>>>);

/// The place of one server. Whoever comes while it is being connected to waits, and shares what comes of it.
type Slot = Mutex<Option<Result<Arc<Server>, Failure>>>;

struct Failure {
    at: Instant,
    told: Diagnostics,
}

impl Servers {
    /// The server, connected to if nobody did so before.
    async fn get(&self, shared: &Shared, call: &Call, model: &impl OnServer) -> Result<Arc<Server>, Diagnostics> {
        let Some(name) = server_name(model) else {
            return Err(connect::not_known());
        };
        let slot = Arc::clone(self.0.lock().await.entry(name.clone()).or_default());
        let mut slot = slot.lock().await;
        match &*slot {
            Some(Ok(server)) => return Ok(Arc::clone(server)),
            Some(Err(failure)) if failure.at.elapsed() < FAILURE => return Err(failure.told.clone()),
            _ => {}
        }
        let connected = tokio::select! {
            connected = connect::connect(shared, call, name, model) => connected,
            () = call.cancel.cancelled() => return Err(connect::stopped()),
        };
        let connected = connected.map(Arc::new);
        *slot = Some(connected.clone().map_err(|told| Failure {
            at: Instant::now(),
            told,
        }));
        connected
    }

    /// The server if it is connected to, without waiting for anything.
    async fn connected(&self, name: &ServerName) -> Option<Arc<Server>> {
        let slot = Arc::clone(self.0.lock().await.get(name)?);
        let slot = slot.try_lock().ok()?;
        slot.as_ref()?.as_ref().ok().map(Arc::clone)
    }
}

/// The server of an object, for a change. Everything that leads there is known in an apply.
pub(crate) async fn reach(shared: &Shared, call: &Call, model: &impl OnServer) -> Result<Arc<Server>, Diagnostics> {
    let configured = machine::configured(shared)?;
    configured.servers.get(shared, call, model).await
}

/// The server of an object if this run has connected to it already: for checks that are worth no connection.
pub(crate) async fn connected(shared: &Shared, model: &impl OnServer) -> Option<Arc<Server>> {
    let name = server_name(model)?;
    shared.configured()?.servers.connected(&name).await
}

/// Notes the key that the stack's machine presented, where the configuration pins none.
pub(crate) async fn remember(shared: &Shared, model: &mut impl OnServer) {
    let Some(ServerName::Stack(machine, _)) = server_name(model) else {
        return;
    };
    let Ok(configured) = machine::configured(shared) else {
        return;
    };
    let cache = configured.machine(&machine).await;
    if let Field::Known(stack) = model.stack_mut() {
        machine::remember_key(cache.host(), &mut stack.host);
    }
}
