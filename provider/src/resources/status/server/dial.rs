//! The byte streams to servers.

use tfplugin::Diagnostics;

use crate::api::uptime_kuma::{Address, Endpoint};
use crate::configuration::StatusLogin;
use crate::host::pool::Host;

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

/// To the Uptime Kuma of a stack.
pub(super) fn in_stack(host: Host, stack: String) -> Endpoint {
    let _ = (host, stack);
    Endpoint::new(Address::new("127.0.0.1:3001"), || {
        tokio::net::TcpStream::connect("127.0.0.1:3001")
    })
}
