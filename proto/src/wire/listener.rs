//! Where the plugin waits for core: a unix socket in a folder of its own, TCP on loopback on Windows.

use std::io;
use std::net::{Ipv4Addr, TcpListener as StdTcpListener};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use tokio::net::{TcpListener, TcpStream};

use super::environment::{Environment, MAX_PORT, MIN_PORT};
use super::handshake::{Endpoint, Network};

#[cfg(unix)]
use super::unix_socket::UnixSocket;

/// A connection before TLS.
#[cfg(unix)]
pub(super) type Transport = tokio_util::either::Either<tokio::net::UnixStream, TcpStream>;
/// A connection before TLS.
#[cfg(not(unix))]
pub(super) type Transport = TcpStream;

/// Why the plugin cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// No folder would take the socket; the error is that of the last one tried.
    #[error("no unix socket can be made in {}", directory.display())]
    Socket {
        /// The folder tried last.
        directory: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The address would break the handshake line.
    #[error("the socket's path {} cannot stand in a handshake line", .0.display())]
    Unprintable(PathBuf),
    /// `PLUGIN_UNIX_SOCKET_GROUP` names a group that this machine's `/etc/group` does not have.
    #[error("there is no group {0:?} in /etc/group; a group from elsewhere has to be given by its number")]
    UnknownGroup(String),
    /// `PLUGIN_UNIX_SOCKET_GROUP` cannot be given access.
    #[error("group {group} cannot be given access to the unix socket")]
    Group {
        /// Its number.
        group: u32,
        /// What the system said.
        source: io::Error,
    },
    /// A port variable is no port, or the lowest is above the highest.
    #[error("{MIN_PORT}={min:?} and {MAX_PORT}={max:?} are no range of ports")]
    PortRange {
        /// The variable's value, empty when missing.
        min: String,
        /// The variable's value, empty when missing.
        max: String,
    },
    /// Every port of the range is taken.
    #[error("no port in {} to {} is free", .0.start(), .0.end())]
    NoFreePort(RangeInclusive<u16>),
    /// The system refused something else.
    #[error("cannot listen")]
    System(#[from] io::Error),
}

/// A bound listener. Dropping it removes the socket and its folder.
#[derive(Debug)]
pub(super) enum Listener {
    #[cfg(unix)]
    Unix(UnixSocket),
    #[cfg_attr(unix, allow(dead_code, reason = "used on Windows; compiled and tested everywhere"))]
    Tcp(TcpListener),
}

impl Listener {
    /// Binds as this operating system wants it. Must be called inside a tokio runtime.
    #[cfg(unix)]
    pub(super) fn bind(environment: &Environment) -> Result<Self, ListenerError> {
        UnixSocket::bind(
            environment.socket_directory.as_deref(),
            environment.socket_group.as_deref(),
        )
        .map(Self::Unix)
    }

    /// Binds as this operating system wants it. Must be called inside a tokio runtime.
    #[cfg(not(unix))]
    pub(super) fn bind(environment: &Environment) -> Result<Self, ListenerError> {
        bind_tcp(&port_range(environment)?).map(Self::Tcp)
    }

    /// Where to connect.
    pub(super) fn endpoint(&self) -> Result<Endpoint, ListenerError> {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Endpoint {
                network: Network::Unix,
                address: socket.address()?,
            }),
            Self::Tcp(listener) => Ok(Endpoint {
                network: Network::Tcp,
                address: listener.local_addr()?.to_string(),
            }),
        }
    }

    /// Waits for the next connection.
    pub(super) async fn accept(&self) -> io::Result<Transport> {
        match self {
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Transport::Left(socket.accept().await?)),
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // For speed only: if the client is gone already, the first read will tell.
                let _ = stream.set_nodelay(true);
                #[cfg(unix)]
                let stream = Transport::Right(stream);
                Ok(stream)
            }
        }
    }
}

/// The ports to try; without the variables any port that the system picks.
#[cfg_attr(unix, allow(dead_code, reason = "used on Windows; compiled and tested everywhere"))]
fn port_range(environment: &Environment) -> Result<RangeInclusive<u16>, ListenerError> {
    let parse = |text: &Option<String>| text.as_deref().map_or(Some(0), |text| text.parse::<u16>().ok());
    match (parse(&environment.min_port), parse(&environment.max_port)) {
        (Some(min), Some(max)) if min <= max => Ok(min..=max),
        _ => Err(ListenerError::PortRange {
            min: environment.min_port.clone().unwrap_or_default(),
            max: environment.max_port.clone().unwrap_or_default(),
        }),
    }
}

/// Binds the first free port on loopback.
#[cfg_attr(unix, allow(dead_code, reason = "used on Windows; compiled and tested everywhere"))]
fn bind_tcp(ports: &RangeInclusive<u16>) -> Result<TcpListener, ListenerError> {
    let listener = ports
        .clone()
        .find_map(|port| StdTcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .ok_or_else(|| ListenerError::NoFreePort(ports.clone()))?;
    listener.set_nonblocking(true)?;
    Ok(TcpListener::from_std(listener)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(min: Option<&str>, max: Option<&str>) -> Environment {
        Environment {
            min_port: min.map(str::to_owned),
            max_port: max.map(str::to_owned),
            ..Environment::default()
        }
    }

    #[test]
    fn port_ranges() {
        assert_eq!(
            port_range(&environment(Some("10000"), Some("25000"))).ok(),
            Some(10_000..=25_000)
        );
        assert_eq!(port_range(&environment(None, None)).ok(), Some(0..=0));
        for (min, max) in [
            (Some("2"), Some("1")),
            (Some("x"), None),
            (Some("1"), Some("70000")),
            (Some("5"), None),
        ] {
            assert!(matches!(
                port_range(&environment(min, max)),
                Err(ListenerError::PortRange { .. })
            ));
        }
    }

    #[tokio::test]
    async fn the_first_free_port_is_taken_and_a_full_range_is_told() {
        let taken = bind_tcp(&(0..=0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(matches!(bind_tcp(&(port..=port)), Err(ListenerError::NoFreePort(_))));
        let listener = Listener::Tcp(taken);
        let endpoint = listener.endpoint().unwrap();
        assert_eq!(
            endpoint,
            Endpoint {
                network: Network::Tcp,
                address: format!("127.0.0.1:{port}")
            }
        );
        let (client, server) = tokio::join!(TcpStream::connect(endpoint.address), listener.accept());
        assert!(client.is_ok() && server.is_ok());
    }
}
