//! Logging in to a server: with the generated login of a stack, or with that of the provider block.

use std::collections::BTreeMap;

use tfplugin::server::Call;
use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics, Secret};

use super::dial;
use super::name::ServerName;
use super::reference::OnServer;
use super::store::Store;
use super::{Server, ServerFacts};
use crate::api::uptime_kuma::{Credentials, Endpoint, Limits, Login, Session};
use crate::catalog::logins::{KnownLogin, logins};
use crate::catalog::status;
use crate::configuration::{Configured, Shared, StatusLogin};
use crate::diagnose::{self, Doing, Task};
use crate::host::service::{NoService, ServicePort};
use crate::host::stream::Relay;
use crate::resources::machine;
use crate::resources::stack_reference::{self, FoundStack, StackReference};

/// Connects and logs in.
pub(super) async fn connect(
    shared: &Shared,
    call: &Call,
    name: ServerName,
    model: &impl OnServer,
) -> Result<Server, Diagnostics> {
    let configured = machine::configured(shared)?;
    let way = match &name {
        ServerName::Endpoint(url) => elsewhere(configured, url)?,
        ServerName::Stack(..) => in_stack(shared, configured, call, model).await?,
    };
    let Way {
        endpoint,
        login,
        url,
        store,
        machine_id,
    } = way;
    let mut limits = Limits::default();
    if matches!(name, ServerName::Stack(..)) {
        // Its container runs, so it is there, and may be starting.
        limits.first_reach = limits.reach;
    }
    let session = Session::new(endpoint, login, limits);
    let version = session.version().await;
    let version = version.map_err(|error| diagnose::status::connection(&name, &error))?;
    tracing::info!(server = %name, %version, "logged in to Uptime Kuma");
    let facts = ServerFacts { url, version };
    Ok(Server {
        name,
        session,
        facts,
        store,
        machine_id,
        tags: super::SeenTags::default(),
    })
}

/// The way to a server.
struct Way {
    endpoint: Endpoint,
    login: Login,
    /// Where people reach it.
    url: Option<String>,
    store: Option<Store>,
    /// Id of the machine's installation, empty for a server that stands elsewhere.
    machine_id: String,
}

/// The way to a server that stands elsewhere.
fn elsewhere(configured: &Configured, url: &str) -> Result<Way, Diagnostics> {
    let Some(login) = configured.status_login(url) else {
        return Err(no_login(url));
    };
    Ok(Way {
        endpoint: dial::elsewhere(login)?,
        login: Login::Password(of(login)),
        url: Some(url.to_owned()),
        store: None,
        machine_id: String::new(),
    })
}

/// The way to the server of a stack, through the SSH session of its machine.
async fn in_stack(
    shared: &Shared,
    configured: &Configured,
    call: &Call,
    model: &impl OnServer,
) -> Result<Way, Diagnostics> {
    let Some(stack) = model.stack().known() else {
        return Err(not_known());
    };
    let reference = StackReference {
        host: stack.host.clone(),
        name: stack.name.clone(),
        ..StackReference::default()
    };
    let found = reference.find(shared, call).await?;
    let known = known_login(&found)?;
    let secrets = [&known.secret].into_iter().chain(&known.totp_secret);
    let port = ServicePort::new(
        found.machine.host().clone(),
        &found.name,
        status::NAME,
        status::PORT,
        Some(Relay::Node),
    );
    let task = Task::of_stack(Doing::Reading, found.machine.host().machine(), &found.name);
    let located = port
        .locate(secrets.map(String::as_str), &call.cancel)
        .await
        .map_err(|error| stack_reference::below(diagnose::engine_error(&task, &error)))?;
    located.address.map_err(|reason| not_running(&task, &reason))?;
    let given = known.url.as_deref().and_then(|url| configured.status_login(url));
    let mut secrets = located.secrets;
    let kept = known.totp_secret.as_ref().and_then(|name| secrets.remove(name));
    let mut login = match given {
        Some(login) => of(login),
        None => generated(&found, &known, secrets)?,
    };
    // While two-factor login is switched off, the server looks at no code.
    login.totp = login.totp.or(kept);
    let store = Store::new(found.machine.host().clone(), found.name, &found.snapshot.secrets);
    Ok(Way {
        endpoint: dial::in_stack(port),
        login: Login::Password(login),
        url: known.url,
        store: Some(store),
        machine_id: found.machine_id,
    })
}

/// What the stack knows of the login of its Uptime Kuma.
fn known_login(found: &FoundStack) -> Result<KnownLogin, Diagnostics> {
    let mut all = logins(&found.config).map_err(|error| {
        let detail = format!("{error}. This is a mistake of the provider: please report it.");
        Diagnostic::error("The stack cannot be described", detail)
    })?;
    all.remove(status::NAME).ok_or_else(|| {
        let detail = format!(
            "The stack {} is on its machine, but without Uptime Kuma. Add the block status {{}} to it, and apply.",
            found.name
        );
        Diagnostic::error("The stack has no status page", detail)
            .at(stack_reference::attribute())
            .into()
    })
}

/// The login that was generated on the machine.
fn generated(
    found: &FoundStack,
    known: &KnownLogin,
    mut secrets: BTreeMap<String, Secret>,
) -> Result<Credentials, Diagnostics> {
    let password = secrets.remove(&known.secret).ok_or_else(|| {
        let detail = format!(
            "The stack {} has Uptime Kuma, but its secret {} is not on the machine: it was removed by hand, or the apply \
             that makes it was cut. Apply the stack again.",
            found.name, known.secret
        );
        Diagnostic::error("A generated password is missing on the machine", detail).at(stack_reference::attribute())
    })?;
    Ok(Credentials::new(known.username.clone(), password))
}

fn not_running(task: &Task<'_>, reason: &NoService) -> Diagnostics {
    Diagnostic::error("Uptime Kuma does not run", format!("{}: {reason}.", task.place()))
        .at(stack_reference::attribute())
        .into()
}

fn of(login: &StatusLogin) -> Credentials {
    let mut credentials = Credentials::new(login.username.clone(), login.password.clone());
    credentials.totp.clone_from(&login.totp_secret);
    credentials
}

/// Nothing can be reached before it is known where it is.
pub(super) fn not_known() -> Diagnostics {
    Diagnostic::error(
        "The server is not known",
        "Neither stack nor endpoint says yet which Uptime Kuma is meant, although it must be reached now.",
    )
    .into()
}

/// The person interrupted the run.
pub(super) fn stopped() -> Diagnostics {
    Diagnostic::error(
        "Stopped on request",
        "Uptime Kuma was being connected to. Nothing was changed there.",
    )
    .into()
}

fn no_login(url: &str) -> Diagnostics {
    Diagnostic::error(
        "The provider has no login for the server",
        format!(
            "No status block of the provider has url = {url:?}. Write one, with username and password: a refresh and a \
             destroy see nothing of a resource's configuration, so the login cannot stand there.\n\nprovider \
             \"quickfra\" {{\n  status {{\n    url      = {url:?}\n    username = \"admin\"\n    password = \
             var.status_password\n  }}\n}}"
        ),
    )
    .at(Path::root().attribute("endpoint"))
    .into()
}
