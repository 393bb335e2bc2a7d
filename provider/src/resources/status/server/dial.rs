//! The byte streams to servers.

use tfplugin::Diagnostics;
use tokio_util::sync::CancellationToken;

use crate::api::uptime_kuma::{Address, Endpoint};
use crate::catalog::status;
use crate::configuration::StatusLogin;
use crate::host::service::ServicePort;

/// To a server that stands elsewhere.
pub(super) fn elsewhere(url: &str, login: &StatusLogin) -> Result<Endpoint, Diagnostics> {
    let _ = login;
    let authority = url.split("://").nth(1).unwrap_or_default().to_owned();
    let way = authority.clone();
    Ok(Endpoint::new(Address::new(authority), move || {
        let way = way.clone();
        async move { tokio::net::TcpStream::connect(way).await }
    }))
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
