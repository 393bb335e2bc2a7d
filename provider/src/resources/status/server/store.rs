//! The place for what a server shows only once: among the secrets of its stack, on the machine.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;

use tfplugin::Secret;
use tokio_util::sync::CancellationToken;

use crate::api::uptime_kuma::Error;
use crate::catalog::status;
use crate::diagnose::{self, Doing, Task};
use crate::host::engine_error::EngineError;
use crate::host::pool::Host;
use crate::host::secret_store::{Existing, keep_secret, remove_secret};
use crate::host::secrets::read_secrets;
use crate::resources::stack_reference;

/// A place for secrets of a server, each under a name of its own.
pub trait SecretPlace: Sync {
    /// Keeps a secret, in place of one of the same name.
    fn keep(&self, name: &str, secret: &Secret) -> impl Future<Output = Result<(), Error>> + Send;

    /// A secret that is kept.
    fn kept(&self, name: &str) -> impl Future<Output = Result<Option<Secret>, Error>> + Send;

    /// Removes a secret; no error if it is gone.
    fn remove(&self, name: &str) -> impl Future<Output = Result<(), Error>> + Send;

    /// The names of all that were there when the server was connected to.
    fn seen(&self) -> Vec<String>;
}

/// The place on the machine of a stack.
pub struct Store {
    host: Host,
    stack: String,
    seen: Vec<String>,
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Store({} on {})", self.stack, self.host.machine())
    }
}

impl Store {
    /// `secrets` are the names of all that the stack has, `<service>/<name>`.
    pub(super) fn new(host: Host, stack: String, secrets: &[String]) -> Self {
        let own = |secret: &String| Some(secret.strip_prefix(status::NAME)?.strip_prefix('/')?.to_owned());
        let seen = secrets.iter().filter_map(own).collect();
        Self { host, stack, seen }
    }

    fn failed(&self, doing: Doing, error: &EngineError) -> Error {
        let task = Task::of_stack(doing, self.host.machine(), &self.stack);
        diagnose::status::told(stack_reference::below(diagnose::engine_error(&task, error)))
    }
}

/// The name of a secret of Uptime Kuma among those of its stack.
pub(crate) fn label(name: &str) -> String {
    format!("{}/{name}", status::NAME)
}

impl SecretPlace for Store {
    async fn keep(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        // Nothing cancels it: the server is about to rely on it. It has a limit of its own.
        let cancel = CancellationToken::new();
        keep_secret(
            &self.host,
            &self.stack,
            &label(name),
            secret,
            Existing::IsReplaced,
            "",
            &cancel,
        )
        .await
        .map_err(|error| self.failed(Doing::Changing, &error))
    }

    async fn kept(&self, name: &str) -> Result<Option<Secret>, Error> {
        let (label, cancel) = (label(name), CancellationToken::new());
        let read: Result<BTreeMap<_, _>, _> =
            read_secrets(&self.host, &self.stack, [label.as_str()], "", &cancel).await;
        let mut read = read.map_err(|error| self.failed(Doing::Reading, &error))?;
        Ok(read.remove(&label))
    }

    async fn remove(&self, name: &str) -> Result<(), Error> {
        let cancel = CancellationToken::new();
        remove_secret(&self.host, &self.stack, &label(name), "", &cancel)
            .await
            .map_err(|error| self.failed(Doing::Removing, &error))
    }

    fn seen(&self) -> Vec<String> {
        self.seen.clone()
    }
}
