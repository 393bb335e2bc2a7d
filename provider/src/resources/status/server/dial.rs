//! The byte streams to servers.

use tfplugin::value::Path;
use tfplugin::{Diagnostic, Diagnostics};
use tokio_util::sync::CancellationToken;

use crate::api::dial::{self, DialError, DialOptions, Trust};
use crate::api::uptime_kuma::{Address, Endpoint};
use crate::catalog::status;
use crate::configuration::StatusLogin;
use crate::host::service::ServicePort;

/// To a server that stands elsewhere.
pub(super) fn elsewhere(login: &StatusLogin) -> Result<Endpoint, Diagnostics> {
    let options = DialOptions {
        trust: login.ca_bundle.clone().map_or(Trust::System, Trust::Bundle),
        headers: login.headers.clone(),
    };
    dial::endpoint(&login.url, &options).map_err(|error| unusable(&login.url, &error))
}

fn unusable(url: &str, error: &DialError) -> Diagnostics {
    let next = match error {
        DialError::Url(_) => "Write the address alone, such as https://status.example.net.",
        DialError::Bundle(_) => {
            "Give the certificates of the server's authority as ca_bundle in the provider's status block."
        }
        DialError::NoRoots(_) => {
            "Install the system's certificates (the package ca-certificates), or give those of the server's authority as \
             ca_bundle in the provider's status block."
        }
        _ => "Try again with TF_LOG=TRACE, and report it with that log.",
    };
    Diagnostic::error(
        "The server cannot be reached like this",
        format!("{url}: {error}.\n\n{next}"),
    )
    .at(Path::root().attribute("endpoint"))
    .into()
}

/// To the Uptime Kuma of a stack, through the SSH session of its machine.
pub(super) fn in_stack(port: ServicePort) -> Endpoint {
    let address = Address::new(format!("127.0.0.1:{}", status::PORT));
    Endpoint::new(address, move || {
        let port = port.clone();
        // Every wait of the session has a limit, and dropping the future gives the connection up.
        async move {
            port.connect(&CancellationToken::new())
                .await
                .map_err(std::io::Error::from)
        }
    })
}
